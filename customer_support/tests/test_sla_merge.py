"""Results of targets when tickets are merged, taken apart and split."""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_clock_log import HOUR
from .test_sla_policy import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaMerge(SlaCommon):
    """Two cases of Monday 10:00 and 12:00; four working hours for a first reply."""

    def setUp(self):
        super().setUp()
        self.loser = self.open_ticket(2026, 3, 2, 13)
        self.survivor = self.open_ticket(2026, 3, 2, 15)

    def merge_at(self, *moment):
        with self.at(*moment):
            self.loser._merge_into(self.survivor)

    def undo_at(self, *moment):
        with self.at(*moment):
            self.loser.with_user(self.lead).action_undo_merge()
        self.env.invalidate_all()

    def test_taken_apart_in_time_each_has_its_own_deadline_again(self):
        deadlines = [
            (ticket.response_deadline, ticket.resolution_deadline)
            for ticket in (self.loser, self.survivor)
        ]
        self.merge_at(2026, 3, 2, 16)
        # The customer who waits longer decides.
        self.assertEqual(self.survivor.response_deadline, datetime(2026, 3, 2, 17))
        self.undo_at(2026, 3, 2, 16, 30)
        self.assertEqual(
            [
                (ticket.response_deadline, ticket.resolution_deadline)
                for ticket in (self.loser, self.survivor)
            ],
            deadlines,
        )
        self.assertFalse((self.loser | self.survivor).sla_result_ids)
        self.reply_at(self.survivor, 2026, 3, 2, 18)
        self.run_job(2026, 3, 2, 18, 1)
        self.assertEqual(
            self.get_results(self.survivor), [("response", "met", 3 * HOUR)]
        )
        self.assertEqual(
            self.get_results(self.loser), [("response", "missed", 4 * HOUR)]
        )
        self.assertProven(self.loser | self.survivor)

    def test_a_deadline_that_passed_while_merged_is_recorded_at_its_moment(self):
        self.merge_at(2026, 3, 2, 16)
        self.run_job(2026, 3, 3, 13)
        self.assertFalse(self.loser.sla_result_ids)
        self.assertEqual(
            self.survivor.sla_result_ids.ended_at, datetime(2026, 3, 2, 17)
        )
        self.undo_at(2026, 3, 3, 14)
        self.run_job(2026, 3, 3, 14, 1)
        result = self.loser.sla_result_ids
        self.assertEqual((result.kind, result.outcome), ("response", "missed"))
        self.assertEqual(result.ended_at, datetime(2026, 3, 2, 17))

    def get_counted(self, ticket):
        counted = ticket.sla_result_ids.filtered(lambda one: not one.withdrawn_at)
        return [(one.kind, one.outcome) for one in counted.sorted("id")]

    def test_a_breach_of_the_merged_ticket_leaves_with_it(self):
        self.merge_at(2026, 3, 2, 16)
        self.run_job(2026, 3, 2, 17, 1)
        self.assertEqual(self.survivor.response_sla_met, "missed")
        before = self.survivor.sla_result_ids.read(["outcome", "ended_at", "deadline"])
        self.undo_at(2026, 3, 2, 17, 30)
        self.assertFalse(self.survivor.response_sla_met)
        self.assertFalse(self.get_counted(self.survivor))
        # The line itself stays as it was written.
        self.assertEqual(
            self.survivor.sla_result_ids.read(["outcome", "ended_at", "deadline"]),
            before,
        )
        self.run_job(2026, 3, 2, 17, 31)
        self.assertEqual(self.loser.response_sla_met, "missed")
        self.reply_at(self.survivor, 2026, 3, 2, 18, 50)
        self.assertEqual(self.survivor.response_sla_met, "met")
        self.assertEqual(self.get_counted(self.survivor), [("response", "met")])
        self.assertProven(self.loser | self.survivor)

    def test_a_breach_of_its_own_stays(self):
        self.merge_at(2026, 3, 2, 16)
        # The survivor's own four hours end at 19:00.
        self.run_job(2026, 3, 2, 19, 1)
        self.undo_at(2026, 3, 2, 19, 30)
        self.assertEqual(self.survivor.response_sla_met, "missed")
        self.assertEqual(self.get_counted(self.survivor), [("response", "missed")])

    def test_what_was_missed_before_the_merge_stays(self):
        self.run_job(2026, 3, 2, 19, 1)
        before = self.survivor.sla_result_ids.read()
        self.assertEqual(len(before), 1)
        self.merge_at(2026, 3, 2, 19, 10)
        self.undo_at(2026, 3, 2, 19, 30)
        self.assertEqual(self.survivor.sla_result_ids.read(), before)
        self.assertEqual(self.survivor.response_sla_met, "missed")

    def test_a_late_question_that_came_and_went_is_no_breach(self):
        self.reply_at(self.survivor, 2026, 3, 2, 15, 30)
        self.merge_at(2026, 3, 2, 16)
        # The merged customer's wait is a next reply of the survivor: eight hours.
        self.run_job(2026, 3, 4, 13)
        missed = ("next_reply", "missed")
        self.assertIn(missed, self.get_counted(self.survivor))
        self.undo_at(2026, 3, 4, 14)
        self.assertNotIn(missed, self.get_counted(self.survivor))
        self.assertEqual(self.survivor.response_sla_met, "met")

    def test_what_is_recorded_of_the_merged_ticket_outlives_merge_and_undo(self):
        self.run_job(2026, 3, 2, 17, 1)
        before = self.loser.sla_result_ids.read()
        self.assertEqual(len(before), 1)
        self.merge_at(2026, 3, 2, 18)
        self.run_job(2026, 3, 2, 18, 1)
        self.undo_at(2026, 3, 2, 18, 30)
        self.reply_at(self.loser, 2026, 3, 2, 18, 40)
        self.reply_at(self.survivor, 2026, 3, 2, 18, 50)
        self.run_job(2026, 3, 2, 20)
        self.assertEqual(self.loser.sla_result_ids.read(), before)
        self.assertEqual(self.get_counted(self.survivor), [("response", "met")])

    def test_people_take_no_result_back(self):
        self.run_job(2026, 3, 2, 19, 1)
        for user in (self.agent, self.lead):
            with self.assertRaises(AccessError):
                self.survivor.sla_result_ids.with_user(user).write(
                    {"withdrawn_at": datetime(2026, 3, 2)}
                )

    def test_a_merged_ticket_is_at_no_risk_and_the_job_leaves_it_alone(self):
        self.merge_at(2026, 3, 2, 16)
        self.assertFalse(self.loser.sla_check_at)
        self.run_job(2026, 3, 9, 13)
        self.assertFalse(self.loser.sla_result_ids)

    def test_one_wait_is_counted_once_in_the_reports(self):
        self.run_job(2026, 3, 2, 17, 1)
        self.merge_at(2026, 3, 2, 18)
        self.reply_at(self.survivor, 2026, 3, 2, 18, 30)
        # Reports leave out tickets that are excluded, as merged ones are.
        results = (self.loser | self.survivor).sla_result_ids
        counted = results.filtered(lambda result: not result.ticket_id.exclusion)
        self.assertEqual(
            [(r.ticket_id, r.kind, r.outcome) for r in counted],
            [(self.survivor, "response", "missed")],
        )


