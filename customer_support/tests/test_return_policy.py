from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.return_verdict import Verdict
from .return_common import MONDAY_NOON, ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnDays(ReturnCommon):
    """Until when goods may be returned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy("7 days to return", days=7, condition="any")

    def test_the_whole_verdict(self):
        self.policy.write({"payer": "store", "self_service": True})
        self.deliver_at(MONDAY_NOON)
        self.assertEqual(
            self.judge(self.lamp_line, 2026, 3, 3),
            Verdict(
                allowed=True,
                explanation="Can be returned until 03/09/2026 "
                "(policy “7 days to return”).",
                policy_id=self.policy.id,
                last_day=date(2026, 3, 9),
                payer="store",
                self_service=True,
                ways=("refund", "exchange", "voucher"),
            ),
        )

    def test_the_last_day_counts_until_midnight_of_the_customer(self):
        self.deliver_at(MONDAY_NOON)
        # 23:59 on Monday 9 in São Paulo is 2:59 on Tuesday in UTC.
        in_time = self.judge(self.lamp_line, 2026, 3, 10, 2, 59)
        too_late = self.judge(self.lamp_line, 2026, 3, 10, 3, 0)
        self.assertTrue(in_time.allowed)
        self.assertFalse(too_late.allowed)
        self.assertEqual(too_late.last_day, date(2026, 3, 9))
        self.assertEqual(
            too_late.explanation,
            "Could be returned until 03/09/2026 (policy “7 days to return”); that day "
            "is over.",
        )

    def test_the_day_of_the_delivery_is_the_customers(self):
        """Delivered at 22:00 on Monday in São Paulo, which is Tuesday in Tokyo."""
        self.deliver_at(datetime(2026, 3, 3, 1))
        for zone, last_day in (
            ("America/Sao_Paulo", date(2026, 3, 9)),
            ("UTC", date(2026, 3, 10)),
            ("Asia/Tokyo", date(2026, 3, 10)),
            ("Pacific/Pago_Pago", date(2026, 3, 9)),
        ):
            self.customer.tz = zone
            verdict = self.judge(self.lamp_line, 2026, 3, 4)
            self.assertEqual(verdict.last_day, last_day, zone)

    def test_without_a_zone_of_the_customer_the_stores_counts(self):
        self.deliver_at(datetime(2026, 3, 3, 1))
        self.customer.tz = False
        self.company.partner_id.tz = "America/Sao_Paulo"
        verdict = self.judge(self.lamp_line, 2026, 3, 4)
        self.assertEqual(verdict.last_day, date(2026, 3, 9))

    def test_days_are_whole_when_the_clocks_change(self):
        """Lisbon: one hour is lost on 29 March and gained on 25 October 2026."""
        self.customer.tz = "Europe/Lisbon"
        picking = self.deliver_at(datetime(2026, 3, 27, 23, 30))
        self.assertTrue(self.judge(self.lamp_line, 2026, 4, 3, 22, 59).allowed)
        self.assertFalse(self.judge(self.lamp_line, 2026, 4, 3, 23, 0).allowed)
        # 23:30 in UTC is half past midnight of the next day while it is summer.
        picking.date_done = datetime(2026, 10, 23, 23, 30)
        verdict = self.judge(self.lamp_line, 2026, 10, 31, 23, 59)
        self.assertEqual((verdict.allowed, verdict.last_day.day), (True, 31))
        self.assertFalse(self.judge(self.lamp_line, 2026, 11, 1, 0, 0).allowed)

    def test_judged_now_when_no_moment_is_given(self):
        self.deliver_at(MONDAY_NOON)
        with self.at(2026, 3, 9, 20):
            self.assertTrue(self.judge(self.lamp_line).allowed)
        with self.at(2026, 3, 11, 20):
            self.assertFalse(self.judge(self.lamp_line).allowed)

    def test_what_is_not_delivered_cannot_be_returned_yet(self):
        verdict = self.judge(self.lamp_line, 2026, 3, 3)
        self.assertFalse(verdict.allowed)
        self.assertIsNone(verdict.last_day)
        self.assertEqual(verdict.policy_id, self.policy.id)
        self.assertEqual(
            verdict.explanation, "Cannot be returned yet: it was not delivered."
        )

    def test_parts_of_a_line_have_the_days_of_the_last_part(self):
        self.deliver_at(MONDAY_NOON, quantities={self.lamp: {self.lot_1: 1}})
        self.assertEqual(
            self.judge(self.lamp_line, 2026, 3, 3).last_day, date(2026, 3, 9)
        )
        # The bulbs wait for the second parcel.
        self.assertFalse(self.judge(self.bulb_line, 2026, 3, 3).allowed)
        self.deliver_at(
            datetime(2026, 3, 20, 15),
            quantities={self.lamp: {self.lot_1: 2}, self.bulb: 2},
        )
        for line in (self.lamp_line, self.bulb_line):
            verdict = self.judge(line, 2026, 3, 27)
            self.assertEqual(
                (verdict.allowed, verdict.last_day), (True, date(2026, 3, 27))
            )

    def test_what_comes_back_begins_no_new_days(self):
        picking = self.deliver_at(MONDAY_NOON)
        self.send_back(picking, {self.lamp: 1})
        self.assertEqual(
            self.judge(self.lamp_line, 2026, 3, 4).last_day, date(2026, 3, 9)
        )

    def test_goods_delivered_by_hand_count_from_the_order(self):
        order = self.make_order([(self.bulb, 1)])
        line = order.order_line
        order.write({"state": "sale", "date_order": MONDAY_NOON})
        self.assertFalse(self.judge(line, 2026, 3, 3).allowed)
        line.move_ids.unlink()
        line.write({"qty_delivered_method": "manual", "qty_delivered": 1})
        self.assertEqual(self.judge(line, 2026, 3, 3).last_day, date(2026, 3, 9))


@tagged("post_install", "-at_install")
class TestReturnTerms(ReturnCommon):
    """Which policy decides, and what it says."""

    def test_without_a_policy_a_person_decides(self):
        self.deliver_at(MONDAY_NOON)
        verdict = self.judge(self.lamp_line, 2027, 3, 2)
        self.assertEqual(
            verdict,
            Verdict(
                allowed=True,
                explanation="No return policy applies to it.",
                ways=("refund", "exchange", "voucher"),
            ),
        )

    def test_final_sale(self):
        self.deliver_at(MONDAY_NOON)
        policy = self.make_policy("Clearance", is_final_sale=True)
        verdict = self.judge(self.lamp_line, 2026, 3, 2, 16)
        self.assertFalse(verdict.allowed)
        self.assertEqual((verdict.policy_id, verdict.ways), (policy.id, ()))
        self.assertIsNone(verdict.last_day)
        self.assertEqual(
            verdict.explanation,
            "Cannot be returned: final sale (policy “Clearance”).",
        )

    def test_our_fault_gives_more_days_at_the_stores_cost(self):
        self.deliver_at(MONDAY_NOON)
        self.make_policy(
            days=7, fault_days=90, condition="unopened", offers_voucher=False
        )
        mind = self.judge(self.lamp_line, 2026, 3, 20, reason=self.changed_mind)
        self.assertEqual((mind.allowed, mind.payer), (False, "customer"))
        fault = self.judge(self.lamp_line, 2026, 3, 20, reason=self.damaged)
        self.assertEqual((fault.allowed, fault.payer), (True, "store"))
        self.assertEqual(fault.last_day, date(2026, 5, 31))
        self.assertEqual(fault.ways, ("refund", "exchange"))
        self.assertEqual(
            fault.explanation,
            "Damaged, wrong or defective goods can be returned until 05/31/2026 at our "
            "cost (policy “30 days to return”).",
        )
        self.assertFalse(
            self.judge(self.lamp_line, 2026, 6, 2, reason=self.damaged).allowed
        )

    def test_our_fault_never_gives_less(self):
        self.deliver_at(MONDAY_NOON)
        self.make_policy(days=30, fault_days=0)
        fault = self.judge(self.lamp_line, 2026, 3, 20, reason=self.damaged)
        self.assertEqual(fault.last_day, date(2026, 4, 1))

    def test_even_a_final_sale_is_taken_back_when_the_fault_is_ours(self):
        self.deliver_at(MONDAY_NOON)
        self.make_policy(is_final_sale=True, days=500, fault_days=90)
        fault = self.judge(self.lamp_line, 2026, 3, 20, reason=self.damaged)
        self.assertEqual((fault.allowed, fault.payer), (True, "store"))
        self.assertEqual(fault.last_day, date(2026, 5, 31))
        self.assertEqual(fault.ways, ("refund", "exchange"))

    def test_the_store_pays_for_its_fault_without_a_policy_too(self):
        self.deliver_at(MONDAY_NOON)
        fault = self.judge(self.lamp_line, 2026, 3, 20, reason=self.damaged)
        self.assertEqual((fault.allowed, fault.payer), (True, "store"))

    def test_the_condition_is_said(self):
        self.deliver_at(MONDAY_NOON)
        policy = self.make_policy()
        for condition, words in (
            ("unopened", "Can be returned unopened until 04/01/2026"),
            ("unused", "Can be returned unused until 04/01/2026"),
            ("any", "Can be returned until 04/01/2026"),
        ):
            policy.condition = condition
            verdict = self.judge(self.lamp_line, 2026, 3, 3)
            self.assertTrue(verdict.explanation.startswith(words))

    def test_only_what_is_offered_is_among_the_ways(self):
        self.deliver_at(MONDAY_NOON)
        self.make_policy(offers_refund=False, offers_voucher=True)
        self.assertEqual(
            self.judge(self.lamp_line, 2026, 3, 3).ways, ("exchange", "voucher")
        )

    def test_the_most_specific_category_wins(self):
        home = self.make_policy("Home", category=self.home, sequence=1)
        lamps = self.make_policy("Lamps", category=self.lamps, sequence=50)
        everything = self.make_policy("All", sequence=0)
        lines = self.sale.order_line
        verdicts = self.Policy._judge(lines)
        self.assertEqual(verdicts[self.lamp_line].policy_id, lamps.id)
        self.assertEqual(verdicts[self.bulb_line].policy_id, home.id)
        self.bulb.categ_id = False
        self.assertEqual(self.judge(self.bulb_line).policy_id, everything.id)
        # A category of another branch falls under the policy for all products.
        other = self.env["product.category"].create({"name": "Garden"})
        self.bulb.categ_id = other
        self.assertEqual(self.judge(self.bulb_line).policy_id, everything.id)

    def test_of_equals_the_first_in_the_list_wins(self):
        second = self.make_policy("Second", category=self.lamps, sequence=2)
        first = self.make_policy("First", category=self.lamps, sequence=1)
        self.assertEqual(self.judge(self.lamp_line).policy_id, first.id)
        first.active = False
        self.assertEqual(self.judge(self.lamp_line).policy_id, second.id)
        # Archived ones never decide, whoever asks.
        everyone = self.Policy.with_context(active_test=False)
        verdict = everyone._judge(self.lamp_line)[self.lamp_line]
        self.assertEqual(verdict.policy_id, second.id)

    def test_a_policy_for_a_country_of_delivery(self):
        brazil = self.make_policy(
            "Brazil", country_ids=[Command.set(self.env.ref("base.br").ids)], sequence=1
        )
        europe = self.make_policy(
            "Europe",
            country_group_ids=[Command.set(self.env.ref("base.europe").ids)],
            sequence=2,
        )
        world = self.make_policy("World", sequence=3)
        for country, policy in (
            ("base.br", brazil),
            ("base.pt", europe),
            ("base.us", world),
        ):
            self.sale.partner_shipping_id.country_id = self.env.ref(country)
            self.assertEqual(self.judge(self.lamp_line).policy_id, policy.id, country)
        self.sale.partner_shipping_id.country_id = False
        self.assertEqual(self.judge(self.lamp_line).policy_id, world.id)

    def test_a_policy_for_a_website(self):
        websites = self.env["website"].create(
            [{"name": "Outlet"}, {"name": "Wholesale"}]
        )
        outlet = self.make_policy("Outlet", website_id=websites[0].id, sequence=1)
        every = self.make_policy("Everywhere", sequence=2)
        self.assertEqual(self.judge(self.lamp_line).policy_id, every.id)
        self.sale.website_id = websites[0]
        self.assertEqual(self.judge(self.lamp_line).policy_id, outlet.id)
        self.sale.website_id = websites[1]
        self.assertEqual(self.judge(self.lamp_line).policy_id, every.id)

    def test_policies_of_another_company_never_decide(self):
        other = self.env["res.company"].create({"name": "Other store"})
        foreign = self.make_policy("Foreign", company_id=other.id, sequence=1)
        own = self.make_policy("Own", company_id=self.company.id, sequence=2)
        self.assertEqual(self.judge(self.lamp_line).policy_id, own.id)
        both = self.company | other
        self.lead.company_ids = both
        lead = self.Policy.with_user(self.lead).with_context(
            allowed_company_ids=both.ids
        )
        self.assertEqual(lead._judge(self.lamp_line)[self.lamp_line].policy_id, own.id)
        # And nobody of this company sees them.
        seen = self.Policy.with_user(self.agent).search([])
        self.assertIn(own, seen)
        self.assertNotIn(foreign, seen)
        with self.assertRaises(AccessError):
            foreign.with_user(self.agent).read(["name"])

    def test_lines_that_are_no_goods(self):
        self.make_policy()
        order = self.make_order([(self.bulb, 1)])
        service = self.env["product.product"].create(
            {"name": "Assembly", "type": "service"}
        )
        values = {"order_id": order.id, "product_id": service.id}
        note, fitting, shipping, deposit = self.env["sale.order.line"].create(
            [
                {"order_id": order.id, "display_type": "line_note", "name": "Thanks"},
                values,
                {**values, "is_delivery": True},
                {**values, "is_downpayment": True},
            ]
        )
        words = {
            line: verdict.explanation
            for line, verdict in self.Policy._judge(order.order_line).items()
            if not verdict.policy_id
        }
        self.assertEqual(
            words,
            {
                note: "Cannot be returned: it is not a product.",
                fitting: "Cannot be returned: it is a service.",
                shipping: "Cannot be returned: it is the cost of shipping.",
                deposit: "Cannot be returned: it is a down payment.",
            },
        )

    def test_a_reward_is_no_goods(self):
        self.make_policy()
        order = self.make_order([(self.lamp, 1)])
        self.env["loyalty.program"].create(
            {
                "name": "Welcome",
                "program_type": "promo_code",
                "trigger": "with_code",
                "rule_ids": [Command.create({"mode": "with_code", "code": "WELCOME"})],
                "reward_ids": [Command.create({"reward_type": "discount"})],
            }
        )
        order._try_apply_code("WELCOME")
        for coupon, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards, coupon)
        reward_line = order.order_line.filtered("reward_id")
        verdict = self.judge(reward_line)
        self.assertFalse(verdict.allowed)
        self.assertEqual(
            verdict.explanation, "Cannot be returned: it comes from a promotion."
        )

    def test_customers_get_the_verdict_on_their_lines_in_their_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.deliver_at(MONDAY_NOON)
        policy = self.make_policy(condition="any")
        policy.with_context(lang="pt_BR").name = "30 dias para devolver"
        lines = self.lamp_line.with_user(self.portal_user)
        policies = self.Policy.with_user(self.portal_user).with_context(lang="pt_BR")
        verdict = policies._judge(lines, at=MONDAY_NOON)[lines]
        self.assertEqual(
            verdict.explanation,
            "Pode ser devolvido até 01/04/2026 (política “30 dias para devolver”).",
        )

    def test_many_lines_need_no_more_queries_than_few(self):
        self.make_policy("Lamps", category=self.lamps)
        self.make_policy("Rest")

        def count(lines):
            self.env.flush_all()
            self.env.invalidate_all()
            policies = self.Policy.with_user(self.agent)
            policies._judge(lines)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            policies._judge(lines)
            return self.env.cr.sql_log_count - before

        orders = [
            self.make_order([(self.lamp, 1), (self.bulb, 1)], partner)
            for partner in (self.customer, self.customer_b) * 10
        ]
        for order in orders:
            order.action_confirm()
        self.env["sale.order"].concat(*orders).picking_ids.write(
            {"date_done": MONDAY_NOON}
        )
        lines = self.env["sale.order"].concat(*orders).order_line
        self.deliver_at(MONDAY_NOON)
        few = count(self.sale.order_line)
        self.assertEqual(len(lines), 40)
        self.assertLessEqual(count(lines | self.sale.order_line), few)

    def test_no_lines_no_verdicts(self):
        self.assertEqual(self.Policy._judge(self.env["sale.order.line"]), {})


@tagged("post_install", "-at_install")
class TestReturnPolicyRecord(ReturnCommon):
    """What managers may put into a policy."""

    def test_a_policy_that_gives_nothing_is_refused(self):
        nothing = {
            "offers_refund": False,
            "offers_exchange": False,
            "offers_voucher": False,
        }
        with self.assertRaises(ValidationError):
            self.make_policy(**nothing)
        self.make_policy(is_final_sale=True, **nothing)

    def test_negative_days_are_refused(self):
        for field in ("days", "fault_days"):
            with (
                self.subTest(field=field),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.make_policy(**{field: -1})

    def test_a_website_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other store"})
        website = self.env["website"].create({"name": "Theirs", "company_id": other.id})
        with self.assertRaises(ValidationError):
            self.make_policy(company_id=self.company.id, website_id=website.id)

    def test_agents_read_and_managers_write(self):
        policy = self.make_policy()
        self.assertEqual(policy.with_user(self.agent_own).days, 30)
        with self.assertRaises(AccessError):
            policy.with_user(self.agent).days = 60
        policy.with_user(self.lead).days = 60
        self.assertEqual(policy.days, 60)
        with self.assertRaises(AccessError):
            self.Policy.with_user(self.portal_user).search([])

    def test_the_store_begins_with_thirty_days(self):
        policy = self.env.ref("customer_support.return_policy_default")
        self.assertEqual((policy.days, policy.fault_days), (30, 90))
        self.assertFalse(policy.company_id or policy.category_ids)

    def test_reasons_that_are_our_fault(self):
        ours = self.env["support.reason"].search([("is_our_fault", "=", True)])
        self.assertIn(self.damaged, ours)
        self.assertNotIn(self.changed_mind, ours)
