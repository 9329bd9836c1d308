"""A set that is sold as one and delivered as its parts, by hand-computed examples."""

from unittest import SkipTest

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .action_common import ActionCommon


class KitCommon(ActionCommon):
    """Reading sets at 80.00 + 18 %: a lampshade and two bulbs each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "sale_mrp" not in cls.env.registry._init_modules:
            raise SkipTest("There are no kits without sale_mrp.")
        cls.shade, cls.kit = cls.env["product.product"].create(
            [
                {"name": "Lampshade", "type": "consu", "is_storable": True},
                {
                    "name": "Reading set",
                    "type": "consu",
                    "list_price": 80.0,
                    "taxes_id": False,
                },
            ]
        )
        cls.stock_up(cls.shade, 20)
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": cls.shade.id, "product_qty": 1}),
                    Command.create({"product_id": cls.bulb.id, "product_qty": 2}),
                ],
            }
        )

    def buy_kits(self, count=3, sent=None, **values):
        """An order of sets that is paid; ``sent`` of them left and are invoiced."""
        values.setdefault("tax", self.tax)
        order = self.buy({self.kit: count}, **values)
        self.pay(order)
        sent = count if sent is None else sent
        self.deliver(order, {self.shade: sent, self.bulb: 2 * sent})
        self.invoice(order)
        self.line = order.order_line
        self.ticket = self.make_order_ticket(order)
        return order

    def get_quantities(self, pickings):
        return {
            move.product_id: move.product_uom_qty
            for move in pickings.move_ids
            if move.state != "cancel"
        }

    def send_back_parts(self, quantity, part):
        wanted = {self.line: {"quantity": quantity, "part_id": part.id}}
        return self.request(self.ticket, "return", wanted)


@tagged("post_install", "-at_install")
class TestKitReturn(KitCommon):
    def test_a_whole_set_comes_back_as_its_parts(self):
        self.buy_kits()
        action = self.request(self.ticket, "return", {self.line: 1})
        self.assertEqual(
            self.get_quantities(action.picking_ids), {self.shade: 1, self.bulb: 2}
        )
        self.receive(action.picking_ids)
        self.assertTrue(action.is_settled)
        self.assertEqual(self.line.qty_delivered, 2)
        with self.assertRaisesRegex(UserError, "Only 2 × Reading set"):
            self.request(self.ticket, "return", {self.line: 3})

    def test_one_part_comes_back_alone(self):
        self.buy_kits()
        action = self.send_back_parts(1, self.bulb)
        self.assertEqual(self.get_quantities(action.picking_ids), {self.bulb: 1})
        # Five bulbs are left with the customer: two whole sets and one bulb.
        with self.assertRaisesRegex(UserError, "Only 2 × Reading set"):
            self.request(self.ticket, "return", {self.line: 3})
        with self.assertRaisesRegex(UserError, "Only 5 × Bulb"):
            self.send_back_parts(6, self.bulb)
        rest = self.request(self.ticket, "return", {self.line: 2})
        self.assertEqual(
            self.get_quantities(rest.picking_ids), {self.shade: 2, self.bulb: 4}
        )
        with self.assertRaisesRegex(UserError, "Only 1 × Bulb"):
            self.send_back_parts(2, self.bulb)
        possible = self.ticket.sale_order_id._get_possible_support_actions()
        self.assertIn("return", possible)
        self.assertNotIn("reship", possible)

    def test_a_set_and_a_part_of_another_come_back_together(self):
        self.buy_kits()
        both = [(self.line, 2), (self.line, {"quantity": 1, "part_id": self.shade.id})]
        action = self.request(self.ticket, "return", both)
        self.assertEqual(
            self.get_quantities(action.picking_ids), {self.shade: 3, self.bulb: 4}
        )

    def test_a_part_is_not_counted_twice_beside_its_set(self):
        self.buy_kits()
        both = [(self.line, 3), (self.line, {"quantity": 1, "part_id": self.shade.id})]
        with self.assertRaisesRegex(UserError, "× Lampshade can come back"):
            self.request(self.ticket, "return", both)

    def test_what_is_no_part_of_it_does_not_come_back_with_it(self):
        self.buy_kits()
        with self.assertRaisesRegex(UserError, "Desk lamp is no part of Reading set"):
            self.send_back_parts(1, self.lamp)

    def test_parts_that_were_never_sent_do_not_change_what_a_set_is(self):
        # Three shades and four bulbs left; two bulbs were called off.
        order = self.buy({self.kit: 3})
        self.deliver(order, {self.shade: 3, self.bulb: 4})
        order._get_support_open_deliveries().action_cancel()
        self.line, self.ticket = order.order_line, self.make_order_ticket(order)
        with self.assertRaisesRegex(UserError, "Only 2 × Reading set"):
            self.request(self.ticket, "return", {self.line: 3})
        action = self.request(self.ticket, "return", {self.line: 1})
        self.assertEqual(
            self.get_quantities(action.picking_ids), {self.shade: 1, self.bulb: 2}
        )

    def test_a_bill_that_was_changed_later_does_not_change_what_was_sent(self):
        self.buy_kits()
        self.bom.bom_line_ids[1].product_qty = 3
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET write_date = write_date + interval '1 hour'"
            " WHERE id = %s",
            [self.bom.bom_line_ids[1].id],
        )
        self.env.invalidate_all()
        action = self.request(self.ticket, "return", {self.line: 3})
        self.assertEqual(
            self.get_quantities(action.picking_ids), {self.shade: 3, self.bulb: 6}
        )

    def test_the_window_offers_sets_and_their_parts(self):
        self.buy_kits()
        ticket = self.ticket.with_user(self.agent)
        window = ticket.with_context(
            support_action_kind="return"
        ).action_open_store_action()
        wizard = ticket.env[window["res_model"]].browse(window["res_id"])
        self.assertTrue(wizard.has_parts)
        self.assertEqual(
            {line.part_id: line.possible for line in wizard.line_ids},
            {self.env["product.product"]: 3, self.shade: 3, self.bulb: 6},
        )
        of_shade = wizard.line_ids.filtered(lambda x: x.part_id == self.shade)
        wizard.line_ids.is_chosen = False
        of_shade.is_chosen = True
        wizard.action_do()
        self.assertEqual(
            self.get_quantities(self.ticket.action_ids.picking_ids), {self.shade: 1}
        )

    def test_a_set_made_of_sets(self):
        # A double set holds two sets: two shades and four bulbs.
        double = self.env["product.product"].create(
            {"name": "Double set", "type": "consu", "list_price": 150.0}
        )
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": double.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.kit.id, "product_qty": 2})
                ],
            }
        )
        order = self.buy({double: 2})
        self.deliver(order, {self.shade: 4, self.bulb: 8})
        ticket = self.make_order_ticket(order)
        action = self.request(ticket, "return", {order.order_line: 1})
        self.assertEqual(
            self.get_quantities(action.picking_ids), {self.shade: 2, self.bulb: 4}
        )


@tagged("post_install", "-at_install")
class TestKitRefund(KitCommon):
    def test_a_set_that_came_back_is_refunded(self):
        # 3 x 80.00 + 18 % = 283.20; one set is 94.40.
        for policy in ("order", "delivery"):
            with self.subTest(policy=policy), self.cr.savepoint() as savepoint:
                order = self.buy_kits(policy=policy)
                back = self.request(self.ticket, "return", {self.line: 1}).picking_ids
                self.receive(back)
                action = self.request(self.ticket, "refund", {self.line: 1})
                self.assertMoney(action.amount, 94.40)
                self.send_refunds()
                self.assertTrue(action.is_settled)
                self.assertBooks(order, billed=188.80)
                self.assertEqual(order.invoice_status, "invoiced")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_part_is_refunded_as_a_share_of_its_set(self):
        # A shade is 45 % of the price: 36.00 + 6.48 = 42.48.
        order = self.buy_kits(policy="delivery")
        self.receive(self.send_back_parts(1, self.shade).picking_ids)
        wanted = {self.line: {"quantity": 1, "percent": 45}}
        action = self.request(self.ticket, "refund", wanted)
        self.assertMoney(action.amount, 42.48)
        credit = action.move_ids
        self.assertMoney(credit.amount_untaxed, 36.00)
        self.assertMoney(credit.amount_tax, 6.48)
        self.send_refunds()
        self.assertBooks(order, billed=240.72)
        self.assertFalse(order._get_invoiceable_lines())
        # The other 55 % of that set, 51.92, and no more.
        wanted[self.line]["percent"] = 55
        self.assertMoney(self.request(self.ticket, "refund", wanted).amount, 51.92)
        with self.assertRaisesRegex(UserError, "Only 2 × Reading set"):
            self.request(self.ticket, "refund", {self.line: 3})

    def test_of_three_sets_two_were_sent(self):
        order = self.buy_kits(sent=2, policy="delivery")
        self.assertMoney(order.invoice_ids.amount_total, 188.80)
        with self.assertRaisesRegex(UserError, "Only 2 × Reading set"):
            self.request(self.ticket, "refund", {self.line: 3})
        self.assertMoney(
            self.request(self.ticket, "refund", {self.line: 2}).amount, 188.80
        )


@tagged("post_install", "-at_install")
class TestKitAgain(KitCommon):
    """Sets that are exchanged or sent again."""

    def test_a_set_that_is_sent_again_counts_once(self):
        order = self.buy_kits(policy="delivery")
        action = self.request(self.ticket, "reship", {self.line: 1})
        self.assertEqual(
            self.get_quantities(action.picking_ids), {self.shade: 1, self.bulb: 2}
        )
        self.receive(action.picking_ids)
        self.assertTrue(action.is_settled)
        self.assertEqual(self.line.qty_delivered, 3)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_a_broken_part_is_sent_again(self):
        self.buy_kits(policy="delivery")
        wanted = {self.line: {"quantity": 1, "new_product_id": self.shade.id}}
        action = self.request(self.ticket, "reship", wanted)
        self.assertEqual(self.get_quantities(action.picking_ids), {self.shade: 1})
        self.receive(action.picking_ids)
        self.assertEqual(self.line.qty_delivered, 3)

    def test_a_set_is_exchanged_for_the_same(self):
        order = self.buy_kits(policy="delivery")
        action = self.request(self.ticket, "exchange", {self.line: 1})
        back, out = action._get_returns(), action._get_replacements()
        parts = {self.shade: 1, self.bulb: 2}
        self.assertEqual(self.get_quantities(back), parts)
        self.assertEqual(self.get_quantities(out), parts)
        self.receive(back)
        self.receive(out)
        self.assertTrue(action.is_settled)
        self.assertEqual(self.line.qty_delivered, 3)
        self.assertEqual(order.invoice_status, "invoiced")
        # What came in exchange can come back as well.
        again = self.request(self.ticket, "return", {self.line: 3})
        self.assertEqual(sum(again.picking_ids.move_ids.mapped("product_uom_qty")), 9)

    def test_a_part_is_exchanged_for_the_same_part(self):
        self.buy_kits(policy="delivery")
        wanted = {self.line: {"quantity": 1, "part_id": self.shade.id}}
        action = self.request(self.ticket, "exchange", wanted)
        self.assertEqual(self.get_quantities(action._get_returns()), {self.shade: 1})
        out = action._get_replacements()
        self.assertEqual(self.get_quantities(out), {self.shade: 1})
        self.receive(action._get_returns())
        self.receive(out)
        self.assertEqual(self.line.qty_delivered, 3)
        wanted[self.line]["new_product_id"] = self.lamp.id
        with self.assertRaisesRegex(UserError, "same part"):
            self.request(self.ticket, "exchange", wanted)

    def test_a_set_of_which_a_part_is_missing_is_not_promised(self):
        self.buy_kits()
        # Twenty shades less three that were sent.
        self.stock_up(self.shade, -17)
        with self.assertRaisesRegex(UserError, "Only 0 × Reading set"):
            self.request(self.ticket, "reship", {self.line: 1})

    def test_one_of_three_sets_is_called_off(self):
        order = self.buy({self.kit: 3}, tax=self.tax)
        self.pay(order)
        self.line, self.ticket = order.order_line, self.make_order_ticket(order)
        action = self.request(self.ticket, "cancel_line", {self.line: 1})
        self.assertMoney(action.amount, 94.40)
        self.assertEqual(
            self.get_quantities(order.picking_ids), {self.shade: 2, self.bulb: 4}
        )
