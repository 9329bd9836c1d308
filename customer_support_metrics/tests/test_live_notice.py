"""Boards are told of changes: who may listen, how often, at what cost."""

import json
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.bus.tests.common import BusCase

from ..models import support_live_notice
from ..models.support_live_notice import BUS_CHANNEL, BUS_MESSAGE
from .metric_common import MetricCommon


@tagged("post_install", "-at_install")
class TestLiveNotice(BusCase, MetricCommon):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(support_live_notice._told_at, clear=True))
        self._reset_bus()

    def get_notices(self):
        """The ids of the teams whose boards were told, in order."""
        self.env.cr.precommit.run()
        found = []
        for row in self.env["bus.bus"].sudo().search([], order="id"):
            message = json.loads(row.message)
            if message["type"] == BUS_MESSAGE:
                team_id = message["payload"]["team_id"]
                channel = json.loads(row.channel)
                expected = [self.env.cr.dbname, "support.team", team_id, BUS_CHANNEL]
                self.assertEqual(channel, expected)
                found.append(team_id)
        self.env["bus.bus"].sudo().search([]).unlink()
        return found

    def commit(self):
        """What the end of a transaction does, without a real one."""
        notices = self.get_notices()
        callbacks = self.env.cr.postcommit
        with patch("odoo.addons.bus.models.bus.get_notify_payloads", return_value=[]):
            callbacks.run()
        return notices

    # --- when -------------------------------------------------------------------------

    def test_what_moves_a_ticket_is_told_to_its_team(self):
        ticket = self.make_ticket()
        self.assertEqual(self.get_notices(), self.team.ids)
        for step in (
            lambda: self.customer_writes(ticket),
            lambda: self.agent_replies(ticket),
            lambda: ticket.with_user(self.agent).action_close(),
        ):
            step()
            self.assertEqual(self.get_notices(), self.team.ids)

    def test_new_members_and_other_hours_are_told(self):
        for vals in (
            {"member_ids": [Command.unlink(self.agent.id)]},
            {"resource_calendar_id": False},
        ):
            self.team.write(vals)
            self.assertIn(self.team.id, self.get_notices())
        self.team.write({"sequence": 3})
        self.assertFalse(self.get_notices())

    def test_both_teams_are_told_when_a_ticket_changes_its_team(self):
        ticket = self.make_ticket()
        self.get_notices()
        ticket.team_id = self.team_b
        told = self.get_notices()
        self.assertEqual(sorted(told), sorted((self.team | self.team_b).ids))

    def test_a_deleted_ticket_and_an_absence_are_told(self):
        ticket = self.make_ticket()
        self.get_notices()
        ticket.unlink()
        self.assertEqual(self.get_notices(), self.team.ids)
        agents = self.env["support.agent"]
        agent = agents.search([("user_id", "=", self.agent.id)])
        agent.absent_until = "2030-01-01 00:00:00"
        self.assertIn(self.team.id, self.get_notices())

    def test_a_chat_that_waits_is_told(self):
        if "support_waiting_since" not in self.env["discuss.channel"]._fields:
            self.skipTest("without the addon of chats")
        livechat = self.env["im_livechat.channel"].create(
            {"name": "Store chat", "support_team_id": self.team.id}
        )
        chat = self.env["discuss.channel"].create(
            {
                "name": "Visitor",
                "channel_type": "livechat",
                "livechat_channel_id": livechat.id,
                "livechat_operator_id": self.agent.partner_id.id,
            }
        )
        self.get_notices()
        chat.support_waiting_since = "2026-03-02 13:00:00"
        self.assertEqual(self.get_notices(), self.team.ids)
        chat.description = "About a lamp"
        self.assertEqual(self.get_notices(), [])

    # --- how often --------------------------------------------------------------------

    def test_one_transaction_tells_once_whatever_it_changes(self):
        tickets = self.env["support.ticket"].create(
            [
                {"name": f"Case {number}", "team_id": self.team.id}
                for number in range(20)
            ]
        )
        for ticket in tickets[:5]:
            self.customer_writes(ticket, partner=self.customer)
        self.assertEqual(self.get_notices(), self.team.ids)

    def test_a_team_is_told_once_in_five_seconds(self):
        seconds = [1000.0]
        self.startPatcher(
            patch.object(
                support_live_notice.time, "monotonic", side_effect=lambda: seconds[0]
            )
        )
        self.make_ticket()
        self.assertEqual(self.commit(), self.team.ids)
        seconds[0] += 4.9
        self.make_ticket()
        self.make_ticket(team_id=self.team_b.id)
        self.assertEqual(self.commit(), self.team_b.ids)
        seconds[0] += 0.2
        self.make_ticket()
        self.assertEqual(self.commit(), self.team.ids)

    def test_what_is_rolled_back_silences_nobody(self):
        self.make_ticket()
        self.assertEqual(self.get_notices(), self.team.ids)
        self.env.cr.postcommit.clear()
        self.make_ticket()
        self.assertEqual(self.commit(), self.team.ids)

    def test_the_notice_takes_no_query_in_the_way_of_a_ticket(self):
        board = self.env["support.live"]
        # Whoever changes a ticket is known by then.
        self.env.user.mapped("login")
        before = self.env.cr.sql_log_count
        board._note_change(self.team.ids)
        board._note_change((self.team | self.team_b).ids)
        self.assertEqual(self.env.cr.sql_log_count, before)
        self.env.cr.precommit.run()
        # One INSERT for the notices of all teams.
        self.assertLessEqual(self.env.cr.sql_log_count - before, 2)

    # --- who listens ------------------------------------------------------------------

    def subscribe(self, channels, user=None):
        """What a websocket hears that asks for ``channels``."""
        user = user or self.env.ref("base.public_user")
        sockets = self.env["ir.websocket"].with_user(user)
        session = type("Session", (), {"uid": not user._is_public() and user.id})
        request = type("Request", (), {"session": session})
        with (
            patch("odoo.addons.bus.models.ir_websocket.request", request),
            patch("odoo.addons.bus.models.ir_websocket.wsrequest", request),
        ):
            return sockets._build_bus_channel_list(list(channels))

    def test_an_agent_hears_of_the_own_teams_a_manager_of_all(self):
        own, other = (self.team, BUS_CHANNEL), (self.team_b, BUS_CHANNEL)
        heard = self.subscribe([BUS_CHANNEL], self.agent)
        self.assertIn(own, heard)
        self.assertNotIn(other, heard)
        heard = self.subscribe([BUS_CHANNEL], self.lead)
        self.assertIn(own, heard)
        self.assertIn(other, heard)

    def test_who_does_not_ask_hears_nothing(self):
        self.assertNotIn((self.team, BUS_CHANNEL), self.subscribe([], self.agent))

    def test_guests_customers_and_other_employees_hear_nothing(self):
        employee = self._new_agent("eva", "Eva Luz", "base.group_user")
        asked = [
            *(BUS_CHANNEL, f"support.team_{self.team.id}"),
            f'["{self.env.cr.dbname}","support.team",{self.team.id},"{BUS_CHANNEL}"]',
        ]
        for user in (None, self.portal_user, employee):
            heard = self.subscribe(asked, user)
            self.assertNotIn(BUS_CHANNEL, heard)
            ours = [
                one for one in heard if isinstance(one, tuple) and one[1] == BUS_CHANNEL
            ]
            self.assertFalse(ours)

    def test_the_channel_that_is_told_is_not_the_one_that_is_asked_for(self):
        """A text that a browser sends never becomes the channel of a team."""
        self.make_ticket()
        self.env.cr.precommit.run()
        channels = self.env["bus.bus"].sudo().search([]).mapped("channel")
        forged = json.dumps([self.env.cr.dbname, BUS_CHANNEL])
        self.assertNotIn(forged, channels)