@tagged("post_install", "-at_install")
class TestSlaSplit(SlaCommon):
    def test_the_new_ticket_is_measured_from_its_message_and_the_old_one_no_more(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 13, 30)
        message = self.write_at(ticket, 2026, 3, 2, 14)
        with self.at(2026, 3, 2, 19):
            new = ticket.with_user(self.lead)._split(message, "Another question")
        self.assertEqual(new.response_deadline, datetime(2026, 3, 2, 18))
        self.assertFalse(ticket.next_reply_deadline)
        self.run_job(2026, 3, 2, 19, 1)
        self.assertEqual(self.get_results(new), [("response", "missed", 4 * HOUR)])
        self.assertEqual(new.sla_result_ids.ended_at, datetime(2026, 3, 2, 18))
        self.run_job(2026, 3, 4, 13)
        kinds = [kind for kind, _outcome, _used in self.get_results(ticket)]
        self.assertNotIn("next_reply", kinds)
        self.assertEqual(self.get_results(ticket)[0], ("response", "met", HOUR // 2))
        self.assertProven(ticket | new)

    def test_the_only_open_question_goes_and_the_first_result_stays(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        message = self.write_at(ticket, 2026, 3, 2, 14)
        self.run_job(2026, 3, 2, 17, 1)
        before = ticket.sla_result_ids.read()
        with self.at(2026, 3, 2, 18):
            new = ticket.with_user(self.lead)._split(message, "Another question")
        self.reply_at(new, 2026, 3, 2, 18)
        self.assertEqual(ticket.sla_result_ids.read(), before)
        # From 11:00 to 15:00, at the very deadline.
        self.assertEqual(self.get_results(new), [("response", "met", 4 * HOUR)])


@tagged("post_install", "-at_install")
class TestSlaPauseOverClockChange(SlaCommon):
    """A pause over the night in which clocks change takes its working hours."""

    def open_in_new_york(self, *moment):
        calendar = self._new_calendar("America/New_York")
        team = self.team.copy({"name": "NY", "resource_calendar_id": calendar.id})
        self.new_policy(resolution_hours=24)
        return self.open_ticket(*moment, team_id=team.id)

    def test_waiting_over_the_night_in_spring(self):
        # Friday 6 March 16:00 EST, waits from 16:30 until Monday 10:00 EDT: half an
        # hour is used, 23 1/2 are left: 7 on Monday, 8 and 8, half on Thursday.
        ticket = self.open_in_new_york(2026, 3, 6, 21)
        self.reply_at(ticket, 2026, 3, 6, 21, 30)
        self.do_at(ticket, "action_wait", 2026, 3, 6, 21, 30)
        self.assertFalse(ticket.resolution_deadline)
        self.write_at(ticket, 2026, 3, 9, 14)
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 12, 13, 30))
        self.do_at(ticket, "action_close", 2026, 3, 12, 13, 30)
        self.assertEqual(self.get_results(ticket)[-1], ("resolution", "met", 24 * HOUR))

    def test_on_hold_over_the_night_in_autumn(self):
        # Friday 30 October 16:00 EDT, on hold from 16:30 until Monday 10:00 EST.
        ticket = self.open_in_new_york(2026, 10, 30, 20)
        self.do_at(ticket, "action_hold", 2026, 10, 30, 20, 30)
        self.do_at(ticket, "action_open", 2026, 11, 2, 15)
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 11, 5, 14, 30))
        self.run_job(2026, 11, 5, 14, 30, 1)
        missed = self.get_results(ticket)
        self.assertIn(("resolution", "missed", 24 * HOUR), missed)
        result = ticket.sla_result_ids.filtered(lambda r: r.kind == "resolution")
        before = result.read()
        self.do_at(ticket, "action_close", 2026, 11, 6, 15)
        self.assertEqual(result.read(), before)
