"""Working hours that change: what was worked before, and all deadlines after."""

import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools import working_time
from .test_clock_log import HOUR
from .test_sla_policy import SlaCommon


@tagged("post_install", "-at_install")
class TestWorkingTime(SlaCommon):
    """What is known at once equals what Odoo's calendar says each time."""

    def _new_calendars(self):
        plain = self._new_calendar("America/New_York")
        night = self._new_calendar("America/Sao_Paulo", 0, 24)
        shifts = self._new_calendar("Europe/Lisbon", 9, 12)
        shifts.attendance_ids = [
            Command.create(
                {
                    "name": f"{day} later",
                    "dayofweek": str(day),
                    "hour_from": 13.5,
                    "hour_to": 18.25,
                    "day_period": "afternoon",
                }
            )
            for day in (0, 2, 5)
        ]
        weeks = self._new_calendar("Asia/Kolkata")
        weeks.switch_calendar_type()
        weeks.attendance_ids.filtered(
            lambda line: (
                not line.display_type
                and line.week_type == "1"
                and line.dayofweek in ("0", "3")
            )
        ).unlink()
        calendars = plain | night | shifts | weeks
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "date_from": datetime(2026, 3, day, 4, 30),
                    "date_to": datetime(2026, 3, day + length, 16, 59, 59),
                }
                for calendar in calendars
                for day, length in ((3, 0), (12, 2), (27, 1))
            ]
        )
        return calendars

    def test_working_seconds_are_those_of_the_calendar(self):
        chance = random.Random(1)
        for calendar in self._new_calendars():
            self.team.resource_calendar_id = calendar
            for _ in range(40):
                start = datetime(2026, 3, 1) + timedelta(
                    seconds=chance.randrange(60 * 86400)
                )
                end = start + timedelta(seconds=chance.randrange(20 * 86400))
                expected = round(calendar.get_work_hours_count(start, end) * HOUR)
                with self.subTest(calendar=calendar.name, start=start, end=end):
                    found = self.team._get_business_seconds(start, end)
                    self.assertEqual(found, expected)

    def test_planned_moments_are_those_of_the_calendar(self):
        chance = random.Random(2)
        for calendar in self._new_calendars():
            self.team.resource_calendar_id = calendar
            for seconds in (0, 1, 8 * HOUR, 16 * HOUR, -1, -8 * HOUR, *range(99)):
                start = datetime(2026, 3, 1) + timedelta(
                    seconds=chance.randrange(60 * 86400)
                )
                if seconds > 1:
                    seconds = chance.randrange(-60 * HOUR, 200 * HOUR)
                expected = calendar.plan_hours(
                    seconds / HOUR, start, compute_leaves=True
                )
                with self.subTest(calendar=calendar.name, start=start, of=seconds):
                    found = self.team._plan_business_seconds(start, seconds)
                    # Odoo's days end a millionth of a second early.
                    self.assertLessEqual(abs(found - expected), timedelta(seconds=1))

    def test_a_calendar_without_hours_has_no_deadline(self):
        self.calendar.attendance_ids.unlink()
        moment = datetime(2026, 3, 2, 13)
        self.assertIs(self.team._plan_business_seconds(moment, HOUR), False)
        self.assertIs(self.team._plan_business_seconds(moment, -HOUR), False)
        later = moment + timedelta(days=9)
        self.assertEqual(self.team._get_business_seconds(moment, later), 0)
        self.assertEqual(self.team._get_business_seconds(later, moment), 0)

    def test_hours_that_are_not_saved_yet_count_for_the_form_alone(self):
        moment = datetime(2026, 3, 2, 3)
        saved = self.team._plan_business_seconds(moment, HOUR)
        idle = self.env["resource.calendar"].create(
            {"name": "Idle", "attendance_ids": [Command.clear()]}
        )
        night = self._new_calendar("America/Sao_Paulo", 0, 24)
        for calendar, planned in ((idle, False), (night, moment + timedelta(hours=1))):
            # Each change of a form is a request of its own.
            self.team._forget_known_times()
            form = self.team.new(
                {"resource_calendar_id": calendar.id}, origin=self.team
            )
            self.assertEqual(form._plan_business_seconds(moment, HOUR), planned)
        self.team._forget_known_times()
        self.assertEqual(self.team._plan_business_seconds(moment, HOUR), saved)

    def test_the_calendar_is_asked_once_for_all(self):
        starts = [datetime(2026, 3, 2) + timedelta(hours=hour) for hour in range(400)]
        asked = []
        find = working_time.WorkingTime(
            lambda low, high: asked.append((low, high)) or [(low, high)]
        )
        for start in starts:
            find.seconds_between(start, start + timedelta(days=2))
            find.plan(start, 5 * HOUR)
        self.assertLessEqual(len(asked), 3)
        self.assertEqual([low for low, _high in asked[1:]], [h for _l, h in asked[:-1]])


