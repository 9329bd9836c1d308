"""A low review on a product's page opens a case, once."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_support.tests.web_common import PNG

from .review_common import WORDS, ReviewCommon


@tagged("post_install", "-at_install")
class TestReview(ReviewCommon):
    def test_a_low_review_opens_a_case_with_its_product_and_order(self):
        self.review(1)
        ticket = self.find_tickets()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.name, "Review of Desk lamp: ★☆☆☆☆")
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.product_id, self.lamp)
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(ticket.line_ids.product_id, self.lamp)
        self.assertEqual(ticket.review_id.res_id, self.product.id)
        self.assertEqual(ticket.review_text, WORDS)
        self.assertTrue(ticket.channel_id.is_public)

    def test_the_words_are_the_customers_first_message(self):
        self.review(2)
        ticket = self.find_tickets()
        message = ticket.message_ids.filtered(lambda m: WORDS in m.body)
        self.assertEqual(message.author_id, self.customer)
        self.assertIn("★★☆☆☆", message.body)
        self.assertTrue(ticket.is_waiting_agent)
        self.assertEqual(ticket.customer_message_count, 1)
        self.assertFalse(ticket._get_clock_differences())

    def test_a_good_review_opens_nothing(self):
        for stars in (3, 4, 5):
            self.review(stars)
        self.product.message_post(body="No stars at all")
        self.assertFalse(self.find_tickets())

    def test_the_store_chooses_what_is_low(self):
        self.channel.review_threshold = 3
        self.review(3)
        self.assertEqual(len(self.find_tickets()), 1)
        self.channel.review_threshold = 0
        self.review(1)
        self.assertEqual(len(self.find_tickets()), 1)
        with self.assertRaises(ValidationError):
            self.channel.review_threshold = 6

    def test_a_store_without_the_channel_gets_no_cases(self):
        self.channel.active = False
        self.review(1)
        self.assertFalse(self.find_tickets())

    # --- files ------------------------------------------------------------------

    def get_files(self, ticket):
        return {file.name: file.raw for file in ticket.message_ids.attachment_ids}

    def test_the_files_of_a_review_come_along_and_stay_with_the_product_too(self):
        files = {"broken.png": PNG, "note.txt": b"It broke."}
        message = self.review(1, files=files)
        ticket = self.find_tickets()
        self.assertEqual(self.get_files(ticket), files)
        copies = ticket.message_ids.attachment_ids
        self.assertEqual(
            {(f.res_model, f.res_id) for f in copies}, {("support.ticket", ticket.id)}
        )
        self.assertEqual(len(message.attachment_ids), 2)
        self.assertFalse(copies & message.attachment_ids)
        # The agent reads the case, and not each product.
        self.assertEqual(copies.with_user(self.agent).mapped("raw"), [*files.values()])

    def test_a_file_added_later_comes_along_once(self):
        message = self.review(1, files={"broken.png": PNG})
        ticket = self.find_tickets()
        self.change_review(message, 1, files={"note.txt": b"It broke."})
        self.assertEqual(
            self.get_files(ticket), {"broken.png": PNG, "note.txt": b"It broke."}
        )
        self.change_review(message, 2)
        self.assertEqual(len(ticket.message_ids.attachment_ids), 2)

    def test_a_page_among_the_files_is_text_in_the_case(self):
        self.review(1, files={"page.html": b"<html><script>alert(1)</script></html>"})
        file = self.find_tickets().message_ids.attachment_ids
        self.assertEqual(file.mimetype, "text/plain")

    # --- the order --------------------------------------------------------------

    def test_it_is_about_the_customers_last_order_of_the_product(self):
        later = self._new_order(self.customer)
        self._new_order(self.customer_b)
        self._new_order(self.customer)._action_cancel()
        self.review(1)
        self.assertEqual(self.find_tickets().sale_order_id, later)

    def test_who_bought_it_elsewhere_has_no_order(self):
        self.review(1, user=self.portal_user_b)
        ticket = self.find_tickets()
        self.assertEqual(ticket.partner_id, self.customer_b)
        self.assertEqual(ticket.product_id, self.lamp)
        self.assertFalse(ticket.sale_order_id | ticket.line_ids.order_id)

    def test_an_order_of_another_company_is_left_alone(self):
        company = self.env["res.company"].create({"name": "Store abroad"})
        self.order.sudo().write({"state": "cancel"})
        abroad = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "order_line": [Command.create({"product_id": self.lamp.id})],
                }
            )
        )
        abroad.state = "sale"
        self.review(1)
        self.assertFalse(self.find_tickets().sale_order_id)

    # --- changes ----------------------------------------------------------------

    def test_a_review_that_is_lowered_later_opens_the_case_then(self):
        message = self.review(4, "Nice.")
        self.assertFalse(self.find_tickets())
        self.change_review(message, 1, "It broke.")
        ticket = self.find_tickets()
        self.assertEqual(len(ticket), 1)
        self.assertIn("It broke.", self.get_texts(ticket))
        self.assertNotIn("Nice.", self.get_texts(ticket))

    def test_a_changed_review_stays_one_case(self):
        message = self.review(1)
        ticket = self.find_tickets()
        self.change_review(message, 2, "It broke, and nobody answers.")
        self.assertEqual(self.find_tickets(), ticket)
        note = ticket.message_ids[0]
        self.assertIn("★☆☆☆☆ → ★★☆☆☆", note.body)
        self.assertIn("nobody answers", note.body)
        self.assertNotIn("no longer a low one", note.body)
        self.assertTrue(note.subtype_id.internal)
        self.assertEqual(ticket.customer_message_count, 1)

    def test_a_raised_review_is_noted(self):
        message = self.review(1)
        ticket = self.find_tickets()
        self.change_review(message, 5, "They put it right.")
        note = ticket.message_ids[0]
        self.assertIn("no longer a low one", note.body)
        self.assertIn("They put it right.", note.body)
        self.assertEqual(note.author_id, self.env.ref("base.partner_root"))
        self.assertEqual(ticket.review_stars, 5)
        self.assertFalse(ticket._get_clock_differences())

    def test_a_review_that_is_taken_back_is_noted(self):
        message = self.review(1)
        ticket = self.find_tickets()
        self.change_review(message, False, "")
        self.env.invalidate_all()
        self.assertFalse(ticket.review_id)
        self.assertIn("taken the review back", ticket.message_ids[0].body)
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).action_open_review_answer()

    def test_a_merged_case_tells_the_one_that_goes_on(self):
        message = self.review(1)
        survivor = self.make_ticket()
        self.find_tickets()._merge_into(survivor)
        self.change_review(message, 5)
        self.assertIn("no longer a low one", self.get_texts(survivor))

    def test_two_requests_at_once_make_one_case(self):
        """The other request's case is there, and this one does not see it yet."""
        self.review(1)
        rating = self.find_tickets().review_id.sudo()
        tickets = self.env.registry["support.ticket"]
        with (
            patch.object(tickets, "search", lambda records, *a, **k: records.browse()),
            mute_logger("odoo.sql_db"),
            # Odoo repeats such a request.
            self.assertRaises(ConcurrencyError),
            self.cr.savepoint(),
        ):
            self.env["support.ticket"]._take_review(rating)
        self.assertEqual(len(self.find_tickets()), 1)
        self.env["support.ticket"]._take_review(rating)
        self.assertEqual(len(self.find_tickets()), 1)

    # --- who opens none ---------------------------------------------------------

    def test_guests_and_colleagues_open_no_case(self):
        public = self.env.ref("base.public_user")
        for user in (public, self.agent, self.env.ref("base.user_root")):
            self.review(1, user=user)
        self.assertFalse(self.find_tickets())

    def test_an_internal_review_opens_no_case(self):
        message = self.review(4)
        message.is_internal = True
        self.change_review(message, 1)
        self.assertFalse(self.find_tickets())

    def test_the_request_cannot_speak_for_somebody_else(self):
        """Odoo takes the context of a post from the browser."""
        self.review(
            1,
            default_user_id=self.lead.id,
            default_priority="3",
            support_author_kind="human",
            support_no_clock=True,
        )
        ticket = self.find_tickets()
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.priority, "1")
        self.assertEqual(ticket.customer_message_count, 1)
        self.assertFalse(ticket.reply_count)

    def test_a_flood_of_reviews_opens_some_cases_only(self):
        for _number in range(12):
            self.review(1)
        self.assertEqual(len(self.find_tickets()), 10)
        self.review(1, user=self.portal_user_b)
        self.assertEqual(len(self.find_tickets()), 11)

    def test_people_link_no_review_to_a_ticket(self):
        self.review(1, user=self.portal_user_b)
        rating = self.find_tickets().review_id
        mine = self.make_ticket(user_id=self.agent.id).with_user(self.agent)
        with self.assertRaises(AccessError):
            mine.review_id = rating
        with self.assertRaises(AccessError):
            mine.create({"name": "x", "team_id": self.team.id, "review_id": rating.id})
