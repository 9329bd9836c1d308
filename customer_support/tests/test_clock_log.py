"""Times and counts of a ticket: hand-computed examples of the house rules."""

import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.customer_support.tools.author_kind import BOT, NO_CLOCK, RULE

from .common import SupportCommon

HOUR = 3600


class ClockCommon(SupportCommon):
    def assertProven(self, tickets):
        """The columns equal what the log says."""
        self.assertFalse(tickets._get_clock_differences())

    def assertColumns(self, ticket, **expected):
        self.assertEqual({name: ticket[name] for name in expected}, expected)
        self.assertProven(ticket)

    def open_ticket(self, *moment, **vals):
        """A ticket by e-mail; São Paulo is at UTC-3."""
        with self.at(*moment):
            ticket = self.make_ticket(**vals)
            self.customer_writes(ticket)
        return ticket

    def reply_at(self, ticket, *moment):
        with self.at(*moment):
            return self.agent_replies(ticket)

    def write_at(self, ticket, *moment):
        with self.at(*moment):
            return self.customer_writes(ticket)

    def do_at(self, ticket, action, *moment):
        with self.at(*moment):
            getattr(ticket.with_user(self.agent), action)()


@tagged("post_install", "-at_install")
class TestResponses(ClockCommon):
    def test_first_response_counts_working_hours_and_calendar_hours(self):
        # Friday 16:00 to Monday 10:00: one hour on Friday, one on Monday
        ticket = self.open_ticket(2026, 3, 6, 19)
        self.reply_at(ticket, 2026, 3, 9, 13)
        self.assertColumns(
            ticket,
            first_response_at=datetime(2026, 3, 9, 13),
            first_response_seconds=66 * HOUR,
            first_response_business_seconds=2 * HOUR,
            waiting_since=False,
            reply_count=1,
        )

    def test_reply_outside_hours_to_a_message_outside_hours_takes_no_working_time(self):
        ticket = self.open_ticket(2026, 3, 7, 15)
        self.reply_at(ticket, 2026, 3, 7, 16)
        self.assertColumns(
            ticket, first_response_seconds=HOUR, first_response_business_seconds=0
        )

    def test_what_a_browser_says_of_who_speaks_is_not_believed(self):
        for context in (
            {"support_author_kind": "bot"},
            {"support_author_kind": "rule"},
            {"support_no_clock": True},
        ):
            with self.subTest(**context):
                ticket = self.open_ticket(2026, 3, 2, 13)
                with self.at(2026, 3, 2, 15):
                    told = ticket.with_user(self.agent).with_context(**context)
                    self.agent_replies(told)
                    told.action_close()
                self.assertColumns(
                    ticket, first_response_seconds=2 * HOUR, reply_count=1
                )
                kinds = set(ticket.event_ids[1:].mapped("author_kind"))
                self.assertEqual(kinds - {"customer"}, {"human"})
                opened = ticket.with_context(**context).create({"name": "By hand"})
                self.assertEqual(opened.event_ids.author_kind, "human")

    def test_an_agent_answers_in_the_own_name_whatever_a_call_says(self):
        for claimed in (
            {"author_id": self.lead.partner_id.id},
            {"author_id": self.customer.id},
            {"author_id": False, "email_from": self.customer.email},
            {"email_from": self.customer.email},
        ):
            with self.subTest(**claimed):
                ticket = self.open_ticket(2026, 3, 2, 13)
                with self.at(2026, 3, 2, 14):
                    message = ticket.with_user(self.agent).message_post(
                        body="It is on its way.",
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment",
                        **claimed,
                    )
                self.assertEqual(message.author_id, self.agent.partner_id)
                self.assertEqual(ticket.event_ids[-1].user_id, self.agent)
                self.assertColumns(ticket, reply_count=1, customer_message_count=1)

    def test_a_manager_brings_in_what_a_customer_has_said(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        with self.at(2026, 3, 2, 14):
            message = ticket.with_user(self.lead).message_post(
                body="Any news?",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                author_id=self.customer.id,
            )
        self.assertEqual(message.author_id, self.customer)
        self.assertColumns(ticket, reply_count=0, customer_message_count=2)

    def test_neither_bot_nor_rule_nor_note_is_a_response(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        for author_kind in (BOT, RULE):
            self.agent_replies(ticket.with_context(support_author_kind=author_kind))
        ticket.with_user(self.agent).message_post(
            body="Ask the warehouse", message_type="comment"
        )
        self.assertColumns(
            ticket,
            first_response_at=False,
            waiting_since=datetime(2026, 3, 2, 13),
            touch_count=1,
            reply_count=0,
        )

    def test_stage_mail_and_field_changes_are_no_response(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        ticket.with_user(self.agent).message_post(
            body="We have your message",
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
        )
        ticket.with_user(self.agent).priority = "3"
        self.env.flush_all()
        self.assertColumns(ticket, first_response_at=False, touch_count=0)

    def test_several_messages_in_a_row_are_one_wait(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.write_at(ticket, 2026, 3, 2, 14)
        self.write_at(ticket, 2026, 3, 2, 15)
        self.reply_at(ticket, 2026, 3, 2, 16)
        self.assertEqual(
            ticket.wait_ids.mapped(
                lambda w: (w.kind, w.outcome, w.is_first, w.seconds)
            ),
            [("reply", "answered", True, 3 * HOUR)],
        )
        self.assertColumns(ticket, customer_message_count=3)

    def test_every_next_reply_is_a_wait_of_its_own(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.write_at(ticket, 2026, 3, 2, 19)
        self.reply_at(ticket, 2026, 3, 3, 13)
        waits = ticket.wait_ids
        self.assertEqual(waits.mapped("is_first"), [True, False])
        self.assertEqual(waits.mapped("business_seconds"), [HOUR, 2 * HOUR])
        self.assertEqual(waits.agent_id, self.agent)
        self.assertColumns(ticket, first_response_seconds=HOUR, reply_count=2)

    def test_agent_started_case_begins_with_the_first_customer_message(self):
        phone = self.env.ref("customer_support.channel_phone")
        with self.at(2026, 3, 2, 13):
            ticket = self.make_ticket(channel_id=phone.id)
            self.agent_replies(ticket)
        self.assertColumns(ticket, first_response_at=False, waiting_since=False)
        self.write_at(ticket, 2026, 3, 2, 15)
        self.reply_at(ticket, 2026, 3, 2, 16)
        self.assertColumns(ticket, first_response_seconds=HOUR)

    def test_closing_without_reply_ends_the_wait_unanswered(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.do_at(ticket, "action_close", 2026, 3, 2, 15)
        self.assertEqual(ticket.wait_ids.outcome, "unanswered")
        self.assertColumns(ticket, first_response_at=False, waiting_since=False)

    def test_auto_reply_of_the_customer_touches_no_clock(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.do_at(ticket, "action_close", 2026, 3, 2, 15)
        with self.at(2026, 3, 2, 16):
            self.customer_writes(ticket.with_context(support_no_clock=NO_CLOCK))
        self.assertColumns(
            ticket, stage_kind="solved", waiting_since=False, customer_message_count=1
        )

    def test_answer_from_a_mail_program_counts_as_the_agents(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        with self.at(2026, 3, 2, 14):
            self.customer_writes(ticket, partner=self.agent.partner_id)
        self.assertColumns(ticket, first_response_seconds=HOUR)
        self.assertEqual(ticket.wait_ids.agent_id, self.agent)


@tagged("post_install", "-at_install")
class TestResolution(ClockCommon):
    def test_net_resolution_leaves_out_waiting_for_the_customer(self):
        # Monday 10:00 opened, 11:00 waiting, 15:00 customer writes, 16:00 solved
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.do_at(ticket, "action_wait", 2026, 3, 2, 14)
        self.write_at(ticket, 2026, 3, 2, 18)
        self.do_at(ticket, "action_close", 2026, 3, 2, 19)
        self.assertColumns(
            ticket,
            resolution_seconds=6 * HOUR,
            paused_seconds=4 * HOUR,
            net_resolution_seconds=2 * HOUR,
            net_resolution_business_seconds=2 * HOUR,
        )
        pause = ticket.wait_ids.filtered(lambda wait: wait.kind == "customer")
        self.assertEqual((pause.outcome, pause.seconds), ("ended", 4 * HOUR))

    def test_on_hold_is_kept_apart_and_stays_in_net(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.do_at(ticket, "action_hold", 2026, 3, 2, 14)
        self.do_at(ticket, "action_close", 2026, 3, 2, 16)
        self.assertColumns(
            ticket, hold_seconds=2 * HOUR, net_resolution_seconds=3 * HOUR
        )
        self.assertIn("third_party", ticket.wait_ids.mapped("kind"))

    def test_reopening_keeps_the_first_resolution_and_moves_the_full_one(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.do_at(ticket, "action_close", 2026, 3, 2, 14)
        self.write_at(ticket, 2026, 3, 3, 13)
        self.assertColumns(
            ticket,
            resolved_at=False,
            closed_at=False,
            resolution_seconds=0,
            reopen_count=1,
            first_resolution_seconds=HOUR,
        )
        self.reply_at(ticket, 2026, 3, 3, 14)
        self.do_at(ticket, "action_close", 2026, 3, 3, 14)
        self.assertColumns(
            ticket,
            first_resolution_seconds=HOUR,
            resolution_seconds=25 * HOUR,
            resolution_business_seconds=9 * HOUR,
            first_response_seconds=HOUR,
        )

    def test_a_cancelled_case_is_closed_and_not_resolved(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.do_at(ticket, "action_cancel", 2026, 3, 2, 14)
        self.assertColumns(
            ticket,
            closed_at=datetime(2026, 3, 2, 14),
            resolved_at=False,
            first_resolved_at=False,
        )

    def test_silent_confirmation_counts_from_the_last_reply(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 15)
        self.do_at(ticket, "action_wait", 2026, 3, 2, 15)
        with self.at(2026, 3, 12, 15):
            ticket._record_event(
                "stage",
                author_kind="rule",
                payload={"stage_kind": "solved", "confirms_reply": True},
            )
        self.assertColumns(
            ticket,
            resolved_at=datetime(2026, 3, 2, 15),
            closed_at=datetime(2026, 3, 12, 15),
            resolution_seconds=2 * HOUR,
            net_resolution_seconds=2 * HOUR,
        )

    def test_a_clock_set_back_gives_no_negative_time(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 12)
        self.assertColumns(ticket, first_response_seconds=0)


@tagged("post_install", "-at_install")
class TestCalendars(ClockCommon):
    def _team_in(self, calendar):
        return self.team.copy({"name": "T", "resource_calendar_id": calendar.id})

    def test_the_night_of_daylight_saving_has_23_hours(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Always, Lisbon",
                "tz": "Europe/Lisbon",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 0,
                            "hour_to": 24,
                            "day_period": "full_day",
                        }
                    )
                    for day in range(7)
                ],
            }
        )
        team = self._team_in(calendar)
        # Saturday 28 March 12:00 to Sunday 29 March 12:00 in Lisbon
        ticket = self.open_ticket(2026, 3, 28, 12, team_id=team.id)
        self.reply_at(ticket, 2026, 3, 29, 11)
        self.assertColumns(
            ticket,
            first_response_seconds=23 * HOUR,
            first_response_business_seconds=23 * HOUR,
        )

    def test_a_deadline_keeps_the_wall_clock_over_daylight_saving(self):
        team = self._team_in(self._new_calendar("Europe/Lisbon"))
        # Friday 16:00 with four hours: one on Friday, until 12:00 on Monday, which is
        # 11:00 UTC after the change of clocks
        ticket = self.open_ticket(2026, 3, 27, 16, team_id=team.id)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 30, 11))

    def test_autumn_change_in_new_york_counts_eight_hours_a_day(self):
        team = self._team_in(self._new_calendar("America/New_York"))
        # Friday 30 October 9:00 EDT to Monday 2 November 17:00 EST: two working days
        ticket = self.open_ticket(2026, 10, 30, 13, team_id=team.id)
        self.reply_at(ticket, 2026, 11, 2, 22)
        self.assertColumns(
            ticket,
            first_response_seconds=81 * HOUR,
            first_response_business_seconds=16 * HOUR,
        )

    def test_a_holiday_takes_no_working_time(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Tiradentes",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 4, 21, 3),
                "date_to": datetime(2026, 4, 22, 2, 59, 59),
            }
        )
        # Monday 16:00 to Wednesday 10:00, Tuesday is the holiday
        ticket = self.open_ticket(2026, 4, 20, 19)
        self.assertEqual(ticket.response_deadline, datetime(2026, 4, 22, 15))
        self.reply_at(ticket, 2026, 4, 22, 13)
        self.assertColumns(ticket, first_response_business_seconds=2 * HOUR)

    def test_a_holiday_announced_later_counts_from_then_on(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        with self.at(2026, 3, 2, 15):
            leave = self.env["resource.calendar.leaves"].create(
                {
                    "name": "Flood",
                    "calendar_id": self.calendar.id,
                    "date_from": datetime(2026, 3, 2, 3),
                    "date_to": datetime(2026, 3, 3, 2, 59, 59),
                }
            )
        # two hours are booked, the rest of Monday is free; Tuesday from 9:00
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 3, 14))
        self.reply_at(ticket, 2026, 3, 3, 13)
        self.assertColumns(ticket, first_response_business_seconds=3 * HOUR)
        leave.unlink()
        self.assertProven(ticket)

    def test_a_change_of_team_books_the_time_on_the_old_hours(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        always = self.team.copy({"name": "Always", "resource_calendar_id": False})
        # Monday 10:00 to 20:00 on 9-17 is 7 hours; then 4 hours round the clock
        with self.at(2026, 3, 2, 23):
            ticket.team_id = always
        self.reply_at(ticket, 2026, 3, 3, 3)
        self.assertColumns(
            ticket,
            first_response_seconds=14 * HOUR,
            first_response_business_seconds=11 * HOUR,
            transfer_count=1,
        )
        self.assertEqual(ticket.wait_ids.team_id, always)
        moved = ticket.event_ids.filtered(lambda event: event.kind == "team")
        self.assertEqual(moved.team_id, self.team)

    def test_a_change_of_the_teams_calendar_books_the_time_on_the_old_hours(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        with self.at(2026, 3, 2, 23):
            self.team.resource_calendar_id = False
        self.reply_at(ticket, 2026, 3, 3, 3)
        self.assertColumns(ticket, first_response_business_seconds=11 * HOUR)

    def test_changed_attendance_counts_from_the_change_on(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        with self.at(2026, 3, 2, 20):  # 17:00, seven hours are booked
            self.calendar.attendance_ids.filtered(
                lambda line: line.dayofweek == "1"
            ).hour_from = 13
        self.reply_at(ticket, 2026, 3, 3, 18)  # Tuesday 15:00
        self.assertColumns(ticket, first_response_business_seconds=9 * HOUR)

    def test_deadlines_pause_and_resume(self):
        # resolution within 16 working hours from Monday 10:00: Wednesday 10:00
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 4, 13))
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))
        self.assertEqual(ticket.due_at, ticket.response_deadline)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.do_at(ticket, "action_wait", 2026, 3, 2, 14)
        self.assertFalse(ticket.resolution_deadline or ticket.due_at)
        self.write_at(ticket, 2026, 3, 3, 14)
        # 15 hours are left on Tuesday 11:00: Thursday 10:00
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 5, 13))
        self.assertEqual(ticket.next_reply_deadline, datetime(2026, 3, 4, 14))
        self.do_at(ticket, "action_close", 2026, 3, 3, 15)
        self.assertFalse(ticket.due_at)


