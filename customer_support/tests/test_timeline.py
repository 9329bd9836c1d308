from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestTimeline(SupportCommon):
    """One list of all that was said with a customer, for who may read the tickets."""

    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket()
        self.customer_writes(self.ticket, "The glass is broken.")
        self.agent_replies(self.ticket, "We are sorry.")

    def find_lines(self, user=None, action=None):
        action = action or self.customer.action_view_support_timeline()
        lines = self.env["support.timeline"].with_user(user or self.agent)
        return lines.search(action["domain"])

    def log_call(self, ticket):
        self.env["support.log.call"].with_user(self.agent).create(
            {"result": "existing", "ticket_id": ticket.id, "notes": "<p>By phone</p>"}
        ).action_log()

    def test_messages_of_all_cases_stand_in_the_order_of_time(self):
        other = self.make_ticket(
            channel_id=self.env.ref("customer_support.channel_web_form").id
        )
        self.customer_writes(other, "And where is my bulb?")
        lines = self.find_lines()
        self.assertEqual(
            lines.mapped("preview"),
            ["And where is my bulb?", "We are sorry.", "The glass is broken."],
        )
        self.assertEqual(lines.ticket_id, self.ticket | other)
        self.assertEqual(
            lines.mapped("author"), ["Ana Souza", "Bia Ramos", "Ana Souza"]
        )
        self.assertEqual(
            lines.mapped("kind"), ["customer_message", "reply", "customer_message"]
        )
        self.assertIn("fa-envelope-o", lines[-1].channel_icon)

    def test_notes_stay_out_and_a_call_is_one_line(self):
        self.ticket.with_user(self.agent).message_post(
            body="Careful with her", subtype_xmlid="mail.mt_note"
        )
        self.log_call(self.ticket)
        lines = self.find_lines()
        self.assertEqual(len(lines), 3)
        self.assertIn("By phone", lines[0].preview)
        self.assertNotIn("Careful", "".join(lines.mapped("preview")))

    def test_whoever_may_not_read_a_ticket_reads_none_of_its_lines(self):
        self.assertFalse(self.find_lines(self.agent_b))
        self.assertEqual(len(self.find_lines(self.lead)), 2)
        self.assertEqual(len(self.find_lines(self.agent_own)), 0)
        self.ticket.user_id = self.agent_own
        self.assertEqual(len(self.find_lines(self.agent_own)), 2)
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.find_lines(user)

    def test_other_companies_stay_apart(self):
        company = self.env["res.company"].create({"name": "Other store"})
        team = self.team.copy(
            {
                "name": "Other",
                "alias_name": "other.store",
                "company_id": company.id,
                "resource_calendar_id": False,
                "website_ids": False,
            }
        )
        ticket = self.make_ticket(team_id=team.id)
        self.customer_writes(ticket, "Secret of the other store")
        words = self.find_lines(self.lead).mapped("preview")
        self.assertNotIn("Secret of the other store", words)

    def test_a_case_of_nobody_shows_its_own_words(self):
        stranger = self.make_ticket(partner_id=False, email_from="x@example.com")
        stranger.message_post(
            body="Hello",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            email_from="X Y <x@example.com>",
        )
        action = stranger.with_user(self.agent).action_view_timeline()
        lines = self.find_lines(action=action)
        self.assertEqual(lines.mapped("preview"), ["Hello"])
        self.assertEqual(lines.author, "X Y")
        action = self.ticket.with_user(self.agent).action_view_timeline()
        self.assertEqual(len(self.find_lines(action=action)), 2)

    def test_a_page_costs_the_same_however_much_was_said(self):
        domain = self.customer.action_view_support_timeline()["domain"]
        spec = {
            name: {} for name in ("at", "author", "preview", "channel_icon", "kind")
        }
        spec["ticket_id"] = {"fields": {"display_name": {}}}
        lines = self.env["support.timeline"].with_user(self.agent)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.web_search_read(domain, spec, limit=20)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(10):
            ticket = self.make_ticket(name=f"Case {number}")
            self.customer_writes(ticket)
        self.assertLessEqual(count(), few)
