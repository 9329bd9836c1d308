"""Who took data out and who was given rights can be told afterwards."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestAudit(SupportCommon):
    def setUp(self):
        super().setUp()
        export = self.env.ref("base.group_allow_export")
        for user in (self.agent, self.lead):
            user.group_ids += export
        self.lines = self.env["support.audit"]
        self.before = self.lines.search([])

    def find_new(self):
        self.env.flush_all()
        return self.lines.search([("id", "not in", self.before.ids)])

    def test_an_export_is_one_line_with_what_was_taken(self):
        tickets = self.make_ticket() | self.make_ticket(partner_id=self.customer_b.id)
        tickets.with_user(self.agent).export_data(["name", "email_from"])
        line = self.find_new()
        self.assertEqual((line.kind, line.user_id), ("export", self.agent))
        self.assertEqual(line.user_name, self.agent.login)
        self.assertEqual((line.record_count, line.model), (2, "support.ticket"))
        self.assertEqual(set(line.record_ids), set(tickets.ids))
        self.assertEqual(line.field_names, "name, email_from")
        self.assertNotIn("Ana", line.summary)

    def test_whose_data_it_was_is_listed_at_once(self):
        ticket = self.make_ticket()
        guest = self.make_ticket(partner_id=False, email_from="guest@example.org")
        self.make_ticket(partner_id=self.customer_b.id)
        (ticket | guest).with_user(self.lead).export_data(["name"])
        action = self.find_new().with_user(self.lead).action_view_concerned()
        found = self.env["support.ticket"].search(action["domain"])
        self.assertEqual(found, ticket | guest)
        self.assertEqual(found.partner_id, self.customer)
        self.customer_writes(ticket)
        ticket.event_ids.with_user(self.lead).export_data(["kind"])
        action = self.find_new()[0].with_user(self.lead).action_view_concerned()
        self.assertEqual(self.env["support.ticket"].search(action["domain"]), ticket)

    def test_a_refused_export_leaves_no_line_and_other_models_neither(self):
        foreign = self.make_ticket(team_id=self.team_b.id)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            foreign.with_user(self.agent).export_data(["name"])
        self.env["res.country"].search([], limit=1).export_data(["name"])
        self.assertFalse(self.find_new())

    def test_who_is_given_or_loses_a_role_is_written_down(self):
        manager = self.env.ref("customer_support.group_support_manager")
        self.agent.group_ids += manager
        line = self.find_new()
        self.assertEqual((line.kind, line.subject_id), ("role", self.agent))
        self.assertEqual(line.user_id, self.env.user)
        self.assertIn(f"+ {manager.name}", line.summary)
        self.agent.group_ids -= manager
        line = self.find_new()[0]
        self.assertIn(f"− {manager.name}", line.summary)
        manager.user_ids = [Command.link(self.agent_own.id)]
        line = self.find_new()[0]
        self.assertEqual(line.subject_id, self.agent_own)
        self.assertEqual(len(self.find_new()), 3)

    def test_rights_elsewhere_and_other_changes_are_no_line(self):
        self.agent.group_ids += self.env.ref("base.group_partner_manager")
        self.agent.tz = "Europe/Lisbon"
        self.assertFalse(self.find_new())

    def test_a_new_colleague_with_a_role_is_a_line(self):
        user = self._new_agent("zoe", "Zoe", "customer_support.group_support_agent")
        self.assertEqual(self.find_new().subject_id, user)

    def test_nobody_writes_changes_or_deletes_a_line(self):
        self.make_ticket().with_user(self.agent).export_data(["name"])
        line = self.find_new()
        for user in (self.agent, self.lead):
            mine = line.with_user(user)
            for change in (
                lambda mine=mine: mine.write({"summary": "Nothing"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.create({"kind": "role", "summary": "x"}),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    change()
        with self.assertRaises(AccessError):
            line.write({"summary": "Nothing"})
        with self.assertRaises(AccessError):
            line.unlink()
        with self.assertRaises(AccessError):
            self.lines.with_user(self.agent).search([])
        self.assertTrue(line.with_user(self.lead).summary)
