import re

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestTours(SupportCommon, HttpCase):
    def build_bundles(self, page):
        """Ask for the scripts once: on a slow machine the browser would not wait."""
        self.authenticate(self.agent.login, self.agent.login)
        text = self.url_open(page, timeout=300).text
        for address in set(re.findall(r"/web/assets/[^\"'&]+", text)):
            self.url_open(address, timeout=300).raise_for_status()

    def test_an_agent_takes_answers_and_solves_a_case(self):
        self.env["support.macro"].create(
            {
                "name": "Tour answer",
                "sequence": 0,
                "body": "<p>Hello {first_name}, it leaves today.</p>",
                "stage_kind": "waiting",
                "team_ids": [Command.link(self.team.id)],
            }
        )
        ticket = self.make_ticket(name="Where is my lamp?")
        self.customer_writes(ticket, "I have seen no parcel yet.")
        self.build_bundles("/odoo/support-queue")
        self.start_tour(
            "/odoo/support-queue",
            "support_agent_day",
            login=self.agent.login,
            timeout=180,
        )
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.stage_kind, "solved")
        self.assertEqual(ticket.reply_count, 1)
        self.assertFalse(ticket._get_clock_differences())
