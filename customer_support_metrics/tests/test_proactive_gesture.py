"""Apologies, and the group that is left out to compare."""

from datetime import datetime
from random import Random

from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.proportions import get_difference
from .proactive_common import ProactiveCommon


@tagged("post_install", "-at_install")
class TestProactiveGesture(ProactiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.env["loyalty.program"].create(
            {
                "name": "Store vouchers",
                "program_type": "gift_card",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
            }
        )
        cls.company.write(
            {
                "support_voucher_program_id": cls.program.id,
                "support_limit_agent": 20,
                "support_limit_manager": 100,
            }
        )

    def make_gift_rule(self, amount, user=None, **vals):
        return self.make_rule(
            gesture="voucher",
            gesture_amount=amount,
            gesture_user_id=(user or self.agent).id,
            **vals,
        )

    def test_a_voucher_is_given_once_and_named_in_the_mail(self):
        self.make_gift_rule(10)
        order = self.buy()
        told = self.tell(2026, 3, 3, 13)
        self.assertFalse(told.gesture_error)
        action = told.action_id
        self.assertEqual((action.state, action.amount), ("done", 10))
        self.assertEqual(action.requested_by, self.agent)
        self.assertEqual(action.card_ids.points, 10)
        self.assertIn(action.card_ids.code, self.find_mails(told).body_html)
        self.assertEqual(told.ticket_id.sale_order_id, order)
        self.assertEqual(told.ticket_id.stage_kind, "solved")
        self.assertEqual(told.ticket_id.exclusion, "internal")
        self.tell(2026, 3, 4, 13)
        self.assertEqual(len(self.program.coupon_ids), 1)

    def test_more_than_the_giver_may_waits_for_approval_and_is_not_promised(self):
        self.make_gift_rule(50)
        self.buy()
        told = self.tell(2026, 3, 3, 13)
        self.assertEqual((told.state, told.action_id.state), ("sent", "to_approve"))
        self.assertNotIn("apology", self.find_mails(told).body_html)
        self.assertFalse(told.ticket_id.closed_at)
        told.action_id.with_user(self.lead).action_approve()
        self.assertEqual(told.action_id.state, "done")

    def test_what_cannot_be_given_is_written_down_and_the_message_goes(self):
        self.company.support_voucher_program_id = False
        self.make_gift_rule(10)
        self.buy()
        told = self.tell(2026, 3, 3, 13)
        self.assertEqual(told.state, "sent")
        self.assertIn("voucher", told.gesture_error)
        self.assertFalse(told.action_id or told.ticket_id)
        self.assertTrue(self.find_mails(told))

    def test_the_first_answer_makes_the_case_of_an_apology_a_customer_s_case(self):
        self.make_gift_rule(10)
        self.buy()
        ticket = self.tell(2026, 3, 3, 13).ticket_id
        with self.at(2026, 3, 3, 15):
            self.customer_writes(ticket, "I do not want a voucher.")
        self.assertFalse(ticket.exclusion)
        self.assertEqual(ticket.stage_kind, "open")

    def test_an_apology_needs_an_amount_and_an_agent(self):
        with self.assertRaises(ValidationError):
            self.make_gift_rule(0)
        with self.assertRaises(ValidationError):
            self.make_gift_rule(10, user=self.env.ref("base.public_user"))

    # --- the group that is left out -----------------------------------------------

    def test_who_is_left_out_gets_nothing_and_is_written_down(self):
        self.company.support_holdout_percent = 50
        rule = self.make_gift_rule(10, quiet_days=0, run_limit=100)
        rule.sudo().salt = "fixed"
        for _ in range(12):
            self.buy()
        told = self.tell(2026, 3, 3, 13)
        held = told.filtered(lambda one: one.state == "held")
        self.assertEqual(held, told.filtered(lambda one: one._is_held_out()))
        self.assertEqual(set(told.mapped("holdout_percent")), {50})
        self.assertFalse(held.action_id or self.find_mails(held))
        self.assertEqual(len(self.find_mails(told)), len(told - held))
        with self.at(2026, 3, 3, 14):
            self.tell(2026, 3, 3, 14)
        self.assertFalse(self.find_mails(held))

    @mute_logger("odoo.sql_db")
    def test_the_share_is_refused_outside_its_bounds(self):
        with self.assertRaises(CheckViolation):
            self.company.support_holdout_percent = 80
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestProactiveEffect(ProactiveCommon):
    """A simulated season: what the rule says of it."""

    ORDERS = 240

    def simulate(self, told_chance, held_chance, seed):
        """Orders with a message, a third left out, and tickets by chance."""
        random = Random(seed)
        rule = self.make_rule(effect_days=14)
        orders = self.env["sale.order"].create(
            [{"partner_id": self.customer.id} for _ in range(self.ORDERS)]
        )
        picking_type = self.warehouse.out_type_id
        pickings = self.env["stock.picking"].create(
            [
                {
                    "picking_type_id": picking_type.id,
                    "location_id": picking_type.default_location_src_id.id,
                    "location_dest_id": self.env.ref(
                        "stock.stock_location_customers"
                    ).id,
                }
                for _ in orders
            ]
        )
        rows, contacted = [], orders.browse()
        for order, picking in zip(orders, pickings, strict=True):
            is_held = random.random() < 1 / 3
            if random.random() < (held_chance if is_held else told_chance):
                contacted |= order
            rows.append(
                {
                    "rule_id": rule.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "picking_id": picking.id,
                    "order_id": order.id,
                    "due_at": datetime(2026, 3, 2),
                    "decided_at": datetime(2026, 3, 2),
                    "state": "held" if is_held else "sent",
                }
            )
        self.notices.create(rows)
        with self.at(2026, 3, 5, 13):
            self.env["support.ticket"].create(
                [
                    {
                        "name": "Where is it?",
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                        "sale_order_id": order.id,
                    }
                    for order in contacted
                ]
            )
        return rule

    def get_difference(self, rule):
        with self.at(2026, 4, 2, 13):
            told, held = rule._count_outcome("contact")
        self.assertEqual(told[1] + held[1], self.ORDERS)
        return get_difference(*told, *held)

    def test_a_simulated_effect_is_recovered(self):
        rule = self.simulate(0.10, 0.40, seed=3)
        found = self.get_difference(rule)
        self.assertLess(found.high, 0)
        self.assertTrue(found.low <= -0.30 <= found.high)
        with self.at(2026, 4, 2, 13):
            self.assertIn("95% interval", rule.effect_contact)
            self.assertNotIn("No difference", rule.effect_contact)

    def test_where_is_no_effect_none_is_said(self):
        rule = self.simulate(0.25, 0.25, seed=4)
        found = self.get_difference(rule)
        self.assertTrue(found.low <= 0 <= found.high)
        with self.at(2026, 4, 2, 13):
            self.assertIn("No difference is shown", rule.effect_contact)

    def test_what_is_too_recent_or_too_late_or_spam_does_not_count(self):
        rule = self.make_rule(effect_days=14)
        order = self.buy()
        self.tell(2026, 3, 3, 13)
        with self.at(2026, 3, 10, 13):
            self.assertEqual(rule._count_outcome("contact"), ((0, 0), (0, 0)))
            self.make_ticket(sale_order_id=order.id, exclusion="spam")
        with self.at(2026, 3, 20, 13):
            self.make_ticket(sale_order_id=order.id)
            self.assertEqual(rule._count_outcome("contact"), ((0, 1), (0, 0)))
            self.assertIn("Too few to say", rule.effect_contact)

    def test_who_bought_again_and_who_was_satisfied_is_counted(self):
        rule = self.make_rule()
        order = self.buy()
        told = self.tell(2026, 3, 3, 13)
        again = self.buy()
        again.date_order = datetime(2026, 3, 20)
        survey = self.env["support.survey.rule"].create({"name": "After"})
        self.env["support.survey.invitation"].create(
            {
                "rule_id": survey.id,
                "kind": "csat",
                "company_id": self.company.id,
                "order_id": order.id,
                "due_at": datetime(2026, 3, 10),
                "state": "answered",
                "answered_at": datetime(2026, 3, 11),
                "score": 5,
            }
        )
        self.assertEqual(told.state, "sent")
        with self.at(2026, 6, 2, 13):
            self.assertEqual(rule._count_outcome("repurchase"), ((1, 1), (0, 0)))
            self.assertEqual(rule._count_outcome("csat"), ((1, 1), (0, 0)))
