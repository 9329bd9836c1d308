"""What must not be forgotten on a ticket."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestChecklist(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wide, cls.other = cls.env["support.reason"].create(
            [
                {
                    "name": "Something broke",
                    "check_ids": [Command.create({"name": "Ask for photos"})],
                },
                {"name": "Something else"},
            ]
        )
        cls.fine = cls.env["support.reason"].create(
            {
                "name": "Glass broke",
                "parent_id": cls.wide.id,
                "check_ids": [Command.create({"name": "Tell the warehouse"})],
            }
        )

    def get_names(self, ticket):
        return sorted(ticket.check_ids.mapped("name"))

    def test_a_ticket_starts_with_the_lines_of_its_reason_and_wider_ones(self):
        both = ["Ask for photos", "Tell the warehouse"]
        self.assertEqual(self.get_names(self.make_ticket(reason_id=self.fine.id)), both)
        ticket = self.make_ticket(reason_id=self.wide.id)
        self.assertEqual(self.get_names(ticket), ["Ask for photos"])
        self.assertFalse(self.make_ticket(reason_id=self.other.id).check_ids)
        self.assertFalse(self.make_ticket().check_ids)

    def test_a_new_reason_adds_what_is_missing_and_takes_nothing_away(self):
        ticket = self.make_ticket(reason_id=self.wide.id)
        ticket.check_ids.is_done = True
        ticket.with_user(self.agent).reason_id = self.fine
        self.assertEqual(len(ticket.check_ids), 2)
        ticket.with_user(self.agent).reason_id = self.wide
        self.assertEqual(len(ticket.check_ids), 2)
        self.assertEqual(ticket.open_check_count, 1)

    def test_who_ticks_a_line_has_done_it(self):
        check = self.make_ticket(reason_id=self.wide.id).check_ids
        with self.at(2026, 3, 2, 13):
            check.with_user(self.agent).write(
                {"is_done": True, "done_by_id": self.lead.id, "done_at": "2020-01-01"}
            )
        self.assertEqual(check.done_by_id, self.agent)
        self.assertEqual(check.done_at, datetime(2026, 3, 2, 13))
        check.with_user(self.agent).is_done = False
        self.assertFalse(check.done_by_id or check.done_at)

    def test_agents_add_lines_of_their_own(self):
        ticket = self.make_ticket().with_user(self.agent)
        ticket.check_ids = [Command.create({"name": "Call back on Friday"})]
        self.assertEqual(ticket.open_check_count, 1)

    def test_open_lines_are_named_before_closing_and_do_not_hinder_it(self):
        ticket = self.make_ticket(reason_id=self.fine.id).with_user(self.agent)
        ticket.check_ids[0].is_done = True
        action = ticket.with_context(support_ask_before_close=True).action_close()
        dialog = (
            self.env["support.close.ticket"]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn(ticket.check_ids[1].name, dialog.open_checks)
        self.assertNotIn(ticket.check_ids[0].name, dialog.open_checks)
        dialog.action_solve()
        self.assertEqual(ticket.stage_kind, "solved")

    def test_other_teams_and_customers_do_not_see_it(self):
        check = self.make_ticket(reason_id=self.wide.id).check_ids
        for user in (self.agent_b, self.portal_user):
            with self.assertRaises(AccessError):
                check.with_user(user).read(["name"])

    def test_the_lines_cost_one_query_for_a_batch(self):
        self.env["support.reason.check"]._get_ids_by_reason()
        tickets = self.env["support.ticket"].create(
            [
                {"name": str(n), "team_id": self.team.id, "reason_id": self.fine.id}
                for n in range(30)
            ]
        )
        self.assertEqual(len(tickets.check_ids), 60)
