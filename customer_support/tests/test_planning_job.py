"""Deadlines of many tickets: the person goes on, the job brings them up to date."""

from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models import support_ticket_planning
from .test_clock_log import HOUR
from .test_sla_policy import SlaCommon

FLOOD = {
    "name": "Flood",
    "date_from": datetime(2026, 3, 2, 3),
    "date_to": datetime(2026, 3, 3, 2, 59, 59),
}
# Four hours from Monday 10:00; with the flood at noon two of them on Tuesday.
BEFORE, AFTER = datetime(2026, 3, 2, 17), datetime(2026, 3, 3, 14)


class PlanningCommon(SlaCommon):
    def setUp(self):
        super().setUp()
        self.patch(support_ticket_planning, "PLANNED_AT_ONCE", 0)
        self.patch(support_ticket_planning, "PLANNED_A_COMMIT", 2)
        self.cron = self.env.ref("customer_support.ir_cron_support_planning")

    def open_tickets(self, number, **vals):
        with self.at(2026, 3, 2, 13):
            tickets = self.env["support.ticket"].union(
                *(self.make_ticket(**vals) for _ in range(number))
            )
        self.env.flush_all()
        return tickets.sorted("id")

    def flood(self, calendar=None):
        with self.at(2026, 3, 2, 15):
            self.env["resource.calendar.leaves"].create(
                {**FLOOD, "calendar_id": (calendar or self.calendar).id}
            )
        self.env.flush_all()

    def plan(self, *moment):
        with self.at(*(moment or (2026, 3, 2, 15, 1))):
            with self.enter_registry_test_mode():
                self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def get_outdated(self, team=None):
        tickets = self.env["support.ticket"]
        return tickets.search(tickets._get_outdated_domain(team or self.team))

    @contextmanager
    def counting(self):
        self.env.flush_all()
        self.env.invalidate_all()
        found, before = [], self.env.cr.sql_log_count
        yield found
        self.env.flush_all()
        found.append(self.env.cr.sql_log_count - before)


