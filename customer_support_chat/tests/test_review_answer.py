"""A review's case is answered in public, or goes on in private."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .review_common import ReviewCommon

ANSWER = "We are sorry, and have written to you to put this right."


@tagged("post_install", "-at_install")
class TestReviewAnswer(ReviewCommon):
    def setUp(self):
        super().setUp()
        self.review(1)
        self.ticket = self.find_tickets()
        # An agent of support alone: no right on products, sales or the website.
        self.ticket.user_id = self.agent_own
        self.rating = self.ticket.review_id.sudo()

    def answer(self, text, agent=None):
        ticket = self.ticket.with_user(agent or self.agent_own)
        action = ticket.action_open_review_answer()
        wizard = self.env[action["res_model"]].with_user(agent or self.agent_own)
        form = Form(wizard.with_context(**action["context"]))
        self.assertIn("glass broke", form.review_text)
        form.body = text
        return form.save().action_publish()

    def test_an_agent_of_support_answers_below_the_review(self):
        self.answer(ANSWER)
        self.assertEqual(self.rating.publisher_comment, ANSWER)
        self.assertEqual(self.rating.publisher_id, self.agent_own.partner_id)
        self.assertTrue(self.rating.publisher_datetime)
        self.assertEqual(self.ticket.review_answer, ANSWER)
        with self.assertRaises(AccessError):
            self.product.with_user(self.agent_own).check_access("write")

    def test_the_answer_counts_and_reaches_the_customer(self):
        self.answer(ANSWER)
        message = self.ticket.message_ids.filtered(lambda m: ANSWER in m.body)
        self.assertIn("Our answer to your review:", message.body)
        self.assertIn(self.customer, message.notified_partner_ids)
        self.assertEqual(self.ticket.reply_count, 1)
        self.assertFalse(self.ticket.is_waiting_agent)

    def test_a_later_answer_takes_the_place_of_the_earlier(self):
        self.answer(ANSWER)
        action = self.ticket.with_user(self.agent_own).action_open_review_answer()
        self.assertEqual(action["context"]["default_body"], ANSWER)
        self.answer("A new lamp is on its way.")
        self.assertEqual(self.rating.publisher_comment, "A new lamp is on its way.")

    def test_words_of_the_order_are_refused_in_public(self):
        name = self.order.name
        self.customer.phone = "+55 11 99876-5432"
        for text in (
            f"Your order {name} leaves again today.",
            f"See {name.lower()[:1]} {name[1:]}, please.",
            "We wrote to ana@example.com.",
            "We called you: 55 11 99876 5432.",
        ):
            with self.subTest(text), self.assertRaises(UserError):
                self.answer(text)
        self.assertFalse(self.rating.publisher_comment)
        self.assertFalse(self.ticket.reply_count)

    def test_it_goes_on_in_private_by_mail(self):
        message = self.agent_replies(
            self.ticket, f"A new lamp for {self.order.name}", agent=self.agent_own
        )
        self.assertIn(self.customer, message.notified_partner_ids)
        self.assertFalse(self.rating.publisher_comment)

    def test_others_answer_nothing_in_public(self):
        for user in (self.agent_b, self.portal_user, self.portal_user_b):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.ticket.with_user(user)._answer_review(ANSWER)
        self.assertFalse(self.rating.publisher_comment)

    def test_the_agent_sees_the_review_and_finds_it_on_the_store(self):
        ticket = self.ticket.with_user(self.agent_own)
        self.assertEqual(ticket.review_stars_drawn, "★☆☆☆☆")
        self.assertIn("glass broke", ticket.review_text)
        action = ticket.action_view_review()
        self.assertIn(self.product.website_url, action["url"])