@tagged("post_install", "-at_install")
class TestMerge(ClockCommon):
    def test_survivor_keeps_the_earliest_message_and_the_oldest_wait(self):
        loser = self.open_ticket(2026, 3, 2, 13)
        survivor = self.open_ticket(2026, 3, 2, 15)
        with self.at(2026, 3, 2, 16):
            loser._merge_into(survivor)
        self.assertColumns(
            survivor,
            opened_at=datetime(2026, 3, 2, 13),
            first_customer_at=datetime(2026, 3, 2, 13),
            waiting_since=datetime(2026, 3, 2, 13),
            customer_message_count=2,
        )
        self.reply_at(survivor, 2026, 3, 2, 17)
        self.assertColumns(
            survivor,
            first_response_seconds=4 * HOUR,
            first_response_business_seconds=4 * HOUR,
        )
        self.do_at(survivor, "action_close", 2026, 3, 2, 18)
        self.assertColumns(
            survivor,
            resolution_seconds=5 * HOUR,
            resolution_business_seconds=5 * HOUR,
        )

    def test_loser_closes_unresolved_and_leaves_the_figures(self):
        loser = self.open_ticket(2026, 3, 2, 13)
        survivor = self.open_ticket(2026, 3, 2, 15)
        with self.at(2026, 3, 2, 16):
            loser._merge_into(survivor)
        self.assertColumns(
            loser,
            merged_into_id=survivor,
            exclusion="duplicate",
            stage_kind="cancelled",
            closed_at=datetime(2026, 3, 2, 16),
            resolved_at=False,
            waiting_since=False,
        )
        self.assertEqual(loser.wait_ids.outcome, "merged")
        self.assertEqual(loser._get_survivor(), survivor)

    def test_first_response_given_on_the_loser_counts_for_the_survivor(self):
        loser = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(loser, 2026, 3, 2, 14)
        survivor = self.open_ticket(2026, 3, 2, 15)
        with self.at(2026, 3, 2, 16):
            loser._merge_into(survivor)
        self.assertColumns(
            survivor,
            first_response_at=datetime(2026, 3, 2, 14),
            first_response_seconds=HOUR,
            waiting_since=datetime(2026, 3, 2, 15),
        )

    def test_the_conversation_moves_to_the_survivor(self):
        loser, survivor = self.make_ticket(), self.make_ticket()
        message = self.customer_writes(loser, "Second mail about it")
        loser._merge_into(survivor)
        self.assertEqual(message.res_id, survivor.id)

    def test_merging_in_a_circle_is_refused(self):
        one, two = self.make_ticket(), self.make_ticket()
        one._merge_into(two)
        for loser, survivor in ((two, one), (one, two), (two, two)):
            with self.assertRaisesRegex(Exception, "cannot be merged"):
                loser._merge_into(survivor)


