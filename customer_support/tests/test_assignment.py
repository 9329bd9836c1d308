"""Who gets a ticket: in turn, least loaded, by language, skill and reason."""

from collections import Counter
from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..tools.assignment import IN_TURN, LEAST_LOADED, Need, Seat, distribute
from .common import SupportCommon

NIGHT = datetime(2026, 3, 3, 4)  # 01:00 in São Paulo, in UTC
MORNING = datetime(2026, 3, 2, 13)  # Monday 10:00


class AssignmentCommon(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "customer_support.group_support_agent"
        cls.agents = cls.agent | cls.agent_own
        for name in ("Eva Reis", "Gil Dias", "Ivo Sá"):
            login = name.split()[0].lower()
            cls.agents |= cls._new_agent(login, name, group)
        cls.team.write(
            {"member_ids": [Command.set(cls.agents.ids)], "assignment_mode": "turn"}
        )
        cls.seats = cls.env["support.agent"].search([("user_id", "in", cls.agents.ids)])

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))

    def seat(self, user):
        return self.seats.filtered(lambda seat: seat.user_id == user)

    def open_batch(self, count, **vals):
        values = {
            "name": "Where is my parcel?",
            "partner_id": self.customer.id,
            "team_id": self.team.id,
            "channel_id": self.env.ref("customer_support.channel_web_form").id,
        }
        return self.env["support.ticket"].create(
            [{**values, **vals} for _number in range(count)]
        )

    def run_job(self):
        job = self.env.ref("customer_support.ir_cron_support_assignment")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def spread(self, tickets):
        return Counter(tickets.mapped(lambda ticket: ticket.user_id.name))


