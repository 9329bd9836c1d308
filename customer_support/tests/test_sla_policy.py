"""Which targets a ticket gets, and when it gets other ones."""

from datetime import datetime

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_clock_log import ClockCommon


class SlaCommon(ClockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["support.sla.policy"].search([]).active = False
        cls.reason = cls.env["support.reason"].create({"name": "Delivery"})
        cls.fine_reason = cls.env["support.reason"].create(
            {"name": "Damaged", "parent_id": cls.reason.id}
        )
        cls.vip = cls.env["res.partner.category"].create({"name": "VIP"})
        cls.email = cls.env.ref("customer_support.channel_email")

    @classmethod
    def new_policy(cls, **vals):
        return cls.env["support.sla.policy"].create({"name": "Policy", **vals})

    @classmethod
    def make_team_abroad(cls, **vals):
        """A team of another company, with working hours of its own."""
        company = cls.env["res.company"].create({"name": "Wholesale Ltd"})
        calendar = cls._new_calendar("America/Sao_Paulo")
        calendar.company_id = company
        values = {
            "name": "Abroad",
            "company_id": company.id,
            "alias_name": "abroad",
            "resource_calendar_id": calendar.id,
        }
        return cls.env["support.team"].create({**values, **vals})

    def get_hours(self, ticket):
        targets = ticket._get_target_seconds()
        names = ("response", "next_reply", "resolution")
        return tuple(targets[name] / 3600 for name in names)

    def get_results(self, ticket):
        """(target, outcome, working seconds) of each result, oldest first."""
        return [
            (result.kind, result.outcome, result.business_seconds)
            for result in ticket.sla_result_ids.sorted("id")
        ]

    def run_job(self, *moment):
        with self.at(*moment):
            cron = self.env.ref("customer_support.ir_cron_support_sla")
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSlaPolicy(SlaCommon):
    def test_without_a_policy_the_teams_own_targets_count(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.assertEqual(self.get_hours(ticket), (4, 8, 16))
        self.assertEqual(ticket.sla_check_at, ticket.response_deadline)

    def test_each_condition_must_fit(self):
        conditions = {
            "team_ids": [Command.set(self.team.ids)],
            "reason_ids": [Command.set(self.reason.ids)],
            "priority": "3",
            "partner_category_ids": [Command.set(self.vip.ids)],
            "channel_ids": [Command.set(self.email.ids)],
        }
        self.customer.category_id = self.vip
        fitting = {"priority": "3", "reason_id": self.fine_reason.id}
        others = {
            "team_ids": {"team_id": self.team_b.id},
            "reason_ids": {"reason_id": False},
            "priority": {"priority": "2"},
            "partner_category_ids": {"partner_id": self.customer_b.id},
            "channel_ids": {
                "channel_id": self.env.ref("customer_support.channel_phone").id
            },
        }
        for name, condition in conditions.items():
            policy = self.new_policy(response_hours=1, **{name: condition})
            with self.subTest(condition=name):
                ticket = self.make_ticket(**fitting)
                self.assertEqual(self.get_hours(ticket), (1, 8, 16))
                other = self.make_ticket(**{**fitting, **others[name]})
                self.assertEqual(self.get_hours(other), (4, 8, 16))
            policy.active = False
        self.new_policy(response_hours=1, **conditions)
        self.assertEqual(self.get_hours(self.make_ticket(**fitting)), (1, 8, 16))
        self.assertEqual(self.get_hours(self.make_ticket()), (4, 8, 16))

    def test_the_first_fitting_policy_with_hours_decides_each_target(self):
        self.new_policy(sequence=2, response_hours=2, resolution_hours=40)
        self.new_policy(sequence=1, priority="3", response_hours=1)
        self.new_policy(sequence=0, priority="0", response_hours=3)
        urgent = self.make_ticket(priority="3")
        self.assertEqual(self.get_hours(urgent), (1, 8, 40))
        self.assertEqual(self.get_hours(self.make_ticket()), (2, 8, 40))

    def test_a_customer_has_the_tags_of_the_company_and_of_the_tags_above(self):
        gold = self.vip.create({"name": "Gold", "parent_id": self.vip.id})
        company = self.env["res.partner"].create(
            {"name": "Souza Ltda", "is_company": True, "category_id": gold.ids}
        )
        self.new_policy(response_hours=1, partner_category_ids=self.vip.ids)
        self.assertEqual(self.get_hours(self.make_ticket())[0], 4)
        self.customer.parent_id = company
        self.assertEqual(self.get_hours(self.make_ticket())[0], 1)

    def test_a_claimed_customer_has_no_tags(self):
        self.customer.category_id = self.vip
        self.new_policy(response_hours=1, partner_category_ids=self.vip.ids)
        ticket = self.make_ticket(partner_id=False, claimed_partner_id=self.customer.id)
        self.assertEqual(self.get_hours(ticket)[0], 4)

    def test_a_policy_of_another_company_does_not_count(self):
        company = self.env["res.company"].create({"name": "Other store"})
        policy = self.new_policy(response_hours=1, company_id=company.id)
        self.assertEqual(self.get_hours(self.make_ticket())[0], 4)
        self.assertFalse(
            policy.with_user(self.lead).search([("id", "=", policy.id)]),
            "a manager of one company saw the policy of another",
        )
        policy.company_id = False
        self.assertEqual(self.get_hours(self.make_ticket())[0], 1)

    def test_opening_and_refreshing_agree(self):
        self.customer.category_id = self.vip
        self.new_policy(
            response_hours=2.5, resolution_hours=9, partner_category_ids=self.vip.ids
        )
        with self.at(2026, 3, 2, 13):
            ticket = self.make_ticket()
        names = ("response_deadline", "resolution_deadline", "due_at", "sla_check_at")
        opened = {name: ticket[name] for name in names}
        ticket._refresh_deadlines()
        self.assertEqual({name: ticket[name] for name in names}, opened)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 15, 30))

    def test_a_batch_reads_policies_and_tags_once(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Ana {n}", "category_id": self.vip.ids} for n in range(60)]
        )
        self.new_policy(response_hours=1, partner_category_ids=self.vip.ids)
        self.new_policy(response_hours=2, reason_ids=self.reason.ids)

        def count_queries(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tickets = self.env["support.ticket"].create(
                [
                    {
                        "name": "Lamp",
                        "team_id": self.team.id,
                        "email_from": "a@example.com",
                        "phone": "1",
                        "lang": "en_US",
                        "partner_id": partner.id,
                        "reason_id": self.fine_reason.id,
                    }
                    for partner in partners[:number]
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, tickets

        count_queries(2)
        few, _tickets = count_queries(2)
        many, tickets = count_queries(60)
        self.assertLessEqual(many, few + 3)
        self.assertEqual({self.get_hours(t)[0] for t in tickets}, {1})


@tagged("post_install", "-at_install")
class TestSlaChange(SlaCommon):
    """What a target depends on changes while it runs."""

    def test_a_higher_priority_moves_the_deadline_and_keeps_the_time_used(self):
        self.new_policy(response_hours=3, priority="3")
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))
        with self.at(2026, 3, 2, 14):
            ticket.with_user(self.agent).priority = "3"
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 16))
        with self.at(2026, 3, 2, 15):
            ticket.with_user(self.agent).priority = "1"
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))

    def test_reason_channel_customer_and_team_move_it_too(self):
        cases = {
            "reason_id": (self.fine_reason, {"reason_ids": self.reason.ids}),
            "partner_id": (
                self.customer_b,
                {"partner_category_ids": self.vip.ids},
            ),
            "team_id": (self.team_b, {"team_ids": self.team_b.ids}),
            "channel_id": (
                self.env.ref("customer_support.channel_phone"),
                {
                    "channel_ids": self.env.ref("customer_support.channel_phone").ids,
                },
            ),
        }
        self.customer_b.category_id = self.vip
        for name, (value, conditions) in cases.items():
            policy = self.new_policy(response_hours=2, **conditions)
            ticket = self.open_ticket(2026, 3, 2, 13)
            with self.subTest(field=name), self.at(2026, 3, 2, 14):
                ticket.with_user(self.lead).write({name: value.id})
                self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 15))
            policy.active = False

    def test_tagging_the_customer_moves_it_from_the_partner_and_from_the_tag(self):
        self.new_policy(response_hours=2, partner_category_ids=self.vip.ids)
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.customer.category_id = self.vip
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 15))
        self.vip.partner_ids = [Command.unlink(self.customer.id)]
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))

    def test_moving_a_reason_in_the_tree_moves_it(self):
        self.new_policy(response_hours=2, reason_ids=self.reason.ids)
        ticket = self.open_ticket(2026, 3, 2, 13, reason_id=self.fine_reason.id)
        self.fine_reason.parent_id = False
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))

    def test_the_policy_itself_moves_the_tickets_it_concerns(self):
        ticket = self.open_ticket(2026, 3, 2, 13, priority="3")
        other = self.open_ticket(2026, 3, 2, 13)
        policy = self.new_policy(response_hours=2, priority="3").with_user(self.lead)
        steps = [
            ({}, 15, 17),
            ({"response_hours": 3}, 16, 17),
            ({"priority": "1"}, 17, 16),
            ({"active": False}, 17, 17),
            ({"active": True, "priority": False}, 16, 16),
        ]
        for vals, mine, others in steps:
            with self.subTest(vals=vals):
                policy.write(vals)
                self.assertEqual(ticket.response_deadline.hour, mine)
                self.assertEqual(other.response_deadline.hour, others)
        policy.unlink()
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))

    def test_a_change_of_name_plans_nothing(self):
        policy = self.new_policy(response_hours=2)
        ticket = self.open_ticket(2026, 3, 2, 13)
        ticket.sudo().response_deadline = datetime(2026, 3, 9, 13)
        policy.name = "Renamed"
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 9, 13))

    def test_a_closed_ticket_keeps_its_deadline(self):
        ticket = self.open_ticket(2026, 3, 2, 13)
        self.reply_at(ticket, 2026, 3, 2, 14)
        self.do_at(ticket, "action_close", 2026, 3, 2, 14)
        self.new_policy(response_hours=1)
        ticket.with_user(self.agent).priority = "3"
        self.assertEqual(ticket.response_deadline, datetime(2026, 3, 2, 17))
        self.assertFalse(ticket.sla_check_at)


@tagged("post_install", "-at_install")
class TestSlaRefusals(SlaCommon):
    def test_an_agent_changes_no_policy(self):
        policy = self.new_policy(response_hours=1)
        self.assertEqual(policy.with_user(self.agent_own).response_hours, 1)
        with self.assertRaises(AccessError):
            policy.with_user(self.agent_own).response_hours = 9

    def test_an_agent_sets_no_deadline_by_hand(self):
        ticket = self.make_ticket()
        for name in ("due_at", "response_deadline", "sla_check_at"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                ticket.with_user(self.agent).write({name: datetime(2030, 1, 1)})
        with self.assertRaises(AccessError):
            self.env["support.ticket"].with_user(self.agent).create(
                {"name": "Lamp", "response_sla_met": "met"}
            )

    @mute_logger("odoo.sql_db")
    def test_a_target_below_zero_is_refused(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.new_policy(response_hours=-1)
