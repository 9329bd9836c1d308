"""A reply for later is sent by Odoo, or called off with its words kept."""

from datetime import datetime

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestScheduledReply(SupportCommon, MockEmail):
    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))
        self.ticket = self.make_ticket(user_id=self.agent.id)
        self.customer_writes(self.ticket)
        self.plan()

    def plan(self):
        """The agent writes a reply and chooses 'send later'."""
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.agent)
            .with_context(
                default_model=self.ticket._name, default_res_ids=self.ticket.ids
            )
            .create(
                {
                    "body": "<p>Your lamp leaves today.</p>",
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                    "scheduled_date": "2026-03-02 15:00:00",
                }
            )
        )
        composer.action_schedule_message()
        self.assertEqual(len(self.find_planned()), 1)

    def find_planned(self):
        return self.env["mail.scheduled.message"].search(
            [("model", "=", self.ticket._name), ("res_id", "=", self.ticket.id)]
        )

    def assert_kept_as_note(self, reason):
        self.assertFalse(self.find_planned())
        note = self.ticket.message_ids.filtered(
            lambda message: "Your lamp leaves today." in message.body
        )
        self.assertEqual(len(note), 1)
        self.assertTrue(note.subtype_id.internal)
        self.assertIn(reason, note.body)
        self.assertIn("2026-03-02 12:00", note.body)
        self.assertIn(self.agent.partner_id, note.notified_partner_ids)
        self.assertNotIn(self.customer, note.notified_partner_ids)

    def test_it_counts_as_the_agents_reply_when_it_is_sent(self):
        with self.at(2026, 3, 2, 15, 1), self.mock_mail_gateway():
            self.env["mail.scheduled.message"]._post_messages_cron()
        event = self.ticket.event_ids.filtered(lambda e: e.kind == "reply")
        self.assertEqual(event.at, datetime(2026, 3, 2, 15, 1))
        self.assertEqual((event.author_kind, event.user_id), ("human", self.agent))
        self.assertEqual(self.ticket.first_response_at, event.at)
        self.assertFalse(self.ticket.is_waiting_agent)
        self.assertFalse(self.find_planned())

    def test_planning_is_no_reply_yet(self):
        self.assertFalse(self.ticket.first_response_at)
        self.assertTrue(self.ticket.is_waiting_agent)

    def test_the_customer_who_writes_first_calls_it_off(self):
        self.customer_writes(self.ticket, "It has come already.")
        self.assert_kept_as_note("The customer wrote first.")

    def test_closing_calls_it_off(self):
        self.ticket.with_user(self.agent).action_close()
        self.assert_kept_as_note("The ticket was closed.")

    def test_merging_calls_it_off(self):
        survivor = self.make_ticket()
        self.ticket._merge_into(survivor)
        self.assertFalse(self.find_planned())
        self.assertTrue(
            survivor.message_ids.filtered(
                lambda message: "Your lamp leaves today." in message.body
            )
        )

    def test_a_colleagues_note_calls_nothing_off(self):
        self.ticket.with_user(self.lead).message_post(body="Nice.")
        self.assertEqual(len(self.find_planned()), 1)

    def test_a_planned_note_stays(self):
        self.find_planned().is_note = True
        self.customer_writes(self.ticket)
        self.assertEqual(len(self.find_planned()), 1)