@tagged("post_install", "-at_install")
class TestProof(ClockCommon):
    def test_a_tampered_column_is_found_and_mended(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        ticket.sudo().first_response_seconds = 5
        self.assertEqual(
            ticket._get_clock_differences(),
            [(ticket, "first_response_seconds", HOUR, 5)],
        )
        ticket._rebuild_clock()
        self.assertColumns(ticket, first_response_seconds=HOUR)

    def test_any_course_of_events_stays_provable(self):
        chance = random.Random(20260302)
        moment = datetime(2026, 3, 2, 13)
        tickets = self.make_ticket() | self.make_ticket() | self.make_ticket()
        teams = self.team | self.team.copy(
            {"name": "Night", "resource_calendar_id": False}
        )
        steps = [
            lambda ticket: self.customer_writes(ticket),
            lambda ticket: self.agent_replies(ticket, agent=self.lead),
            lambda ticket: ticket.action_wait(),
            lambda ticket: ticket.action_hold(),
            lambda ticket: ticket.action_open(),
            lambda ticket: ticket.action_close(),
            lambda ticket: ticket.write({"team_id": chance.choice(teams.ids)}),
            lambda ticket: ticket.write(
                {"user_id": chance.choice(self.team.member_ids.ids)}
            ),
        ]
        for _step in range(60):
            moment += timedelta(minutes=chance.randrange(1, 2000))
            with freeze_time(moment):
                chance.choice(steps)(chance.choice(tickets))
        tickets[0]._merge_into(tickets[1])
        self.assertProven(tickets)
        for ticket in tickets:
            self.assertGreaterEqual(ticket.net_resolution_business_seconds, 0)
            self.assertLessEqual(
                sum(ticket.wait_ids.mapped("business_seconds")),
                sum(ticket.wait_ids.mapped("seconds")),
            )

    def test_a_missing_wait_is_found_and_mended(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        ticket.wait_ids.sudo().unlink()
        self.assertEqual(ticket._get_clock_differences()[0][1], "wait_ids")
        ticket._rebuild_clock()
        self.assertProven(ticket)

    def test_the_figures_outlive_a_deleted_ticket(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        events = ticket.event_ids
        ticket.unlink()
        events.invalidate_recordset()
        self.assertTrue(events.exists())
        self.assertFalse(events.ticket_id)