@tagged("post_install", "-at_install")
class TestPlanningJob(PlanningCommon):
    def test_the_person_goes_on_and_the_job_follows(self):
        tickets = self.open_tickets(5)
        triggers = self.env["ir.cron.trigger"].search([])
        self.flood()
        self.assertEqual(set(tickets.mapped("response_deadline")), {BEFORE})
        self.assertEqual(self.get_outdated(), tickets[::-1])
        started = self.env["ir.cron.trigger"].search([]) - triggers
        self.assertEqual(started.cron_id, self.cron)
        self.plan()
        self.assertEqual(set(tickets.mapped("response_deadline")), {AFTER})
        self.assertFalse(self.get_outdated())
        self.assertProven(tickets)

    def test_the_page_of_the_team_tells_meanwhile(self):
        self.open_tickets(3)
        self.assertFalse(self.team.is_planning_anew)
        self.flood()
        self.env.invalidate_all()
        team = self.team.with_user(self.lead)
        self.assertTrue(team.is_planning_anew)
        self.assertTrue(Form(team).is_planning_anew)
        self.assertFalse(Form(team.browse()).is_planning_anew)
        self.plan()
        self.assertFalse(team.is_planning_anew)

    def test_whoever_changes_hours_waits_no_longer_for_more_tickets(self):
        self.open_tickets(2)
        self.flood()
        self.plan()
        with self.counting() as few:
            self.flood()
        self.open_tickets(60)
        with self.counting() as many:
            self.flood()
        self.assertLessEqual(many[0], few[0] + 1)

    def test_the_queries_do_not_grow_with_the_tickets(self):
        self.patch(support_ticket_planning, "PLANNED_AT_ONCE", 500)
        self.new_policy(response_hours=4, partner_category_ids=self.vip.ids)
        self.new_policy(response_hours=4, reason_ids=self.reason.ids)
        self.open_tickets(2)
        self.flood()
        with self.counting() as few:
            self.flood()
        tickets = self.open_tickets(100, reason_id=self.fine_reason.id)
        with self.counting() as many:
            self.flood()
        self.assertFalse(self.get_outdated())
        self.assertEqual(set(tickets.mapped("response_deadline")), {AFTER})
        self.assertLessEqual(many[0], few[0] + 6)

    @mute_logger("odoo.addons.base.models.ir_cron")
    def test_it_goes_on_where_it_was_killed(self):
        tickets = self.open_tickets(6)
        self.flood()
        plan, batches = type(tickets)._plan_safely, []

        def dies_in_the_second_batch(batch):
            # So it is not planned in the next try of the same run either.
            batches.append(batch)
            if len(batches) >= 2:
                plan(batch)
                raise SystemError("killed")
            return plan(batch)

        with patch.object(type(tickets), "_plan_safely", dies_in_the_second_batch):
            self.plan()
        self.assertEqual(
            tickets.mapped("response_deadline"), 2 * [AFTER] + 4 * [BEFORE]
        )
        self.assertEqual(self.get_outdated(), tickets[:1:-1])
        planned = []

        def tells(batch):
            planned.append(batch)
            return plan(batch)

        with patch.object(type(tickets), "_plan_safely", tells):
            self.plan(2026, 3, 2, 16)
        self.assertEqual(
            [batch.ids for batch in planned], [tickets[2:4].ids, tickets[4:].ids]
        )
        self.assertEqual(set(tickets.mapped("response_deadline")), {AFTER})
        self.assertProven(tickets)

    def test_two_changes_before_the_job_ran(self):
        tickets = self.open_tickets(3)
        self.flood()
        with self.at(2026, 3, 2, 16):  # 13:00: from now on day and night
            self.team.resource_calendar_id = False
        self.plan(2026, 3, 2, 16, 1)
        # two hours until noon, none until 13:00, two from then on
        self.assertEqual(
            set(tickets.mapped("response_deadline")), {datetime(2026, 3, 2, 18)}
        )
        self.reply_at(tickets[0], 2026, 3, 2, 17)
        self.assertColumns(tickets[0], first_response_business_seconds=3 * HOUR)
        self.assertProven(tickets)

    def test_a_change_while_the_job_runs_is_not_lost(self):
        tickets = self.open_tickets(4)
        self.flood()
        plan, team = type(tickets)._plan_safely, self.team

        def changes_meanwhile(batch):
            plan(batch)
            if tickets[0].id in batch.ids:
                batch.env["support.team"].browse(team.id).response_target_hours = 3

        with patch.object(type(tickets), "_plan_safely", changes_meanwhile):
            self.plan()
        self.plan()
        self.assertEqual(
            set(tickets.mapped("response_deadline")), {datetime(2026, 3, 3, 13)}
        )

    def test_an_answer_in_between_is_judged_by_the_new_hours(self):
        policy = self.new_policy(response_hours=4)
        tickets = self.open_tickets(2)
        self.flood()
        # Monday 15:00 is later than the old deadline and earlier than the new one
        self.reply_at(tickets[0], 2026, 3, 2, 18)
        self.assertEqual(self.get_results(tickets[0])[0], ("response", "met", 2 * HOUR))
        self.assertEqual(tickets[0].sla_result_ids.deadline, AFTER)
        self.assertEqual(tickets[0].sla_result_ids.policy_id, policy)
        self.assertEqual(self.get_outdated(), tickets[1])
        self.plan(2026, 3, 2, 18, 1)
        self.assertEqual(tickets[0].sla_result_ids.deadline, AFTER)
        self.assertColumns(tickets[0], first_response_business_seconds=2 * HOUR)

    def test_an_answer_too_late_by_the_new_hours_is_late(self):
        with self.at(2026, 3, 2, 12):
            self.team.resource_calendar_id = False
        tickets = self.open_tickets(1)
        self.team.response_target_hours = 24
        self.plan(2026, 3, 2, 13, 1)
        self.team.response_target_hours = 1
        self.reply_at(tickets, 2026, 3, 2, 15)
        self.assertEqual(self.get_results(tickets)[0][:2], ("response", "missed"))

    def test_the_deadline_job_records_no_breach_by_the_old_hours(self):
        tickets = self.open_tickets(1)
        self.flood()
        self.run_job(2026, 3, 2, 17, 1)
        self.assertFalse(tickets.sla_result_ids)
        self.assertEqual(tickets.response_deadline, AFTER)
        self.assertFalse(self.get_outdated())

    def test_what_is_closed_or_moved_in_between_is_right(self):
        other = self._new_calendar("America/Sao_Paulo")
        self.team_b.resource_calendar_id = other
        closed, moved, reopened = self.open_tickets(3)
        self.flood()
        self.do_at(closed, "action_close", 2026, 3, 2, 18)
        self.do_at(reopened, "action_close", 2026, 3, 2, 18)
        with self.at(2026, 3, 2, 18):
            moved.team_id = self.team_b
        self.write_at(reopened, 2026, 3, 2, 19)
        self.assertFalse(self.get_outdated() | self.get_outdated(self.team_b))
        # two of four hours are used until noon: two more from 15:00 on
        self.assertEqual(moved.response_deadline, datetime(2026, 3, 2, 20))
        self.plan(2026, 3, 2, 19, 1)
        self.assertEqual(moved.response_deadline, datetime(2026, 3, 2, 20))
        self.assertColumns(
            closed, resolution_business_seconds=2 * HOUR, resolution_seconds=5 * HOUR
        )
        self.assertFalse(closed.due_at)
        self.assertEqual(reopened.response_deadline, datetime(2026, 3, 3, 16))
        self.assertProven(closed | moved | reopened)

    def test_a_ticket_opened_in_between_has_its_deadline_at_once(self):
        self.open_tickets(1)
        self.flood()
        with self.at(2026, 3, 2, 16):
            ticket = self.make_ticket()
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 3, 16))
        self.assertNotIn(ticket, self.get_outdated())

    def test_teams_of_several_companies(self):
        abroad = self.make_team_abroad(response_target_hours=4)
        mine, theirs = self.open_tickets(3), self.open_tickets(3, team_id=abroad.id)
        self.flood(abroad.resource_calendar_id)
        self.assertEqual(self.get_outdated(abroad), theirs[::-1])
        self.assertFalse(self.get_outdated())
        self.plan()
        self.assertEqual(set(mine.mapped("response_deadline")), {BEFORE})
        self.assertEqual(set(theirs.mapped("response_deadline")), {AFTER})

    def test_a_ticket_that_somebody_holds_is_planned_by_the_next_run(self):
        tickets = self.open_tickets(3)
        self.flood()
        lock = type(tickets).try_lock_for_update

        def finds_one_held(records, **options):
            return lock(records, **options) - records.browse(tickets[1].id)

        with patch.object(type(tickets), "try_lock_for_update", finds_one_held):
            self.plan()
        self.assertEqual(self.get_outdated(), tickets[1])
        self.plan()
        self.assertEqual(set(tickets.mapped("response_deadline")), {AFTER})

    def test_a_few_are_planned_at_once_but_those_that_somebody_holds(self):
        self.patch(support_ticket_planning, "PLANNED_AT_ONCE", 500)
        tickets = self.open_tickets(3)
        lock = type(tickets).try_lock_for_update

        def finds_one_held(records, **options):
            return lock(records, **options) - records.browse(tickets[1].id)

        with patch.object(type(tickets), "try_lock_for_update", finds_one_held):
            self.flood()
        self.assertEqual(tickets.mapped("response_deadline"), [AFTER, BEFORE, AFTER])
        self.plan()
        self.assertEqual(set(tickets.mapped("response_deadline")), {AFTER})

    @mute_logger("odoo.addons.customer_support.models.support_ticket_planning")
    def test_one_ticket_that_fails_stops_no_other(self):
        tickets = self.open_tickets(3)
        self.flood()
        decide, broken = type(tickets)._get_target_seconds, tickets[0]

        def fails_for_one(ticket):
            if ticket.id == broken.id:
                raise ValueError("broken")
            return decide(ticket)

        with patch.object(type(tickets), "_get_target_seconds", fails_for_one):
            self.plan()
        self.assertEqual(tickets.mapped("response_deadline"), [BEFORE, AFTER, AFTER])
        self.assertFalse(self.get_outdated())

    def test_many_tickets_of_a_policy_are_planned_by_the_job_too(self):
        tickets = self.open_tickets(3)
        with self.at(2026, 3, 2, 13, 30):
            policy = self.new_policy(response_hours=2)
        self.assertEqual(set(tickets.mapped("response_deadline")), {BEFORE})
        self.plan(2026, 3, 2, 13, 31)
        self.assertEqual(
            set(tickets.mapped("response_deadline")), {datetime(2026, 3, 2, 15)}
        )
        policy.active = False
        self.plan(2026, 3, 2, 13, 32)
        self.assertEqual(set(tickets.mapped("response_deadline")), {BEFORE})

    def test_the_job_without_work_changes_nothing(self):
        tickets = self.open_tickets(2)
        before = tickets.read()
        self.plan()
        self.assertEqual(tickets.read(), before)
