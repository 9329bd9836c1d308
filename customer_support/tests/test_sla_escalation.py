"""Warned before a deadline, escalated after it, each once."""

from ast import literal_eval
from datetime import datetime

from lxml import etree
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_sla_policy import SlaCommon


class EscalationCommon(SlaCommon):
    def new_policy_with(self, *levels, **vals):
        values = {"response_hours": 4, "warn_before": 0, **vals}
        return self.new_policy(
            **values, escalation_ids=[Command.create(level) for level in levels]
        )

    def get_notices(self, user):
        """What a user was told about first replies."""
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
                ("model", "=", "support.ticket"),
                ("body", "ilike", "First reply"),
            ]
        )

    def get_todos(self, ticket):
        return [(a.user_id, a.summary) for a in ticket.activity_ids]


@tagged("post_install", "-at_install")
class TestSlaWarning(EscalationCommon):
    def test_the_agent_is_warned_once_before_the_deadline(self):
        self.new_policy_with(warn_before=60, warn_unit="minutes")
        # 10:00 with four hours is due at 14:00: the warning is at 13:00, 16:00 UTC
        ticket = self.open_ticket(2026, 3, 2, 13, user_id=self.agent_own.id)
        self.assertEqual(ticket.at_risk_at, datetime(2026, 3, 2, 16))
        self.assertEqual(ticket.sla_check_at, datetime(2026, 3, 2, 16))
        self.run_job(2026, 3, 2, 15, 59)
        self.assertFalse(self.get_notices(self.agent_own))
        for minute in (1, 2, 30):
            self.run_job(2026, 3, 2, 16, minute)
        notice = self.get_notices(self.agent_own)
        self.assertEqual(len(notice), 1)
        self.assertIn("First reply due", notice.body)
        self.assertEqual(ticket.sla_check_at, ticket.response_deadline)
        self.assertEqual(ticket.event_ids.mapped("kind").count("escalated"), 1)
        self.assertProven(ticket)

    def test_a_share_of_the_time_is_working_time(self):
        self.new_policy_with(response_hours=10, warn_before=20, warn_unit="percent")
        # Friday 16:00 and ten hours: Tuesday 10:00; two hours before is Monday 16:00
        ticket = self.open_ticket(2026, 3, 6, 19)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 10, 13))
        self.assertEqual(ticket.at_risk_at, datetime(2026, 3, 9, 19))

    def test_the_leader_is_warned_of_a_ticket_that_nobody_has(self):
        self.new_policy_with(warn_before=60, warn_unit="minutes")
        self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 16, 1)
        self.assertTrue(self.get_notices(self.lead))

    def test_an_answered_ticket_is_not_warned_of(self):
        self.new_policy_with(warn_before=60, warn_unit="minutes")
        ticket = self.open_ticket(2026, 3, 2, 13, user_id=self.agent_own.id)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.assertFalse(ticket.at_risk_at)
        self.run_job(2026, 3, 2, 16, 1)
        self.assertFalse(ticket.sla_alert_ids)

    def test_the_list_of_what_is_at_risk(self):
        self.new_policy_with(warn_before=60, warn_unit="minutes", priority="3")
        near = self.open_ticket(2026, 3, 2, 13, priority="3")
        plain = self.open_ticket(2026, 3, 2, 14)
        late = self.open_ticket(2026, 3, 2, 11)
        tickets = near | plain | late
        action = self.env.ref("customer_support.support_ticket_action_at_risk")
        view = self.env["support.ticket"].get_view(
            action.search_view_id.id, view_type="search"
        )
        self.assertIn('name="at_risk"', view["arch"])
        with self.at(2026, 3, 2, 15, 30):
            found = tickets.search(self._get_filter_domain("at_risk"))
            # 12:30: one is due at 13:00, one is warned of at 13:00, one due at 15:00
            self.assertEqual(found & tickets, late)
        with self.at(2026, 3, 2, 16, 30):
            found = tickets.search(self._get_filter_domain("at_risk"))
            self.assertEqual(found & tickets, near | plain)
            found = tickets.search(self._get_filter_domain("late"))
            self.assertEqual(found & tickets, late)

    def _get_filter_domain(self, name):
        view = self.env["support.ticket"].get_view(
            self.env.ref("customer_support.support_ticket_view_search").id, "search"
        )
        node = etree.fromstring(view["arch"]).find(f".//filter[@name='{name}']")
        return literal_eval(node.get("domain"))


