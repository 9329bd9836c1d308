"""Which policy decides: by product and place, and by the day of the order."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .return_common import MONDAY_NOON, ReturnCommon


class ChoiceCommon(ReturnCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brazil = cls.env.ref("base.br")
        cls.sale.partner_shipping_id.country_id = cls.brazil
        cls.sale.date_order = datetime(2026, 2, 27, 15)
        cls.deliver_at(MONDAY_NOON)

    def make_place_policy(self, name, *countries, **values):
        ids = [country.id for country in countries]
        return self.make_policy(name, country_ids=[Command.set(ids)], **values)

    def decider(self, line, *at, reason=None):
        """The policy that decides, at noon of the third day by default."""
        verdict = self.judge(line, *(at or (2026, 3, 5, 15)), reason=reason)
        return self.Policy.browse(verdict.policy_id)


@tagged("post_install", "-at_install")
class TestReturnPolicyPlace(ChoiceCommon):
    def test_the_law_of_a_country_is_not_beaten_by_a_final_sale_everywhere(self):
        # Brazil: 7 days to change one's mind, whatever was bought on-line.
        law = self.make_place_policy("Law", self.brazil, days=7, sequence=90)
        self.make_policy("Clearance", category=self.lamps, is_final_sale=True)
        verdict = self.judge(self.lamp_line, 2026, 3, 9, 15)
        self.assertTrue(verdict.allowed)
        self.assertEqual(verdict.policy_id, law.id)
        self.assertEqual(verdict.last_day, date(2026, 3, 9))
        self.assertFalse(self.judge(self.lamp_line, 2026, 3, 10, 15).allowed)
        # Where no such law is entered, the final sale is one.
        self.sale.partner_shipping_id.country_id = self.env.ref("base.us")
        self.assertFalse(self.judge(self.lamp_line, 2026, 3, 3).allowed)

    def test_a_kinder_category_everywhere_goes_on_where_the_law_ends(self):
        law = self.make_place_policy("Law", self.brazil, days=7, payer="store")
        lamps = self.make_policy("Lamps 60 days", category=self.lamps, days=60)
        # In the first week the law gives more: the store pays the way back.
        self.assertEqual(self.decider(self.lamp_line, 2026, 3, 9, 15), law)
        self.assertEqual(self.decider(self.lamp_line, 2026, 3, 10, 15), lamps)
        self.assertTrue(self.judge(self.lamp_line, 2026, 5, 1, 15).allowed)
        self.assertFalse(self.judge(self.lamp_line, 2026, 5, 2, 15).allowed)

    def test_money_back_by_law_is_not_made_a_voucher(self):
        law = self.make_place_policy("Law", self.brazil, days=7)
        lamps = self.make_policy(
            "Vouchers", category=self.lamps, days=90, offers_refund=False
        )
        self.assertEqual(self.decider(self.lamp_line), law)
        self.assertIn("refund", self.judge(self.lamp_line, 2026, 3, 5).ways)
        self.assertEqual(self.decider(self.lamp_line, 2026, 3, 20), lamps)

    def test_a_country_wins_over_everywhere_whatever_the_order_of_the_list(self):
        self.make_policy("World", days=30, sequence=1)
        law = self.make_place_policy("Law", self.brazil, days=7, sequence=2)
        self.assertEqual(self.decider(self.lamp_line), law)

    def test_a_country_wins_over_its_group(self):
        group = self.env["res.country.group"].create(
            {"name": "South", "country_ids": [Command.set(self.brazil.ids)]}
        )
        self.make_policy(
            "South", country_group_ids=[Command.set(group.ids)], days=30, sequence=1
        )
        law = self.make_place_policy("Law", self.brazil, days=7, sequence=2)
        self.assertEqual(self.decider(self.lamp_line), law)

    def test_the_store_may_be_stricter_for_certain_goods_in_a_country(self):
        # Said for this country and these goods, it is meant.
        self.make_place_policy("Law", self.brazil, days=7)
        made = self.make_place_policy(
            "Made to measure", self.brazil, category=self.lamps, is_final_sale=True
        )
        self.assertEqual(self.decider(self.lamp_line), made)
        self.assertFalse(self.judge(self.lamp_line, 2026, 3, 3).allowed)

    def test_for_our_fault_the_longer_one_decides(self):
        self.make_place_policy("Law", self.brazil, days=7, fault_days=90)
        lamps = self.make_policy("Lamps", category=self.lamps, fault_days=365)
        self.assertEqual(self.decider(self.lamp_line, reason=self.damaged), lamps)

    def test_the_page_of_a_product_tells_the_kinder_one(self):
        law = self.make_place_policy("Law", self.brazil, days=7)
        self.make_policy("Clearance", category=self.lamps, is_final_sale=True)
        policies = self.Policy._find_candidates(self.company)
        chosen = policies._choose(
            self.lamps, self.company, self.env["website"], self.brazil
        )
        self.assertEqual(chosen, law)


@tagged("post_install", "-at_install")
class TestReturnPolicyPeriod(ChoiceCommon):
    def test_the_policy_of_the_day_of_the_order_decides(self):
        # Bought on 27 February, delivered on 2 March.
        before = self.make_policy("30 days", valid_until=date(2026, 2, 28))
        after = self.make_policy("14 days", days=14, valid_from=date(2026, 3, 1))
        self.assertEqual(self.decider(self.lamp_line), before)
        self.assertTrue(self.judge(self.lamp_line, 2026, 4, 1).allowed)
        self.sale.date_order = datetime(2026, 3, 1, 15)
        self.assertEqual(self.decider(self.lamp_line), after)

    def test_the_day_of_the_order_is_the_customers(self):
        # 28 February 23:30 in São Paulo is 1 March in UTC.
        before = self.make_policy("30 days", valid_until=date(2026, 2, 28))
        self.make_policy("14 days", days=14, valid_from=date(2026, 3, 1))
        self.sale.date_order = datetime(2026, 3, 1, 2, 30)
        self.assertEqual(self.decider(self.lamp_line), before)

    def test_an_order_before_every_policy_is_decided_by_a_person(self):
        self.make_policy(valid_from=date(2026, 3, 1))
        self.assertFalse(self.decider(self.lamp_line))

    def test_worse_terms_leave_the_former_ones_to_former_orders(self):
        policy = self.make_policy("Returns", category=self.home, days=30)
        policy.with_context(lang="pt_BR").name = "Devoluções"
        self.make_it_old(policy)
        with freeze_time("2026-03-10 15:00:00"):
            policy.with_user(self.lead).write({"days": 7})
        former = self.decider(self.lamp_line)
        self.assertNotEqual(former, policy)
        self.assertEqual((former.days, former.category_ids), (30, self.home))
        self.assertEqual(former.valid_until, date(2026, 3, 9))
        self.assertEqual(former.with_context(lang="pt_BR").name, "Devoluções")
        self.assertEqual((policy.days, policy.valid_from), (7, date(2026, 3, 10)))
        self.assertTrue(self.judge(self.lamp_line, 2026, 4, 1).allowed)
        self.sale.date_order = datetime(2026, 3, 10, 15)
        self.assertEqual(self.decider(self.lamp_line), policy)

    def make_it_old(self, policy):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE support_return_policy SET create_date = '2026-01-01' WHERE id = %s",
            [policy.id],
        )
        policy.invalidate_recordset(["create_date"])

    def test_a_second_change_of_the_day_leaves_no_second_copy(self):
        policy = self.make_policy(days=30)
        self.make_it_old(policy)
        with freeze_time("2026-03-10 15:00:00"):
            policy.days = 7
            policy.days = 14
        self.assertEqual(len(self.Policy.search([])), 2)
        self.assertEqual(self.judge(self.lamp_line).last_day, date(2026, 4, 1))

    def test_what_is_no_change_of_terms_leaves_no_copy(self):
        policy = self.make_policy(days=30, category=self.home)
        self.make_it_old(policy)
        policy.write(
            {
                "days": 30,
                "category_ids": [Command.set(self.home.ids)],
                "name": "Thirty days",
                "website_published": False,
                "sequence": 3,
            }
        )
        policy.active = False
        self.assertEqual(
            self.Policy.with_context(active_test=False).search(
                [("name", "=", "Thirty days")]
            ),
            policy,
        )

    def test_a_policy_that_has_ended_is_corrected_in_place(self):
        policy = self.make_policy(days=30, valid_until=date(2026, 2, 28))
        self.make_it_old(policy)
        policy.days = 60
        self.assertEqual(self.Policy.search([]), policy)
        self.assertEqual(self.judge(self.lamp_line).last_day, date(2026, 5, 1))

    def test_a_new_policy_begins_today(self):
        with freeze_time("2026-03-10 15:00:00"):
            policy = self.Policy.create({"name": "Christmas"})
        self.assertEqual(policy.valid_from, date(2026, 3, 10))

    def test_it_ends_after_it_begins(self):
        with self.assertRaisesRegex(ValidationError, "ends before it begins"):
            self.make_policy(valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 1))
