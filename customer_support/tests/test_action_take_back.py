"""A gesture given by mistake is taken back while the customer has not used it."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestTakeBack(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["loyalty.program"]
        programs.search(
            [("program_type", "in", ("gift_card", "ewallet"))]
        ).active = False
        cls.program = cls._new_program("gift_card", "Sorry")
        cls.company.support_voucher_program_id = cls.program

    @classmethod
    def _new_program(cls, kind, name):
        return cls.env["loyalty.program"].create(
            {
                "name": name,
                "program_type": kind,
                "applies_on": "both" if kind == "loyalty" else "future",
                "trigger": "auto",
                "currency_id": cls.company.currency_id.id,
                "reward_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 1,
                            "discount_mode": "per_point",
                            "discount_applicability": "order",
                            "required_points": 1,
                        }
                    ),
                ],
            }
        )

    def give(self, amount=25.0, **values):
        self.ticket = self.make_ticket(**values)
        return self.request(self.ticket, "voucher", amount=amount)

    def use(self, card):
        """The customer pays a bulb with it."""
        order = self.make_order([(self.bulb, 1)])
        [(coupon, rewards)] = order._try_apply_code(card.code).items()
        order._apply_program_reward(rewards, coupon)
        return order

    def test_an_unused_voucher_is_worth_nothing_afterwards(self):
        action = self.give()
        card = action.card_ids
        self.assertTrue(action.with_user(self.agent).may_take_back)
        action.with_user(self.agent).action_take_back()
        self.assertEqual(action.state, "cancelled")
        self.assertEqual((card.points, card.active), (0, False))
        self.assertEqual(card.history_ids[:1].used, 25)
        self.assertFalse(action.with_user(self.agent).may_take_back)
        tried = self.make_order([(self.bulb, 1)])._try_apply_code(card.code)
        self.assertIn("error", tried)

    def test_it_stands_in_the_history_and_in_the_conversation(self):
        self.give().with_user(self.agent).action_take_back()
        events = self.ticket.event_ids.filtered(lambda e: e.kind == "action")
        last = events.sorted("id")[-1]
        self.assertEqual(last.payload["step"], "taken_back")
        self.assertEqual(last.user_id, self.agent)
        self.assertIn("taken back", self.ticket.message_ids[0].body)
        self.assertTrue(self.ticket.message_ids[0].subtype_id.internal)
        self.assertFalse(self.ticket._get_clock_differences())

    def test_a_used_voucher_stays(self):
        action = self.give()
        self.use(action.card_ids).action_confirm()
        left = action.card_ids.points
        self.assertLess(left, 25)
        with self.assertRaisesRegex(UserError, "has used it"):
            action.with_user(self.agent).action_take_back()
        self.assertEqual((action.state, action.card_ids.points), ("done", left))

    def test_a_cart_that_names_it_is_not_confirmed_with_it(self):
        action = self.give()
        order = self.use(action.card_ids)
        action.with_user(self.agent).action_take_back()
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_twice_it_is_taken_back_once(self):
        action = self.give()
        action.with_user(self.agent).action_take_back()
        with self.assertRaisesRegex(UserError, "cannot be taken back"):
            action.with_user(self.lead).action_take_back()

    def test_what_was_taken_back_counts_against_no_limit(self):
        self.company.support_limit_agent = 30
        self.give().with_user(self.agent).action_take_back()
        again = self.request(self.ticket, "voucher", amount=25.0)
        self.assertEqual(again.state, "done")
        self.assertEqual(
            self.ticket._get_placeholder_voucher_code(), again.card_ids.code
        )

    def test_only_the_giver_and_managers_take_it_back(self):
        action = self.give()
        for user in (self.agent_own, self.agent_b, self.portal_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                action.with_user(user).action_take_back()
        self.assertFalse(action.with_user(self.agent_own).may_take_back)
        action.with_user(self.lead).action_take_back()
        self.assertEqual(action.state, "cancelled")

    def test_other_actions_are_not_taken_back(self):
        bought = self.buy_pay_send_invoice({self.bulb: 2})
        ticket = self.make_order_ticket(bought)
        action = self.request(ticket, "refund", {bought.order_line: 1})
        with self.assertRaisesRegex(UserError, "cannot be taken back"):
            action.with_user(self.agent).action_take_back()
        self.assertEqual(action.state, "done")

    def test_points_leave_the_card_and_what_was_there_stays(self):
        self.env["loyalty.program"].search(
            [("program_type", "=", "loyalty")]
        ).active = False
        program = self._new_program("loyalty", "Club")
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.customer.id, "points": 10}
        )
        action = self.request(self.make_ticket(), "points", points=15)
        self.assertEqual(action.balance_card_id, card)
        action.with_user(self.agent).action_take_back()
        self.assertEqual((card.points, card.active), (10, True))
        again = self.request(self.make_ticket(), "points", points=15)
        card.points = 14
        with self.assertRaisesRegex(UserError, "has used it"):
            again.with_user(self.agent).action_take_back()

    def test_an_ewallet_gives_back_what_it_got(self):
        self.company.support_voucher_program_id = self._new_program("ewallet", "Wallet")
        action = self.give()
        card = action.balance_card_id
        self.assertEqual(card.points, 25)
        action.with_user(self.agent).action_take_back()
        self.assertEqual((card.points, card.active), (0, True))