@tagged("post_install", "-at_install")
class TestSlaEscalation(EscalationCommon):
    def test_each_level_happens_once_at_its_time(self):
        policy = self.new_policy_with(
            {"minutes": 30, "when": "before"},
            {"minutes": 0, "notify_leader": False, "raise_priority": True},
            {"minutes": 60, "notify_leader": False, "reassign": "leader"},
        )
        before, at, after = policy.escalation_ids
        ticket = self.open_ticket(2026, 3, 2, 13, user_id=self.agent_own.id)
        steps = [
            ((2026, 3, 2, 16, 29), self.env["support.sla.escalation"]),
            ((2026, 3, 2, 16, 31), before),
            ((2026, 3, 2, 16, 59), before),
            ((2026, 3, 2, 17, 1), before | at),
            ((2026, 3, 2, 18, 1), before | at | after),
            ((2026, 3, 3, 18, 1), before | at | after),
        ]
        for moment, levels in steps:
            with self.subTest(moment=moment):
                self.run_job(*moment)
                self.run_job(*moment)
                self.assertEqual(ticket.sla_alert_ids.escalation_id, levels)
                self.assertEqual(len(ticket.sla_alert_ids), len(levels))
        self.assertEqual(ticket.priority, "2")
        self.assertEqual(ticket.user_id, self.lead)
        self.assertEqual(len(self.get_todos(ticket)), 1)
        self.assertEqual(ticket.sla_result_ids.agent_id, self.agent_own)
        self.assertProven(ticket)

    def test_minutes_after_the_deadline_are_working_minutes(self):
        self.new_policy_with({"minutes": 90})
        # due on Monday 16:30; 30 minutes on Monday, an hour on Tuesday: 10:00
        self.open_ticket(2026, 3, 2, 15, 30)
        ticket = self.env["support.ticket"].search([], limit=1)
        self.run_job(2026, 3, 3, 12, 59)
        self.assertFalse(ticket.sla_alert_ids)
        self.run_job(2026, 3, 3, 13, 1)
        self.assertTrue(ticket.sla_alert_ids)

    def test_the_todo_goes_when_the_deadline_is_met(self):
        self.new_policy_with({"minutes": 10})
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 17, 11)
        self.assertIn("First reply late since", self.get_todos(ticket)[0][1])
        self.reply_at(ticket, 2026, 3, 2, 18)
        self.assertFalse(self.get_todos(ticket))

    def test_a_level_of_one_target_leaves_the_others_alone(self):
        self.new_policy_with({"minutes": 0, "kind": "resolution"}, resolution_hours=6)
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 17, 1)
        self.assertFalse(ticket.sla_alert_ids)
        self.run_job(2026, 3, 2, 19, 1)
        self.assertEqual(ticket.sla_alert_ids.kind, "resolution")

    def test_a_raised_priority_brings_the_ticket_under_its_policy(self):
        strict = self.new_policy(sequence=1, priority="2", resolution_hours=2)
        self.new_policy_with(
            {"minutes": 0, "notify_leader": False, "raise_priority": True}
        )
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 17, 1)
        self.assertEqual(ticket.priority, "2")
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 2, 15))
        self.run_job(2026, 3, 2, 17, 2)
        missed = ticket.sla_result_ids.filtered(lambda r: r.kind == "resolution")
        self.assertEqual((missed.policy_id, missed.outcome), (strict, "missed"))
        self.assertEqual(len(ticket.sla_alert_ids), 2)

    def test_a_colleague_who_may_not_see_the_ticket_is_not_told(self):
        self.new_policy_with(
            {
                "minutes": 0,
                "notify_leader": False,
                "notify_user_ids": [Command.set((self.agent | self.agent_b).ids)],
                "notify_by": "inbox",
            }
        )
        self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 17, 1)
        self.assertTrue(self.get_notices(self.agent))
        self.assertFalse(self.get_notices(self.agent_b))

    def test_a_ticket_is_not_handed_to_somebody_who_may_not_see_it(self):
        self.new_policy_with(
            {"minutes": 0, "reassign": "user", "reassign_user_id": self.agent_b.id}
        )
        ticket = self.open_ticket(2026, 3, 2, 13, user_id=self.agent.id)
        self.run_job(2026, 3, 2, 17, 1)
        self.assertEqual(ticket.user_id, self.agent)
        self.assertTrue(ticket.sla_alert_ids)

    def test_a_level_added_later_concerns_the_open_tickets(self):
        policy = self.new_policy_with()
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 17, 1)
        self.env["support.sla.escalation"].with_user(self.lead).create(
            {"policy_id": policy.id, "minutes": 60}
        )
        self.run_job(2026, 3, 2, 17, 30)
        self.assertFalse(ticket.sla_alert_ids)
        self.run_job(2026, 3, 2, 18, 1)
        self.assertEqual(len(ticket.sla_alert_ids), 1)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_level_twice(self):
        self.new_policy_with({"minutes": 0})
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 17, 1)
        alert = ticket.sla_alert_ids
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            alert.copy()

    def test_refusals(self):
        policy = self.new_policy_with({"minutes": 0})
        level = policy.escalation_ids
        with self.assertRaises(AccessError):
            level.with_user(self.agent).minutes = 5
        with self.assertRaisesRegex(ValidationError, "has to do something"):
            level.notify_leader = False
        with self.assertRaisesRegex(ValidationError, "Choose the colleague"):
            level.reassign = "user"
        with self.assertRaises(AccessError):
            self.env["support.sla.alert"].with_user(self.lead).create(
                {"ticket_id": self.make_ticket().id}
            )
