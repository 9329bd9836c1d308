"""How targets ended: recorded once, by hand-computed examples."""

from datetime import datetime

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_clock_log import HOUR
from .test_sla_policy import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaResult(SlaCommon):
    def test_a_first_reply_in_time_is_met(self):
        policy = self.new_policy(response_hours=3)
        # Friday 16:00, answered on Monday 10:00: two working hours
        ticket = self.open_ticket(2026, 3, 6, 19)
        self.reply_at(ticket, 2026, 3, 9, 13)
        self.assertEqual(self.get_results(ticket), [("response", "met", 2 * HOUR)])
        result = ticket.sla_result_ids
        self.assertRecordValues(
            result,
            [
                {
                    "policy_id": policy.id,
                    "target_seconds": 3 * HOUR,
                    "deadline": datetime(2026, 3, 9, 14),
                    "ended_at": datetime(2026, 3, 9, 13),
                    "team_id": self.team.id,
                    "agent_id": self.agent.id,
                    "channel_id": self.email.id,
                    "company_id": self.team.company_id.id,
                }
            ],
        )
        self.assertEqual(ticket.response_sla_met, "met")

    def test_a_reply_at_the_very_deadline_is_in_time_and_a_second_later_is_not(self):
        for second, outcome in ((0, "met"), (1, "missed")):
            ticket = self.open_ticket(2026, 3, 2, 13)
            self.reply_at(ticket, 2026, 3, 2, 17, 0, second)
            self.assertEqual(ticket.sla_result_ids.outcome, outcome)

    def test_a_breach_is_recorded_by_the_job_at_its_deadline(self):
        ticket = self.open_ticket(2026, 3, 2, 13, user_id=self.agent_own.id)
        self.run_job(2026, 3, 2, 17)
        self.assertFalse(ticket.sla_result_ids)
        self.run_job(2026, 3, 2, 17, 1)
        self.run_job(2026, 3, 2, 17, 2)
        self.assertEqual(self.get_results(ticket), [("response", "missed", 4 * HOUR)])
        self.assertRecordValues(
            ticket.sla_result_ids,
            [
                {
                    "deadline": datetime(2026, 3, 2, 17),
                    "ended_at": datetime(2026, 3, 2, 17),
                    "agent_id": self.agent_own.id,
                    "policy_id": False,
                }
            ],
        )
        self.reply_at(ticket, 2026, 3, 2, 18)
        self.assertEqual(len(ticket.sla_result_ids), 1)
        self.assertEqual(ticket.response_sla_met, "missed")

    def test_a_late_job_changes_no_result(self):
        with_job = self.open_ticket(2026, 3, 2, 13, user_id=self.agent_own.id)
        self.run_job(2026, 3, 2, 17, 30)
        without = self.open_ticket(2026, 3, 2, 13, user_id=self.agent_own.id)
        names = ("kind", "outcome", "deadline", "ended_at", "agent_id", "target_key")
        for ticket in (with_job, without):
            self.reply_at(ticket, 2026, 3, 2, 18)
        one, other = with_job.sla_result_ids, without.sla_result_ids
        for name in names:
            self.assertEqual(one[name], other[name], name)

    def test_the_job_looks_at_what_is_due_only(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 17, 1)
        self.assertEqual(ticket.sla_check_at, ticket.resolution_deadline)
        self.run_job(2026, 3, 4, 13, 1)
        self.assertFalse(ticket.sla_check_at)
        self.assertEqual(
            self.get_results(ticket),
            [("response", "missed", 4 * HOUR), ("resolution", "missed", 16 * HOUR)],
        )

    def test_each_later_reply_is_a_target_of_its_own(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.write_at(ticket, 2026, 3, 2, 15)
        self.reply_at(ticket, 2026, 3, 2, 16)
        self.write_at(ticket, 2026, 3, 2, 17)
        # 8 working hours from Monday 14:00 end on Tuesday 14:00
        self.run_job(2026, 3, 3, 17, 1)
        self.assertEqual(
            self.get_results(ticket),
            [
                ("response", "met", HOUR),
                ("next_reply", "met", HOUR),
                ("next_reply", "missed", 8 * HOUR),
            ],
        )

    def test_a_pause_counts_against_no_solution(self):
        # Monday 10:00 to 11:00, waits until Thursday 11:00, solved on Friday 10:00
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.do_at(ticket, "action_wait", 2026, 3, 2, 14)
        self.run_job(2026, 3, 4, 20)
        self.write_at(ticket, 2026, 3, 5, 14)
        self.reply_at(ticket, 2026, 3, 5, 15)
        self.do_at(ticket, "action_hold", 2026, 3, 5, 15)
        self.do_at(ticket, "action_open", 2026, 3, 6, 12)
        self.do_at(ticket, "action_close", 2026, 3, 6, 13)
        self.assertEqual(self.get_results(ticket)[-1], ("resolution", "met", 3 * HOUR))

    def test_a_case_solved_while_it_waits_is_measured_to_the_moment(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 15)
        self.do_at(ticket, "action_wait", 2026, 3, 2, 15)
        self.do_at(ticket, "action_close", 2026, 3, 12, 15)
        self.assertEqual(self.get_results(ticket)[-1], ("resolution", "met", 2 * HOUR))

    def test_a_silent_confirmation_ends_at_the_last_reply(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 15)
        self.do_at(ticket, "action_wait", 2026, 3, 2, 16)
        with self.at(2026, 3, 12, 15):
            ticket._record_event(
                "stage",
                author_kind="rule",
                payload={"stage_kind": "solved", "confirms_reply": True},
            )
        result = ticket.sla_result_ids.filtered(lambda r: r.kind == "resolution")
        self.assertEqual(result.ended_at, datetime(2026, 3, 2, 15))
        self.assertEqual((result.outcome, result.business_seconds), ("met", 2 * HOUR))

    def test_what_is_given_up_in_time_has_no_result(self):
        closed = self.open_ticket(2026, 3, 2, 13)
        self.do_at(closed, "action_close", 2026, 3, 2, 14)
        self.assertEqual(self.get_results(closed), [("resolution", "met", HOUR)])
        cancelled = self.open_ticket(2026, 3, 2, 13)
        self.do_at(cancelled, "action_cancel", 2026, 3, 2, 14)
        self.assertFalse(cancelled.sla_result_ids)
        late = self.open_ticket(2026, 3, 2, 13)
        self.do_at(late, "action_cancel", 2026, 3, 2, 18)
        self.assertEqual(self.get_results(late), [("response", "missed", 4 * HOUR)])

    def test_reopening_starts_a_new_target_and_keeps_the_first_result(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.do_at(ticket, "action_close", 2026, 3, 2, 14)
        # A week later: 16 working hours from Monday 10:00 end on Wednesday 10:00
        self.write_at(ticket, 2026, 3, 9, 13)
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 11, 13))
        self.run_job(2026, 3, 11, 14)
        self.assertEqual(
            self.get_results(ticket),
            [
                ("response", "met", HOUR),
                ("resolution", "met", HOUR),
                ("next_reply", "missed", 8 * HOUR),
                ("resolution", "missed", 16 * HOUR),
            ],
        )
        self.assertEqual(ticket.resolution_sla_met, "met")
        self.assertProven(ticket)

    def test_a_change_of_team_counts_for_the_team_of_that_moment(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.team_b.response_target_hours = 2
        with self.at(2026, 3, 2, 14):
            ticket.team_id = self.team_b
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 15))
        self.run_job(2026, 3, 2, 15, 1)
        with self.at(2026, 3, 2, 16):
            ticket.team_id = self.team
        self.assertRecordValues(
            ticket.sla_result_ids,
            [{"team_id": self.team_b.id, "target_seconds": 2 * HOUR}],
        )

    def test_spam_and_tests_have_no_results(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        ticket.exclusion = "spam"
        self.assertFalse(ticket.sla_check_at)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.run_job(2026, 3, 9, 13)
        self.assertFalse(ticket.sla_result_ids)
        ticket.exclusion = False
        self.assertTrue(ticket.sla_check_at)

    def test_a_merged_ticket_records_nothing_twice(self):
        loser = self.open_ticket(2026, 3, 2, 13)
        survivor = self.open_ticket(2026, 3, 2, 15)
        with self.at(2026, 3, 2, 16):
            loser._merge_into(survivor)
        self.reply_at(survivor, 2026, 3, 2, 16, 30)
        self.assertFalse(loser.sla_result_ids)
        self.assertEqual(
            self.get_results(survivor), [("response", "met", 3 * HOUR + HOUR // 2)]
        )

    def test_one_ticket_that_fails_does_not_stop_the_others(self):
        broken, fine = (
            self.open_ticket(2026, 3, 2, 13),
            self.open_ticket(2026, 3, 2, 13),
        )
        run = type(broken)._run_due

        def run_due(ticket, now):
            if ticket == broken:
                raise ValueError("no such thing")
            return run(ticket, now)

        self.patch(self.env.registry["support.ticket"], "_run_due", run_due)
        with mute_logger("odoo.addons.customer_support.models.support_due_job_mixin"):
            self.run_job(2026, 3, 2, 17, 1)
        self.assertTrue(fine.sla_result_ids)
        self.assertFalse(broken.sla_result_ids)
        self.assertEqual(broken.sla_check_at, datetime(2026, 3, 2, 18, 1))


@tagged("post_install", "-at_install")
class TestSlaResultKept(SlaCommon):
    def _get_missed(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.run_job(2026, 3, 2, 17, 1)
        return ticket, ticket.sla_result_ids

    def test_a_result_outlives_every_later_change(self):
        policy = self.new_policy(response_hours=2)
        ticket, result = self._get_missed()
        before = result.read()
        policy.response_hours = 40
        ticket.with_user(self.agent).priority = "0"
        ticket.team_id = self.team_b
        self.customer_writes(ticket)
        self.agent_replies(ticket, agent=self.lead)
        kept = ticket.sla_result_ids.filtered(lambda r: r.kind == "response")
        self.assertEqual(kept.read(), before)
        self.assertEqual(ticket.response_sla_met, "missed")

    def test_nobody_changes_or_deletes_a_result(self):
        ticket, result = self._get_missed()
        for user in (self.agent, self.lead, self.env.user):
            own = result.with_user(user)
            with self.assertRaises(AccessError):
                own.write({"outcome": "met"})
            with self.assertRaises(AccessError):
                own.unlink()
        with self.assertRaises(AccessError):
            result.with_user(self.lead).create({"ticket_id": ticket.id})
        with self.assertRaises(AccessError):
            result.sudo().outcome = "met"

    def test_a_policy_with_results_is_archived_instead_of_deleted(self):
        policy = self.new_policy(response_hours=2)
        self._get_missed()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            policy.with_user(self.lead).unlink()
        policy.with_user(self.lead).active = False

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_result(self):
        ticket, result = self._get_missed()
        values = {
            name: result[name] for name in ("kind", "target_key", "ended_at", "outcome")
        }
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["support.sla.result"].sudo().create(
                {"ticket_id": ticket.id, **values}
            )

    def test_an_agent_sees_the_results_of_the_tickets_he_sees(self):
        _ticket, result = self._get_missed()
        search = [("id", "in", result.ids)]
        results = self.env["support.sla.result"]
        self.assertTrue(results.with_user(self.agent_own).search(search))
        self.assertFalse(results.with_user(self.agent_b).search(search))

    def test_the_result_outlives_a_deleted_ticket(self):
        ticket, result = self._get_missed()
        ticket.unlink()
        result.invalidate_recordset()
        self.assertTrue(result.exists())
        self.assertFalse(result.ticket_id)


@tagged("post_install", "-at_install")
class TestSlaCalendars(SlaCommon):
    """Targets over nights in which clocks are changed, and holidays."""

    def _open_in(self, tz, *moment, **vals):
        calendar = self._new_calendar(tz)
        team = self.team.copy({"name": tz, "resource_calendar_id": calendar.id})
        self.new_policy(
            response_hours=10, resolution_hours=24, team_ids=[Command.set(team.ids)]
        )
        return self.open_ticket(*moment, team_id=team.id, **vals)

    def test_spring_in_new_york(self):
        # Friday 6 March 2026 16:00 EST; clocks go forward on Sunday. 10 hours: one on
        # Friday, eight on Monday, one on Tuesday until 10:00 EDT, 14:00 UTC.
        ticket = self._open_in("America/New_York", 2026, 3, 6, 21)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 10, 14))
        # 24 hours: 1 + 8 + 8 + 7 on Wednesday until 16:00 EDT, 20:00 UTC.
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 11, 20))
        self.reply_at(ticket, 2026, 3, 10, 14)
        self.assertEqual(self.get_results(ticket), [("response", "met", 10 * HOUR)])

    def test_autumn_in_new_york(self):
        # Friday 30 October 16:00 EDT is 20:00 UTC; Tuesday 10:00 EST is 15:00 UTC.
        ticket = self._open_in("America/New_York", 2026, 10, 30, 20)
        self.assertEqual(ticket.response_deadline, datetime(2026, 11, 3, 15))
        self.run_job(2026, 11, 3, 15, 0, 1)
        self.assertEqual(self.get_results(ticket), [("response", "missed", 10 * HOUR)])

    def test_spring_and_autumn_in_berlin(self):
        # Friday 27 March 16:00 CET is 15:00 UTC; Tuesday 10:00 CEST is 8:00 UTC.
        ticket = self._open_in("Europe/Berlin", 2026, 3, 27, 15)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 31, 8))
        # Friday 23 October 16:00 CEST is 14:00 UTC; Tuesday 10:00 CET is 9:00 UTC.
        ticket = self._open_in("Europe/Berlin", 2026, 10, 23, 14)
        self.assertEqual(ticket.response_deadline, datetime(2026, 10, 27, 9))

    def test_sao_paulo_has_no_daylight_saving(self):
        for moment, deadline in (
            ((2026, 3, 27, 19), datetime(2026, 3, 31, 13)),
            ((2026, 10, 23, 19), datetime(2026, 10, 27, 13)),
        ):
            ticket = self._open_in("America/Sao_Paulo", *moment)
            self.assertEqual(ticket.response_deadline, deadline)

    def test_a_holiday_is_no_working_day(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Tiradentes",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 4, 21, 3),
                "date_to": datetime(2026, 4, 22, 2, 59, 59),
            }
        )
        self.new_policy(response_hours=2)
        # Monday 16:00: one hour on Monday, Tuesday is the holiday, one on Wednesday
        ticket = self.open_ticket(2026, 4, 20, 19)
        self.assertEqual(ticket.response_deadline, datetime(2026, 4, 22, 13))
        self.run_job(2026, 4, 22, 12, 59)
        self.assertFalse(ticket.sla_result_ids)
        self.run_job(2026, 4, 22, 13, 1)
        self.assertEqual(self.get_results(ticket), [("response", "missed", 2 * HOUR)])

    def test_a_holiday_announced_later_moves_the_deadline(self):
        self.new_policy(response_hours=10)
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 3, 15))
        with self.at(2026, 3, 2, 15):
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Flood",
                    "calendar_id": self.calendar.id,
                    "date_from": datetime(2026, 3, 3, 3),
                    "date_to": datetime(2026, 3, 4, 2, 59, 59),
                }
            )
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 4, 15))
        # A fifth of the ten hours before, the agent is warned.
        self.assertEqual(ticket.sla_check_at, datetime(2026, 3, 4, 13))

    def test_a_team_without_hours_works_day_and_night(self):
        self.team.resource_calendar_id = False
        self.new_policy(response_hours=10)
        ticket = self.open_ticket(2026, 3, 7, 13)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 7, 23))