@tagged("post_install", "-at_install")
class TestHoursChange(SlaCommon):
    """Hours count from the moment of their change on; São Paulo is at UTC-3."""

    def set_monday_end(self, hour, *moment):
        with self.at(*moment):
            self.calendar.attendance_ids.filtered(
                lambda line: line.dayofweek == "0"
            ).hour_to = hour

    def test_two_changes_in_a_row_count_each_for_its_time(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        # at 12:00 until 13:00 only, at 15:00 until 17:00 again, reply at 16:00
        self.set_monday_end(13, 2026, 3, 2, 15)
        self.set_monday_end(17, 2026, 3, 2, 18)
        self.reply_at(ticket, 2026, 3, 2, 19)
        self.assertColumns(
            ticket,
            first_response_seconds=6 * HOUR,
            first_response_business_seconds=4 * HOUR,
        )

    def test_a_change_writes_no_line_for_each_ticket(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        events = ticket.event_ids
        self.set_monday_end(13, 2026, 3, 2, 15)
        self.assertEqual(ticket.event_ids, events)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 3, 13))
        past = self.env["support.past.hours"].search([("team_id", "=", self.team.id)])
        self.assertEqual(past.mapped("began_at"), [datetime(2026, 3, 2, 13)])
        self.assertEqual(past.mapped("ended_at"), [datetime(2026, 3, 2, 15)])

    def test_a_ticket_reopened_later_counts_by_the_hours_of_each_day(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.do_at(ticket, "action_close", 2026, 3, 2, 14)
        with self.at(2026, 3, 2, 22):
            self.team.resource_calendar_id = False
        self.write_at(ticket, 2026, 3, 3, 1)
        # 10:00 to 17:00 on the old hours, then three by day and night
        self.assertColumns(ticket, age_business_seconds=10 * HOUR, reopen_count=1)

    def test_what_is_overdue_stays_due_when_it_was(self):
        # one hour on Monday from 16:00 on, three on Tuesday until 12:00
        due = datetime(2026, 3, 3, 15)
        ticket = self.open_ticket(2026, 3, 2, 19)
        self.assertEqual(ticket.response_deadline, due)
        with self.at(2026, 3, 3, 17):
            self.team.resource_calendar_id = False
        self.assertEqual(ticket.response_deadline, due)
        # also with the next event: its working time is booked and the target exceeded
        self.do_at(ticket, "action_hold", 2026, 3, 3, 18)
        self.do_at(ticket, "action_open", 2026, 3, 3, 19)
        self.assertEqual(ticket.response_deadline, due)
        self.reply_at(ticket, 2026, 3, 3, 20)
        self.assertEqual(self.get_results(ticket)[0][:2], ("response", "missed"))
        self.assertEqual(ticket.sla_result_ids.sorted("id")[0].deadline, due)
        self.assertProven(ticket)

    def test_a_recorded_result_stays(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        before = ticket.sla_result_ids.read()
        self.set_monday_end(10, 2026, 3, 2, 15)
        with self.at(2026, 3, 2, 16):
            self.team.resource_calendar_id = False
        self.assertEqual(ticket.sla_result_ids.read(), before)
        self.assertColumns(ticket, first_response_business_seconds=HOUR)

    def test_a_deleted_calendar_leaves_day_and_night(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        with self.at(2026, 3, 2, 15):
            self.calendar.unlink()
        self.assertFalse(self.team.resource_calendar_id)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 3, 5))
        self.reply_at(ticket, 2026, 3, 3, 1)
        self.assertColumns(ticket, first_response_business_seconds=12 * HOUR)

    def test_holidays_of_a_deleted_calendar_are_everybodys(self):
        other = self._new_calendar("America/Sao_Paulo")
        self.team_b.resource_calendar_id = other
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Flood",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 3, 2, 3),
                "date_to": datetime(2026, 3, 3, 2, 59, 59),
            }
        )
        theirs = self.open_ticket(2026, 3, 2, 13, team_id=self.team_b.id)
        self.assertEqual(theirs.response_deadline, datetime(2026, 3, 2, 17))
        with self.at(2026, 3, 2, 14):
            self.calendar.unlink()
        self.assertEqual(theirs.response_deadline, datetime(2026, 3, 3, 15))
        self.assertProven(theirs)

    def test_a_holiday_that_moves_concerns_both_calendars(self):
        other = self._new_calendar("America/Sao_Paulo")
        self.team_b.resource_calendar_id = other
        mine = self.open_ticket(2026, 3, 2, 13)
        theirs = self.open_ticket(2026, 3, 2, 13, team_id=self.team_b.id)
        with self.at(2026, 3, 2, 14):
            leave = self.env["resource.calendar.leaves"].create(
                {
                    "name": "Flood",
                    "calendar_id": self.calendar.id,
                    "date_from": datetime(2026, 3, 2, 3),
                    "date_to": datetime(2026, 3, 3, 2, 59, 59),
                }
            )
        deadlines = [datetime(2026, 3, 3, 15), datetime(2026, 3, 2, 17)]
        both = mine + theirs
        self.assertEqual(both.mapped("response_deadline"), deadlines)
        with self.at(2026, 3, 2, 14):
            leave.calendar_id = other
        self.assertEqual(both.mapped("response_deadline"), deadlines[::-1])
        self.assertProven(both)

    def test_only_what_concerns_a_team_changes_its_hours(self):
        self.open_ticket(2026, 3, 2, 13)
        abroad = self.make_team_abroad()
        other = abroad.resource_calendar_id
        self.open_ticket(2026, 3, 2, 13, team_id=abroad.id)
        teams = self.team | abroad
        holiday = {
            "name": "Holiday",
            "date_from": datetime(2026, 3, 4, 3),
            "date_to": datetime(2026, 3, 5, 2, 59, 59),
        }
        resource = self.agent.resource_ids[:1] or self.env["resource.resource"].create(
            {"name": "Bia", "user_id": self.agent.id, "calendar_id": self.calendar.id}
        )
        cases = [
            ("one person", {"resource_id": resource.id}, [0, 0]),
            ("own calendar", {"calendar_id": self.calendar.id}, [1, 0]),
            ("other company", {"calendar_id": other.id}, [0, 1]),
            ("all calendars", {"calendar_id": False}, [1, 1]),
        ]
        for name, values, expected in cases:
            before = teams.mapped("deadline_version")
            with self.subTest(name), self.at(2026, 3, 2, 14):
                leave = self.env["resource.calendar.leaves"].create(
                    {**holiday, **values}
                )
                risen = [
                    after - version
                    for after, version in zip(
                        teams.mapped("deadline_version"), before, strict=True
                    )
                ]
                self.assertEqual(risen, expected)
                leave.name = "Another name"
                self.assertEqual(
                    sum(teams.mapped("deadline_version")),
                    sum(before) + sum(expected),
                )
                leave.unlink()

    def test_a_form_full_of_changes_is_one_change(self):
        self.open_ticket(2026, 3, 2, 13)
        before = self.team.deadline_version
        with self.at(2026, 3, 2, 15):
            self.calendar.write(
                {
                    "tz": "America/Bahia",
                    "attendance_ids": [
                        Command.update(line.id, {"hour_from": 8})
                        for line in self.calendar.attendance_ids
                    ],
                }
            )
        self.assertEqual(self.team.deadline_version, before + 1)

    def test_any_course_of_changes_counts_each_second_once(self):
        """An independent sum over the pieces, each on the calendar of its time."""
        chance = random.Random(20260305)
        calendars = [
            self.calendar,
            self._new_calendar("Europe/Lisbon", 6, 20),
            self._new_calendar("America/New_York", 0, 24),
        ]
        moment = datetime(2026, 3, 2, 13)
        with freeze_time(moment):
            tickets = self.make_ticket() + self.make_ticket() + self.make_ticket()
        in_force = [(moment, self.calendar)]
        for _step in range(70):
            moment += timedelta(seconds=chance.randrange(60, 100_000))
            with freeze_time(moment):
                if chance.random() < 0.4:
                    calendar = chance.choice(calendars)
                    self.team.resource_calendar_id = calendar
                    in_force.append((moment, calendar))
                elif chance.random() < 0.5:
                    self.customer_writes(chance.choice(tickets))
                else:
                    self.agent_replies(chance.choice(tickets))
        for ticket in tickets:
            events = ticket.event_ids.sorted("id")
            for before, event in zip(events, events[1:], strict=False):
                self.assertEqual(
                    event.elapsed_business_seconds,
                    self._sum_pieces(in_force, before.at, event.at),
                )
        self.assertProven(tickets)

    def _sum_pieces(self, in_force, start, end):
        ends = [moment for moment, _calendar in in_force[1:]] + [datetime.max]
        return round(
            sum(
                calendar.get_work_hours_count(max(start, since), min(end, until))
                for (since, calendar), until in zip(in_force, ends, strict=True)
                if max(start, since) < min(end, until)
            )
            * HOUR
        )