@tagged("post_install", "-at_install")
class TestAssignment(AssignmentCommon):
    def test_fifty_tickets_at_once_are_spread_evenly(self):
        for mode in ("turn", "load"):
            with self.subTest(mode=mode):
                self.team.assignment_mode = mode
                tickets = self.open_batch(50)
                self.assertEqual(
                    self.spread(tickets), dict.fromkeys(self.agents.mapped("name"), 10)
                )

    def test_turns_go_on_from_one_ticket_to_the_next(self):
        tickets = self.env["support.ticket"].concat(
            *(self.open_batch(1) for _number in range(10))
        )
        self.assertEqual(set(self.spread(tickets).values()), {2})
        self.assertEqual(tickets[:5].user_id, tickets[5:].user_id)

    def test_by_hand_nobody_gets_it(self):
        self.team.assignment_mode = "manual"
        self.assertFalse(self.open_batch(2).user_id)

    def test_the_log_says_that_a_rule_assigned(self):
        event = self.open_batch(1).event_ids[-1]
        self.assertEqual((event.kind, event.author_kind), ("assign", "rule"))

    def test_the_agent_follows_and_is_not_mailed(self):
        ticket = self.open_batch(1)
        self.assertIn(ticket.user_id.partner_id, ticket.message_partner_ids)
        self.assertFalse(ticket.message_ids.notified_partner_ids)

    def test_the_least_loaded_gets_it(self):
        self.team.assignment_mode = "manual"
        for user in self.agents - self.agent_own:
            self.open_batch(2, user_id=user.id)
        self.team.assignment_mode = "load"
        self.assertEqual(self.open_batch(2).user_id, self.agent_own)

    def test_closed_and_excluded_tickets_weigh_nothing(self):
        self.team.assignment_mode = "load"
        self.open_batch(4, user_id=self.agent.id, exclusion="spam")
        self.open_batch(4, user_id=self.agent.id).action_close()
        self.assertEqual(set(self.spread(self.open_batch(5)).values()), {1})

    def test_spam_and_closed_tickets_are_given_to_nobody(self):
        spam = self.open_batch(1, exclusion="spam")
        stage = self.env.ref("customer_support.stage_solved")
        solved = self.open_batch(1, stage_id=stage.id)
        self.run_job()
        self.assertFalse((spam | solved).user_id)

    def test_who_speaks_the_language_comes_first(self):
        portuguese = self.env["res.lang"]._activate_lang("pt_BR")
        english = self.env.ref("base.lang_en")
        self.seats.lang_ids = english
        self.seat(self.agent_own).lang_ids = portuguese
        self.assertEqual(self.open_batch(3, lang="pt_BR").user_id, self.agent_own)
        self.assertNotIn(self.agent_own, self.open_batch(8, lang="en_US").user_id)

    def test_the_skill_decides_and_a_plain_tag_does_not(self):
        lamps, regular = self.env["support.tag"].create(
            [{"name": "Lamps"}, {"name": "Regular"}]
        )
        self.seat(self.agent_own).skill_ids = lamps
        tags = [Command.set((lamps | regular).ids)]
        self.assertEqual(self.open_batch(3, tag_ids=tags).user_id, self.agent_own)
        tags = [Command.set(regular.ids)]
        self.assertEqual(len(self.open_batch(5, tag_ids=tags).user_id), 5)

    def test_a_finer_reason_belongs_to_who_has_the_coarse_one(self):
        returns = self.env["support.reason"].create({"name": "Returns"})
        late = self.env["support.reason"].create(
            {"name": "Too late", "parent_id": returns.id}
        )
        other = self.env["support.reason"].create({"name": "Other"})
        self.seats.reason_ids = other
        self.seat(self.agent_own).reason_ids = returns
        self.assertEqual(self.open_batch(2, reason_id=late.id).user_id, self.agent_own)

    def test_when_nobody_fits_anybody_on_shift_gets_it(self):
        self.seats.lang_ids = self.env.ref("base.lang_en")
        self.env["res.lang"]._activate_lang("pt_BR")
        self.assertEqual(len(self.open_batch(5, lang="pt_BR").user_id), 5)

    def test_a_full_agent_is_skipped_and_the_rest_waits_for_room(self):
        self.seats.max_open_tickets = 2
        tickets = self.open_batch(12)
        self.assertEqual(len(tickets.filtered("user_id")), 10)
        self.assertEqual(set(self.spread(tickets.filtered("user_id")).values()), {2})
        waiting = tickets.filtered(lambda ticket: not ticket.user_id)
        self.run_job()
        self.assertFalse(waiting.user_id)
        done = tickets.filtered(lambda ticket: ticket.user_id == self.agent)
        done.action_close()
        self.run_job()
        self.assertEqual(waiting.user_id, self.agent)

    def test_a_limit_below_zero_is_refused(self):
        with self.assertRaises(ValidationError):
            self.seats.max_open_tickets = -1

    def test_at_night_tickets_wait_until_the_morning(self):
        with self.at(2026, 3, 3, 4):
            ticket = self.open_batch(1)
            self.run_job()
            self.assertFalse(ticket.user_id)
        with self.at(2026, 3, 3, 13):
            self.run_job()
            self.assertTrue(ticket.user_id)

    def test_own_working_hours_go_before_those_of_the_team(self):
        self.seat(self.agent_own).calendar_id = self._new_calendar(
            "America/Sao_Paulo", first=0, last=8
        )
        self.assertNotIn(self.agent_own, self.open_batch(8).user_id)
        with self.at(2026, 3, 3, 4):
            self.assertEqual(self.open_batch(2).user_id, self.agent_own)

    def test_a_holiday_of_the_team_is_nobodys_shift(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Carnival",
                "calendar_id": self.calendar.id,
                "date_from": MORNING - timedelta(hours=2),
                "date_to": MORNING + timedelta(hours=2),
            }
        )
        self.assertFalse(self.open_batch(1).user_id)

    def test_who_is_away_is_skipped(self):
        self.seat(self.agent_own).absent_until = MORNING + timedelta(days=1)
        self.assertNotIn(self.agent_own, self.open_batch(8).user_id)

    def test_who_goes_away_later_still_works_today(self):
        self.seat(self.agent_own).write(
            {
                "absent_from": MORNING + timedelta(days=1),
                "absent_until": MORNING + timedelta(days=2),
            }
        )
        self.assertIn(self.agent_own, self.open_batch(5).user_id)

    def test_a_leave_that_the_agent_entered_counts(self):
        self.env["resource.calendar.leaves"].with_user(self.agent_own).create(
            {
                "name": "Dentist",
                "resource_id": self.seat(self.agent_own).resource_id.id,
                "date_from": MORNING - timedelta(hours=1),
                "date_to": MORNING + timedelta(hours=1),
            }
        )
        self.assertNotIn(self.agent_own, self.open_batch(8).user_id)

    def test_the_employees_resource_is_used_where_there_is_one(self):
        user = self._new_agent("rui", "Rui Costa", "base.group_user")
        resource = self.env["resource.resource"].create(
            {"name": "Rui", "user_id": user.id, "calendar_id": self.calendar.id}
        )
        user.write({"support_team_ids": [Command.link(self.team.id)]})
        seat = self.env["support.agent"].search([("user_id", "=", user.id)])
        self.assertEqual(seat.resource_id, resource)
        self.assertEqual(seat.calendar_id, self.calendar)

    def test_an_employees_resource_that_comes_later_takes_over(self):
        resource = self.env["resource.resource"].create(
            {"name": "Bia", "user_id": self.agent.id, "calendar_id": self.calendar.id}
        )
        self.assertEqual(self.seat(self.agent).resource_id, resource)

    def test_the_role_alone_makes_an_agent(self):
        user = self._new_agent("noa", "Noa Luz", "customer_support.group_support_agent")
        seat = self.env["support.agent"].search([("user_id", "=", user.id)])
        self.assertEqual(seat.resource_id.user_id, user)
        self.assertFalse(seat.calendar_id)

    def test_who_opens_a_ticket_by_hand_and_sees_own_ones_only_keeps_it(self):
        tickets = self.env["support.ticket"].with_user(self.agent_own)
        ticket = tickets.create({"name": "By phone", "team_id": self.team.id})
        self.assertEqual(ticket.user_id, self.agent_own)

    def test_a_busy_team_leaves_the_ticket_to_the_job(self):
        with patch.object(type(self.team), "_lock_assignment", return_value=False):
            ticket = self.open_batch(1)
        self.assertFalse(ticket.user_id)
        cron = self.env.ref("customer_support.ir_cron_support_assignment")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers)
        self.run_job()
        self.assertTrue(ticket.user_id)

    def test_by_hand_costs_no_query(self):
        self.team.assignment_mode = "manual"
        tickets = self.open_batch(3)
        self.env.flush_all()
        with self.assertQueryCount(0):
            tickets._assign_opened()

    def test_a_large_batch_takes_few_more_queries_than_a_small_one(self):
        def count(size):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.open_batch(size)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(10)
        few, many = count(10), count(100)
        self.assertLessEqual(many, few + 10)


