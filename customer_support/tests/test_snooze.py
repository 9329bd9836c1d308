"""A snoozed ticket is in no queue, and comes back by the clock or the customer."""

from datetime import datetime
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestSnooze(SupportCommon):
    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 5, 13))  # Thursday 10:00 in São Paulo
        self.ticket = self.make_ticket(user_id=self.agent.id)

    def snooze(self, choice="tomorrow", agent=None, **vals):
        agent = agent or self.agent
        tickets = self.ticket.with_user(agent)
        action = tickets.action_snooze()
        wizard = (
            self.env[action["res_model"]]
            .with_user(agent)
            .with_context(**action["context"])
            .create({"choice": choice, **vals})
        )
        wizard.action_snooze()

    def run_job(self):
        job = self.env.ref("customer_support.ir_cron_support_snooze")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def get_queue(self):
        tickets = self.env["support.ticket"].with_user(self.agent)
        return tickets.search(tickets._get_queue_domain())

    def test_the_choices(self):
        cases = [
            ("later", datetime(2026, 3, 5, 16)),
            ("tomorrow", datetime(2026, 3, 6, 12)),
            ("week", datetime(2026, 3, 9, 12)),
        ]
        for choice, until in cases:
            with self.subTest(choice):
                self.snooze(choice)
                self.assertEqual(self.ticket.snoozed_until, until)

    def test_a_holiday_tomorrow_is_passed_over(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 3, 6, 3),
                "date_to": datetime(2026, 3, 7, 3),
            }
        )
        self.snooze("tomorrow")
        self.assertEqual(self.ticket.snoozed_until, datetime(2026, 3, 9, 12))

    def test_it_leaves_the_queue_and_comes_back_with_a_task(self):
        self.assertIn(self.ticket, self.get_queue())
        self.snooze("later", note="Ask the carrier again")
        self.assertNotIn(self.ticket, self.get_queue())
        self.run_job()
        self.assertTrue(self.ticket.snoozed_until)
        with self.at(2026, 3, 5, 16, 1):
            self.run_job()
            self.assertFalse(self.ticket.snoozed_until)
            self.assertIn(self.ticket, self.get_queue())
        task = self.ticket.activity_ids
        self.assertEqual(task.user_id, self.agent)
        self.assertIn("Ask the carrier again", task.note)
        kinds = self.ticket.event_ids.mapped("kind")
        self.assertEqual(kinds[-2:], ["snoozed", "woken"])
        self.run_job()
        self.assertEqual(len(self.ticket.activity_ids), 1)

    def test_one_that_somebody_changes_meanwhile_keeps_no_other_waiting(self):
        busy, other = self.ticket, self.make_ticket(user_id=self.agent.id)
        for self.ticket in (busy, other):
            self.snooze("later")
        lock = type(busy).try_lock_for_update

        def conflict(tickets, **options):
            if busy in tickets:
                raise SerializationFailure
            return lock(tickets, **options)

        with (
            self.at(2026, 3, 5, 16, 1),
            patch.object(type(busy), "try_lock_for_update", conflict),
        ):
            self.run_job()
        self.assertTrue(busy.snoozed_until)
        self.assertFalse(other.snoozed_until)

    def test_the_customer_brings_it_back_at_once(self):
        self.snooze("week")
        self.customer_writes(self.ticket)
        self.assertFalse(self.ticket.snoozed_until)
        self.assertIn("the customer wrote", self.ticket.activity_ids.summary)

    def test_it_stops_no_clock(self):
        self.customer_writes(self.ticket)
        due = self.ticket.due_at
        self.snooze("week")
        self.assertEqual(self.ticket.due_at, due)
        self.assertTrue(self.ticket.is_waiting_agent)
        self.assertFalse(self.ticket._get_clock_differences())

    def test_a_closed_ticket_does_not_come_back(self):
        self.snooze("week")
        self.ticket.with_user(self.agent).action_close()
        self.assertFalse(self.ticket.snoozed_until)
        self.assertFalse(self.ticket.activity_ids)

    def test_an_agent_brings_it_back_by_hand(self):
        self.snooze("week")
        self.ticket.with_user(self.agent).action_wake()
        self.assertFalse(self.ticket.snoozed_until)

    def test_a_moment_in_the_past_is_refused(self):
        with self.assertRaises(UserError):
            self.snooze("date", until=datetime(2026, 3, 4))

    def test_a_foreign_ticket_is_refused(self):
        with self.assertRaises(AccessError):
            self.snooze("later", agent=self.agent_b)

    def test_a_snoozed_ticket_is_given_to_nobody(self):
        self.ticket.user_id = False
        self.snooze("later")
        self.team.assignment_mode = "turn"
        domain = self.ticket._get_assignable_domain()
        self.assertFalse(self.ticket.filtered_domain(domain))
