"""Several people at the same moment, each in a real transaction."""

import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged

from ..models import support_ticket_turn as turn
from .common import new_calendar
from .parallel_common import ParallelCase

WRITERS = 6
# The first hour from a midnight on is over then, by the closed days before it.
WORKED = [timedelta(days=closed_days, hours=10) for closed_days in range(2)]


class Requests(threading.local):
    """The request of each thread."""

    def _get_current_object(self):
        return self


@tagged("post_install", "-at_install")
class TestAtOnce(ParallelCase):
    def setUp(self):
        super().setUp()
        team = self.run_really(
            lambda env: env["support.team"].create(
                {"name": "At once", "call_back_capacity": 1}
            )
        )
        self.forget(team)
        self.team_id = team.id

    def make_tickets(self, count=1):
        values = {"team_id": self.team_id, "email_from": "at.once@customer.example"}
        tickets = self.run_really(
            lambda env: env["support.ticket"].create(
                [{**values, "name": f"At once {number}"} for number in range(count)]
            )
        )
        self.forget(tickets)
        return tickets.ids

    # --- one ticket -----------------------------------------------------------------

    def answer(self, words, tries, ticket_id, env, meet):
        """Answer in a request, which Odoo repeats when it has to."""
        tries[words] += 1
        # As ``ir.http`` does first of all.
        if turns := turn.get_turns():
            turn.wait_for_turns(env.cr, turns)
        ticket = env["support.ticket"].browse(ticket_id)
        self.assertTrue(ticket.name)
        meet()
        return ticket.message_post(
            body=words, message_type="comment", subtype_xmlid="mail.mt_comment"
        ).id

    def test_nobody_is_refused_when_many_answer_one_ticket(self):
        [ticket_id] = self.make_tickets()
        words, tries = [f"Answer {number}." for number in range(WRITERS)], Counter()
        with patch.object(turn, "request", Requests()):
            results = self.at_once(
                *(partial(self.answer, one, tries, ticket_id) for one in words)
            )
        self.assertEqual({type(one) for one in results}, {int}, results)
        # Who was in the way of others stood in line then, and was in no way again.
        self.assertLessEqual(max(tries.values()), 2, tries)

        def check(env):
            ticket = env["support.ticket"].browse(ticket_id)
            bodies = ticket.message_ids.mapped("body")
            for one in words:
                self.assertEqual(sum(one in body for body in bodies), 1)
            self.assertFalse(ticket._get_clock_differences())

        self.run_really(check)

    def hold(self, ticket_id, meanwhile):
        """Do something while somebody else is writing a ticket."""

        def write(env):
            env["support.ticket"].browse(ticket_id)._take_turn()
            return self.run_really(meanwhile)

        return self.run_really(write)

    def test_a_request_starts_again_when_somebody_else_is_writing(self):
        [ticket_id] = self.make_tickets()

        def rename(env):
            ticket = env["support.ticket"].browse(ticket_id)
            with patch.object(turn, "request", Requests()):
                ticket.name = "Another name"
            return ticket.name

        with self.assertRaises(ConcurrencyError):
            self.hold(ticket_id, rename)
        self.assertEqual(self.run_really(rename), "Another name")

    def test_a_job_waits_for_nobody(self):
        [ticket_id] = self.make_tickets()
        self.hold(
            ticket_id, lambda env: env["support.ticket"].browse(ticket_id)._take_turn()
        )

    def test_nor_does_a_job_that_an_administrator_starts_by_hand(self):
        [ticket_id] = self.make_tickets()

        def rename(env):
            ticket = env["support.ticket"].browse(ticket_id)
            with patch.object(turn, "request", Requests()):
                ticket.with_context(ir_cron_progress_id=1).name = "By the job"
                self.assertFalse(turn.get_turns())

        self.hold(ticket_id, rename)

    def test_a_new_ticket_asks_for_no_turn(self):
        def create(env):
            values = {"name": "New", "team_id": self.team_id}
            with patch.object(turn, "request", Requests()):
                ticket = env["support.ticket"].create(values)
                before = env.cr.sql_log_count
                ticket._take_turn()
                self.assertEqual(env.cr.sql_log_count, before)
                self.assertFalse(turn.get_turns())
            return ticket

        self.forget(self.run_really(create))

    # --- one hour -------------------------------------------------------------------

    def book(self, ticket_id, env, meet):
        starts_at = fields.Datetime.now().replace(microsecond=0) + timedelta(days=2)
        starts_at = starts_at.replace(minute=0, second=0)
        ticket = env["support.ticket"].browse(ticket_id)
        self.assertEqual(ticket.team_id.call_back_capacity, 1)
        meet()
        slot = (starts_at, starts_at + timedelta(hours=1))
        return env["support.call.back"]._book(ticket, slot, "+5511998765432").id

    def test_of_two_who_choose_the_last_hour_one_gets_it_and_one_is_told(self):
        tickets = self.make_tickets(2)
        results = self.at_once(*(partial(self.book, one) for one in tickets))
        told = [place for place, one in enumerate(results) if type(one) is UserError]
        self.assertEqual(len(told), 1, results)
        self.assertIn("taken", str(results[told[0]]))

        def check(env):
            planned = env["support.call.back"].search([("team_id", "=", self.team_id)])
            self.assertEqual(planned.ids, [results[1 - told[0]]])
            loser = env["support.ticket"].browse(tickets[told[0]])
            self.assertFalse(loser.activity_ids)

        self.run_really(check)

    # --- working hours --------------------------------------------------------------

    def test_a_job_plans_by_the_hours_that_somebody_has_changed_meanwhile(self):
        monday, calendar = self.find_next_monday(), self.make_hours()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertEqual(self.plan_an_hour(monday, env), monday + WORKED[0])
            # As a job does after some tickets.
            cr.commit()  # pylint: disable=invalid-commit
            self.close_really(calendar, monday)
            self.assertEqual(self.plan_an_hour(monday, env), monday + WORKED[1])

    def test_hours_that_stayed_are_not_asked_for_again(self):
        monday, calendar = self.find_next_monday(), self.make_hours()
        self.run_really(partial(self.plan_an_hour, monday))
        plan, env = self.plan_an_hour, partial(api.Environment, uid=SUPERUSER_ID)
        for closed_days in range(2):
            with self.registry.cursor() as cr:
                planned = plan(monday, env(cr, context={}))
                self.assertEqual(planned, monday + WORKED[closed_days])
            with (
                self.registry.cursor() as cr,
                patch.object(
                    type(calendar),
                    "_find_support_stretches",
                    side_effect=AssertionError,
                ),
            ):
                planned = plan(monday, env(cr, context={}))
                self.assertEqual(planned, monday + WORKED[closed_days])
                self.assertLessEqual(cr.sql_log_count, 2)
            self.close_really(calendar, monday)

    def test_hours_that_are_taken_back_count_for_nobody(self):
        monday, calendar = self.find_next_monday(), self.make_hours()
        tuesday = monday + timedelta(days=1)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.close_on(calendar.id, monday, env)
            with suppress(ValueError), cr.savepoint():
                raise ValueError("A step after it fails.")
            self.assertEqual(self.plan_an_hour(monday, env), monday + WORKED[1])
            cr.rollback()
            # Another change takes the version that the first one would have had.
            self.close_really(calendar, tuesday)
            self.assertEqual(self.plan_an_hour(monday, env), monday + WORKED[0])
            self.assertEqual(self.plan_an_hour(tuesday, env), tuesday + WORKED[1])

    def find_next_monday(self):
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=14 - today.weekday())

    def plan_an_hour(self, start, env):
        return (
            env["support.team"].browse(self.team_id)._plan_business_seconds(start, 3600)
        )

    def make_hours(self):
        calendar = self.run_really(self.make_calendar)
        self.forget(calendar)
        return calendar

    def make_calendar(self, env):
        calendar = new_calendar(env, "UTC")
        env["support.team"].browse(self.team_id).resource_calendar_id = calendar
        return calendar

    def close_really(self, calendar, day):
        self.forget(self.run_really(partial(self.close_on, calendar.id, day)))

    def close_on(self, calendar_id, day, env):
        holiday = {"name": "Holiday", "calendar_id": calendar_id, "date_from": day}
        end = day + timedelta(days=1)
        return env["resource.calendar.leaves"].create({**holiday, "date_to": end})