@tagged("post_install", "-at_install")
class TestHandover(AssignmentCommon):
    def setUp(self):
        super().setUp()
        self.tickets = self.open_batch(10)
        self.own = self.tickets.filtered(
            lambda ticket: ticket.user_id == self.agent_own
        )

    def assert_handed_over(self, because):
        self.assertEqual(len(self.own), 2)
        self.assertTrue(all(self.own.mapped("user_id")))
        self.assertNotIn(self.agent_own, self.own.user_id)
        for ticket in self.own:
            events = ticket.event_ids[-2:]
            self.assertEqual(events.mapped("kind"), ["released", "assign"])
            self.assertEqual(
                events[0].payload,
                {"from_agent": self.agent_own.id, "because": because},
            )
            self.assertNotIn(self.agent_own.partner_id, ticket.message_partner_ids)
            self.assertFalse(ticket._get_clock_differences())

    def test_who_gives_a_ticket_up_by_hand_is_in_the_log(self):
        ticket = self.own[0]
        ticket.with_user(self.agent).with_context(
            support_released_because="a word from outside"
        ).user_id = False
        event = ticket.event_ids[-1]
        self.assertEqual((event.kind, event.author_kind), ("released", "human"))
        self.assertEqual(
            event.payload, {"from_agent": self.agent_own.id, "because": "unassigned"}
        )
        self.assertFalse(ticket._get_clock_differences())

    def test_an_archived_users_tickets_go_to_colleagues(self):
        self.agent_own.active = False
        self.assert_handed_over("archived")

    def test_who_leaves_the_team_hands_over(self):
        self.team.member_ids = [Command.unlink(self.agent_own.id)]
        self.assert_handed_over("removed")

    def test_who_is_taken_out_on_the_user_form_hands_over_too(self):
        self.agent_own.support_team_ids = [Command.unlink(self.team.id)]
        self.assert_handed_over("removed")

    def test_an_absence_hands_over_by_the_job(self):
        self.seat(self.agent_own).absent_until = MORNING + timedelta(days=7)
        self.run_job()
        self.assert_handed_over("absent")

    def test_tickets_that_another_worker_hands_over_stop_nothing_else(self):
        self.seat(self.agent_own).absent_until = MORNING + timedelta(days=7)
        self.team.assignment_mode = "manual"
        waiting = self.open_batch(1)
        self.team.assignment_mode = "turn"
        tickets = type(self.tickets)
        with patch.object(tickets, "_release", side_effect=SerializationFailure):
            self.run_job()
        self.assertEqual(self.own.user_id, self.agent_own)
        self.assertTrue(waiting.user_id)
        self.run_job()
        self.assert_handed_over("absent")

    def test_a_short_leave_hands_nothing_over(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Dentist",
                "resource_id": self.seat(self.agent_own).resource_id.id,
                "date_from": MORNING - timedelta(hours=1),
                "date_to": MORNING + timedelta(hours=1),
            }
        )
        self.run_job()
        self.assertEqual(self.own.user_id, self.agent_own)

    def test_what_waits_for_the_customer_stays_until_the_customer_writes(self):
        self.own[0].action_wait()
        self.seat(self.agent_own).absent_until = MORNING + timedelta(days=7)
        self.run_job()
        self.assertEqual(self.own[0].user_id, self.agent_own)
        self.customer_writes(self.own[0])
        self.run_job()
        self.assertNotEqual(self.own[0].user_id, self.agent_own)

    def test_a_team_may_keep_the_tickets_of_the_absent(self):
        self.team.handover_hours = 0
        self.seat(self.agent_own).absent_until = MORNING + timedelta(days=7)
        self.run_job()
        self.assertEqual(self.own.user_id, self.agent_own)

    def test_closed_tickets_keep_who_solved_them(self):
        self.own.action_close()
        self.agent_own.active = False
        self.assertEqual(self.own.user_id, self.agent_own)

    def test_in_a_team_by_hand_they_wait_in_the_queue(self):
        self.team.assignment_mode = "manual"
        self.agent_own.active = False
        self.assertFalse(self.own.user_id)

    def test_an_agent_cannot_change_limits(self):
        with self.assertRaisesRegex(Exception, "support.agent"):
            self.seat(self.agent).with_user(self.agent).max_open_tickets = 1


