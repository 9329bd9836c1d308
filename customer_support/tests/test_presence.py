"""Who has a ticket open, and what came in meanwhile."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestPresence(SupportCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket()
        self.first = self.customer_writes(self.ticket)

    def report(self, user, *args):
        return self.ticket.with_user(user).report_presence(*args)

    def test_colleagues_see_each_other_and_not_themselves(self):
        self.assertEqual(self.report(self.agent)["others"], [])
        self.assertEqual(
            self.report(self.lead, "writing")["others"],
            [{"name": "Bia Ramos", "doing": "reading"}],
        )
        self.assertEqual(
            self.report(self.agent)["others"],
            [{"name": "Lia Prado", "doing": "writing"}],
        )
        self.report(self.agent)
        rows = self.env["support.ticket.presence"].search([])
        self.assertEqual(len(rows.filtered(lambda r: r.ticket_id == self.ticket)), 2)

    def test_who_has_left_is_forgotten(self):
        with self.at(2026, 3, 2, 13):
            self.report(self.lead)
        self.assertEqual(self.report(self.agent)["others"], [])
        self.env["support.ticket.presence"]._gc_left()
        self.env.invalidate_all()
        rows = self.env["support.ticket.presence"].search([])
        self.assertNotIn(self.lead, rows.user_id)

    def test_what_came_in_since_the_form_was_opened_is_told(self):
        seen = self.report(self.agent)["last_message_id"]
        self.assertEqual(seen, self.first.id)
        self.assertEqual(self.report(self.agent, "writing", seen)["news"], "")
        self.customer_writes(self.ticket, "One thing more.")
        self.assertEqual(self.report(self.agent, "writing", seen)["news"], "Ana Souza")
        seen = self.report(self.agent)["last_message_id"]
        self.agent_replies(self.ticket, agent=self.lead)
        self.assertEqual(self.report(self.agent, "writing", seen)["news"], "Lia Prado")

    def test_the_first_message_of_all_is_told(self):
        self.ticket = self.make_ticket()
        seen = self.report(self.agent)["last_message_id"]
        self.assertEqual(self.report(self.agent, "writing", seen)["news"], "")
        self.agent_replies(self.ticket, agent=self.lead)
        self.assertEqual(self.report(self.agent, "writing", seen)["news"], "Lia Prado")

    def test_notes_and_own_words_are_no_news(self):
        seen = self.report(self.agent)["last_message_id"]
        self.agent_replies(self.ticket)
        self.ticket.with_user(self.lead).message_post(
            body="x", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(self.report(self.agent, "reading", seen)["news"], "")

    def test_the_bus_tells_who_has_it_open_and_nobody_else(self):
        self.report(self.agent)
        told = []
        users = type(self.env["res.users"])
        with patch.object(
            users, "_bus_send", lambda user, *args, **kw: told.append((user, *args))
        ):
            self.customer_writes(self.ticket)
        told = [one for one in told if one[1] == "support.ticket/presence"]
        payload = {"ticket_id": self.ticket.id}
        self.assertEqual(told, [(self.agent, "support.ticket/presence", payload)])

    def test_only_who_may_write_the_ticket_reports_and_learns(self):
        for user in (self.agent_b, self.portal_user):
            with self.assertRaises(AccessError):
                self.report(user)
