"""Abusive customers are flagged by the lead, answered politely and handed over."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestAbuse(SupportCommon):
    def setUp(self):
        super().setUp()
        self.env["support.rate.limit"].search([]).unlink()
        self.ticket = self.make_ticket(user_id=self.agent.id)

    def flag(self, ticket=None):
        (ticket or self.ticket).with_user(self.lead)._flag_abusive("Threats")

    def get_standard_answers(self, ticket):
        return ticket.message_ids.filtered(lambda m: "with respect" in (m.body or ""))

    def test_an_agent_proposes_and_the_lead_decides(self):
        wizard = (
            self.env["support.flag.customer"]
            .with_user(self.agent)
            .create({"ticket_id": self.ticket.id, "reason": "Insults"})
        )
        self.assertFalse(wizard.may_flag_customer)
        with self.assertRaisesRegex(AccessError, "team leader"):
            wizard.action_flag()
        wizard.action_propose()
        self.assertEqual(self.ticket.abuse_state, "proposed")
        self.assertEqual(self.ticket.activity_ids.user_id, self.lead)
        self.customer_writes(self.ticket)
        self.assertFalse(self.get_standard_answers(self.ticket))
        wizard.with_user(self.lead).action_flag()
        self.assertEqual(self.customer.support_abuse_state, "flagged")
        self.assertEqual(self.customer.support_abuse_user_id, self.lead)
        self.assertIn("Insults", self.ticket.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "already"):
            wizard.action_propose()

    def test_the_leader_of_the_team_decides_without_being_a_manager(self):
        self.team.leader_id = self.agent
        self.ticket.with_user(self.agent)._flag_abusive("Threats")
        self.assertEqual(self.customer.support_abuse_state, "flagged")

    def test_a_new_message_is_answered_once_a_day_and_handed_to_the_lead(self):
        self.flag()
        self.customer_writes(self.ticket, "You idiots")
        self.assertEqual(self.ticket.user_id, self.lead)
        answer = self.get_standard_answers(self.ticket)
        self.assertEqual(len(answer), 1)
        self.assertIn(self.customer, answer.notified_partner_ids)
        self.customer_writes(self.ticket, "Idiots!")
        other = self.make_ticket()
        self.customer_writes(other)
        self.assertEqual(len(self.get_standard_answers(self.ticket | other)), 1)
        self.assertEqual(other.user_id, self.lead)
        self.assertIn("flagged", other.message_ids[0].body)

    def test_the_standard_answer_is_no_answer_for_the_clock(self):
        self.flag()
        self.customer_writes(self.ticket)
        self.assertTrue(self.ticket.waiting_since)
        self.assertFalse(self.ticket.first_response_at)
        self.assertIn("auto_message", self.ticket.event_ids.mapped("kind"))
        self.assertEqual(self.ticket._get_clock_differences(), [])

    def test_others_on_the_ticket_and_other_customers_are_not_answered_so(self):
        self.flag()
        self.ticket.message_subscribe(self.customer_b.ids)
        self.customer_writes(self.ticket, partner=self.customer_b)
        other = self.make_ticket(partner_id=self.customer_b.id)
        self.customer_writes(other)
        self.assertFalse(self.get_standard_answers(self.ticket | other))
        self.assertFalse(other.user_id)

    def test_it_is_taken_back_by_who_may_flag(self):
        self.flag()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent).action_unflag_customer()
        self.ticket.with_user(self.lead).action_unflag_customer()
        self.customer_writes(self.ticket)
        self.assertFalse(self.get_standard_answers(self.ticket))

    def test_nobody_sets_or_reads_it_past_the_ticket(self):
        self.flag()
        with self.assertRaises(AccessError):
            self.customer.with_user(self.env.ref("base.user_admin")).write(
                {"support_abuse_state": False}
            )
        for user in (
            self.portal_user,
            self._new_agent("eve", "Eve", "base.group_user"),
        ):
            with self.assertRaises(AccessError):
                self.customer.with_user(user).read(["support_abuse_state"])
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.portal_user).read(["abuse_state"])
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent_b)._propose_abusive("x")

    def test_a_ticket_without_a_proven_customer_cannot_be_flagged(self):
        guest = self.make_ticket(partner_id=False, email_from="x@y.example")
        with self.assertRaisesRegex(UserError, "not known"):
            guest.with_user(self.agent).action_open_flag_customer()