@tagged("post_install", "-at_install")
class TestDistribute(SupportCommon):
    def test_each_case(self):
        pt, en = frozenset({"pt_BR"}), frozenset({"en_US"})
        cases = [
            ("nobody on shift", [], IN_TURN, [Need()], [None]),
            ("all full", [Seat(1, limit=1, load=1)], IN_TURN, [Need()], [None]),
            ("whose turn", [Seat(1, turn=9), Seat(2, turn=3)], IN_TURN, [Need()], [2]),
            (
                "a newcomer once",
                [Seat(1, turn=9), Seat(2)],
                IN_TURN,
                [Need()] * 3,
                [2, 1, 2],
            ),
            (
                "fewest open",
                [Seat(1, load=2), Seat(2, load=1)],
                LEAST_LOADED,
                [Need()],
                [2],
            ),
            (
                "language before turn",
                [Seat(1, languages=en), Seat(2, languages=pt, turn=9)],
                IN_TURN,
                [Need("pt_BR")],
                [2],
            ),
            (
                "fallback when the right one is full",
                [Seat(1, languages=en), Seat(2, languages=pt, limit=1)],
                IN_TURN,
                [Need("pt_BR")] * 2,
                [2, 1],
            ),
            (
                "language before skill",
                [Seat(1, languages=en, skills=frozenset({5})), Seat(2, languages=pt)],
                IN_TURN,
                [Need("pt_BR", tags=frozenset({5}))],
                [2],
            ),
        ]
        for title, seats, mode, needs, expected in cases:
            with self.subTest(title):
                self.assertEqual(distribute(needs, seats, mode), expected)