@tagged("post_install", "-at_install")
class TestHoursRefusals(SlaCommon):
    def setUp(self):
        super().setUp()
        self.open_ticket(2026, 3, 2, 13)
        with self.at(2026, 3, 2, 15):
            self.team.resource_calendar_id = False
        self.past = self.env["support.past.hours"].search(
            [("team_id", "=", self.team.id)]
        )

    def test_nobody_rewrites_past_hours(self):
        self.assertEqual(len(self.past), 1)
        for user in (self.agent, self.lead, self.env.user):
            past = self.past.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    past.write({"stretches": []})
                with self.assertRaises(AccessError):
                    past.unlink()
        with self.assertRaises(AccessError):
            self.past.with_user(self.lead).create(
                {
                    "team_id": self.team.id,
                    "began_at": datetime(2026, 1, 1),
                    "ended_at": datetime(2026, 2, 1),
                }
            )

    def test_managers_of_the_company_alone_read_them(self):
        self.assertTrue(self.past.with_user(self.lead).stretches)
        with self.assertRaises(AccessError):
            self.past.with_user(self.agent).read(["stretches"])
        company = self.env["res.company"].create({"name": "Wholesale Ltd"})
        self.lead.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        with self.assertRaises(AccessError):
            self.past.with_user(self.lead).read(["stretches"])

    def test_what_the_system_knows_is_not_set_by_hand(self):
        team = self.team.with_user(self.lead)
        for values in (
            {"deadline_version": 0},
            {"hours_changed_at": False},
        ):
            with self.assertRaisesRegex(AccessError, "cannot be set by hand"):
                team.write(values)
        ticket = self.make_ticket()
        with self.assertRaises(AccessError):
            ticket.with_user(self.lead).deadline_version = 99
