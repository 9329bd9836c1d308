"""What everybody would read, or leaves by a network, waits for the mentor as well."""

from unittest import SkipTest

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import get_db_name

from odoo.addons.customer_support_chat.tests.channel_common import ChannelCommon
from odoo.addons.customer_support_chat.tests.review_common import ReviewCommon

ANSWER = "We are sorry, and have written to you to put this right."


class MentorCommon:
    """Bia is new on the team, Caio reads what she writes."""

    @classmethod
    def setUpClass(cls):
        if "review_id" not in Registry(get_db_name())["support.ticket"]._fields:
            raise SkipTest("without the addon of chats")
        super().setUpClass()
        cls.team.mentored_replies = 50
        cls.team.mentor_id = cls.agent_own

    def trust(self):
        """Bia answered customers before."""
        seats = self.env["support.agent"].search([("user_id", "=", self.agent.id)])
        seats.sends_alone = True

    def find_held(self):
        self.env.flush_all()
        held = self.env["support.held.reply"].search(
            [("team_id", "=", self.team.id), ("state", "=", "waiting")]
        )
        return held.with_user(self.agent_own)


@tagged("post_install", "-at_install")
class TestHeldReviewAnswer(MentorCommon, ReviewCommon):
    def setUp(self):
        super().setUp()
        self.message = self.review(1)
        self.ticket = self.find_tickets()
        self.ticket.user_id = self.agent
        self.rating = self.ticket.review_id.sudo()

    def answer(self, text=ANSWER):
        wizard = self.env["support.answer.review"].with_user(self.agent)
        wizard.create({"ticket_id": self.ticket.id, "body": text}).action_publish()
        return self.find_held()

    def test_nothing_stands_below_the_review_until_a_mentor_releases_it(self):
        held = self.answer()
        self.assertFalse(self.rating.publisher_comment)
        self.assertEqual(self.ticket.reply_count, 0)
        self.assertNotIn(self.customer, self.ticket.message_ids.notified_partner_ids)
        held.action_release()
        self.assertEqual(self.rating.publisher_comment, ANSWER)
        self.assertEqual(self.rating.publisher_id, self.agent.partner_id)
        self.assertIn("Our answer to your review:", held.message_id.body)
        self.assertIn(self.customer, held.message_id.notified_partner_ids)
        self.assertEqual(self.ticket.reply_count, 1)

    def test_what_stands_there_is_what_the_mentor_made_of_it(self):
        held = self.answer()
        held.body = Markup("<p>We are very sorry.</p><p>A new lamp comes.</p>")
        held.action_release()
        self.assertIn("We are very sorry.", self.rating.publisher_comment)
        self.assertIn("A new lamp comes.", self.rating.publisher_comment)
        self.assertNotIn("<", self.rating.publisher_comment)

    def test_sent_back_nothing_is_published(self):
        held = self.answer()
        held.feedback = "Say what happens next."
        held.action_send_back()
        self.assertFalse(self.rating.publisher_comment)
        self.assertEqual(self.ticket.reply_count, 0)

    def test_the_mentor_tells_nothing_of_the_order_either(self):
        self.ticket.sale_order_id = self.order
        with self.assertRaises(UserError):
            self.answer(f"Your order {self.order.name} leaves today.")
        held = self.answer()
        held.body = Markup("<p>Your order %s leaves today.</p>") % self.order.name
        with self.assertRaises(UserError) as refused:
            held.action_release()
        self.assertIn("Everybody", str(refused.exception))
        self.assertFalse(self.rating.publisher_comment)
        self.assertEqual(held.state, "waiting")

    def test_a_review_that_is_gone_is_answered_no_more(self):
        held = self.answer()
        self.rating.unlink()
        self.env.invalidate_all()
        with self.assertRaises(UserError) as refused:
            held.action_release()
        self.assertIn("taken this review back", str(refused.exception))
        self.assertEqual(held.state, "waiting")

    def test_who_needs_no_mentor_answers_at_once(self):
        self.trust()
        self.assertFalse(self.answer())
        self.assertEqual(self.rating.publisher_comment, ANSWER)

    def test_no_context_from_outside_publishes_a_reply(self):
        self.trust()
        self.agent_replies(self.ticket.with_context(support_review_answer=True))
        self.assertEqual(self.ticket.reply_count, 1)
        self.assertFalse(self.rating.publisher_comment)


@tagged("post_install", "-at_install")
class TestHeldChannelAnswer(MentorCommon, ChannelCommon):
    kinds = (
        *("whatsapp", "messenger", "instagram", "telegram"),
        *("facebook", "x", "x_public"),
    )

    def open_case(self, kind):
        channel = self.channel
        if kind != "whatsapp":
            channel = self._new_channel(kind, f"account-{kind}")
        identity = self.env["support.identity"]._get_or_create(channel, "77001")
        identity.last_message_at = fields.Datetime.now()
        return self.make_ticket(
            channel_id=channel.id,
            identity_id=identity.id,
            answer_identity_id=identity.id,
            answer_thread_key="77" if kind in ("facebook", "x_public") else False,
            user_id=self.agent.id,
        )

    def test_no_network_gets_an_answer_before_it_is_released(self):
        for kind in self.kinds:
            with self.subTest(kind):
                ticket = self.open_case(kind)
                self.agent_replies(ticket)
                self.assertFalse(self.answers_of(ticket))
                held = self.find_held().filtered(
                    lambda one, ticket=ticket: one.ticket_id == ticket
                )
                held.action_release()
                answer = self.answers_of(ticket)
                self.assertEqual(answer.mapped("state"), ["pending"])
                self.assertEqual(answer.text, "We are sorry.")
                self.assertEqual(answer.is_public, kind in ("facebook", "x_public"))

    def hold_template(self):
        ticket = self.open_case("whatsapp")
        template = self.env["support.message.template"].create(
            {
                "name": "order_update",
                "channel_id": self.channel.id,
                "body": "Your lamp is on its way.",
            }
        )
        self.env["support.send.template"].with_user(self.agent).create(
            {"ticket_id": ticket.id, "template_id": template.id}
        ).action_send()
        self.assertFalse(self.answers_of(ticket))
        return self.find_held(), template

    def test_an_approved_message_stays_one_while_it_waits(self):
        held, template = self.hold_template()
        held.action_release()
        self.assertEqual(self.answers_of(held.ticket_id).template_id, template)

    def test_with_other_words_it_is_no_approved_message(self):
        held, _template = self.hold_template()
        held.body = Markup("<p>It comes today.</p>")
        held.action_release()
        answer = self.answers_of(held.ticket_id)
        self.assertFalse(answer.template_id)
        self.assertEqual(answer.text, "It comes today.")
