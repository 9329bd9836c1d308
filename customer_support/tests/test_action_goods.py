from datetime import timedelta
from uuid import uuid4

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestReturn(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cls.buy({cls.lamp: 3, cls.bulb: 2})
        cls.pay(cls.bought)
        cls.out = cls.deliver(
            cls.bought,
            {cls.lamp: {cls.lot_1: 1, cls.lot_2: 2}, cls.bulb: 2},
        )
        cls.lamp_bought, cls.bulb_bought = cls.bought.order_line

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.bought)

    def test_what_comes_back_is_a_return_of_the_delivery(self):
        action = self.request(self.ticket, "return", {self.lamp_bought: 1})
        back = action.picking_ids
        self.assertEqual(back.return_id, self.out)
        self.assertEqual(back.move_ids.product_id, self.lamp)
        self.assertEqual(back.move_ids.product_uom_qty, 1)
        self.assertEqual(back.support_label_state, "slip")
        self.assertIn("not come back", action.open_points)
        self.receive(back)
        self.assertTrue(action.is_settled)
        self.assertEqual(self.lamp_bought.qty_delivered, 2)

    def test_the_chosen_lot_comes_back(self):
        wanted = {self.lamp_bought: {"quantity": 1, "lot_id": self.lot_1.id}}
        action = self.request(self.ticket, "return", wanted)
        self.assertEqual(action.picking_ids.move_line_ids.lot_id, self.lot_1)

    def test_no_more_of_a_lot_than_was_sent(self):
        wanted = {self.lamp_bought: {"quantity": 2, "lot_id": self.lot_1.id}}
        with self.assertRaisesRegex(UserError, "LAMP-2601"):
            self.request(self.ticket, "return", wanted)

    def test_what_is_on_its_way_back_cannot_come_back_again(self):
        self.request(self.ticket, "return", {self.lamp_bought: 2})
        other = self.make_order_ticket(self.bought)
        with self.assertRaisesRegex(UserError, "Only 1"):
            self.request(other, "return", {self.lamp_bought: 2})

    def test_a_cancelled_return_frees_the_goods(self):
        action = self.request(self.ticket, "return", {self.lamp_bought: 3})
        action.picking_ids.action_cancel()
        self.assertIn("cancelled", action.open_points)
        again = self.request(self.ticket, "return", {self.lamp_bought: 3})
        self.assertEqual(again.picking_ids.move_ids.product_uom_qty, 3)

    def test_two_deliveries_give_two_returns(self):
        order = self.buy({self.bulb: 4})
        self.ship(order, {self.bulb: 3})
        self.ship(order, {self.bulb: 1})
        ticket = self.make_order_ticket(order)
        action = self.request(ticket, "return", {order.order_line: 2})
        quantities = action.picking_ids.move_ids.mapped("product_uom_qty")
        self.assertEqual(sorted(quantities), [1.0, 1.0])
        self.assertEqual(len(action.picking_ids.return_id), 2)

    def test_a_returned_product_is_refunded_and_the_order_agrees(self):
        order = self.buy_pay_send_invoice({self.bulb: 3}, policy="delivery")
        ticket = self.make_order_ticket(order)
        back = self.request(ticket, "return", {order.order_line: 1}).picking_ids
        self.receive(back)
        action = self.request(ticket, "refund", {order.order_line: 1})
        self.assertMoney(action.amount, 15.00)
        self.assertEqual(order.order_line.qty_invoiced, 2)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_the_same_key_does_it_once(self):
        key = uuid4().hex
        first = self.request(self.ticket, "return", {self.bulb_bought: 1}, key=key)
        again = self.request(self.ticket, "return", {self.bulb_bought: 1}, key=key)
        self.assertEqual(first, again)
        self.assertEqual(len(first.picking_ids), 1)

    def test_two_lots_of_a_product_come_back_together(self):
        both = [
            (self.lamp_bought, {"quantity": 1, "lot_id": self.lot_1.id}),
            (self.lamp_bought, {"quantity": 2, "lot_id": self.lot_2.id}),
        ]
        action = self.request(self.ticket, "return", both)
        details = action.picking_ids.move_line_ids
        self.assertEqual(
            {detail.lot_id: detail.quantity for detail in details},
            {self.lot_1: 1, self.lot_2: 2},
        )

    def test_nothing_chosen_is_refused(self):
        with self.assertRaisesRegex(UserError, "choose what comes back"):
            self.request(self.ticket, "return", {})

    def test_the_product_of_another_order_is_refused(self):
        other = self.buy_pay_send_invoice({self.bulb: 1})
        with self.assertRaisesRegex(UserError, "order of this ticket"):
            self.request(self.ticket, "return", {other.order_line: 1})


@tagged("post_install", "-at_install")
class TestExchange(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cls.buy_pay_send_invoice({cls.bulb: 2})
        cls.line = cls.bought.order_line

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.bought)

    def test_the_same_product_again(self):
        action = self.request(self.ticket, "exchange", {self.line: 1})
        back, out = action._get_returns(), action._get_replacements()
        self.assertEqual(back.move_ids.product_uom_qty, 1)
        self.assertEqual(out.move_ids.product_id, self.bulb)
        self.assertEqual(out.move_ids.product_uom_qty, 1)
        self.assertEqual(out.state, "assigned")
        self.assertEqual(out.sale_id, self.bought)
        self.assertFalse(action.move_ids)
        self.receive(back)
        self.assertIn("not been sent", action.open_points)
        self.receive(out)
        self.assertTrue(action.is_settled)
        self.assertEqual(self.line.qty_delivered, 2)

    def test_a_cheaper_product_pays_the_difference_back(self):
        # A bulb of 15.00 for one of 9.00: 6.00 go back to the card.
        cheap = self.new_product("Small bulb", 9.0)
        action = self.exchange_for(cheap)
        self.assertMoney(action.amount, 6.00)
        self.assertMoney(abs(action.transaction_ids.amount), 6.00)
        self.assertEqual(action._get_replacements().move_ids.product_id, cheap)
        self.send_refunds()
        self.assertFalse(action._get_open_money())
        residual = sum(action.move_ids.mapped("amount_residual"))
        self.assertMoney(residual, 0.00)

    def test_a_dearer_product_leaves_the_difference_to_pay(self):
        dear = self.new_product("Big bulb", 25.0)
        action = self.exchange_for(dear)
        self.assertFalse(action.transaction_ids)
        invoice = action.move_ids.filtered(lambda m: m.move_type == "out_invoice")
        self.assertMoney(invoice.amount_residual, 10.00)
        self.assertIn("10.00", action.open_points)

    def new_product(self, name, price):
        product = self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )
        self.stock_up(product, 10)
        return product

    def exchange_for(self, product):
        wanted = {self.line: {"quantity": 1, "new_product_id": product.id}}
        return self.request(self.ticket, "exchange", wanted)

    def test_what_is_not_in_stock_is_not_promised(self):
        rare = self.new_product("Rare bulb", 15.0)
        self.stock_up(rare, -10)
        wanted = {self.line: {"quantity": 1, "new_product_id": rare.id}}
        with self.assertRaisesRegex(UserError, "Only 0 × Rare bulb"):
            self.request(self.ticket, "exchange", wanted)
        action = self.request(self.ticket, "exchange", wanted, accept_backorder=True)
        self.assertTrue(action._get_replacements())

    def test_goods_are_kept_for_some_hours_only(self):
        action = self.request(self.ticket, "exchange", {self.line: 1}, reserve_hours=48)
        out = action._get_replacements()
        action.reserved_until = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        cron = self.env.ref("customer_support.ir_cron_support_reservation")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(out.state, "confirmed")
        self.assertFalse(action.reserved_until)

    def test_goods_stay_kept_once_something_came_back(self):
        action = self.request(self.ticket, "exchange", {self.line: 1}, reserve_hours=48)
        self.receive(action._get_returns())
        action._release_reservation()
        self.assertEqual(action._get_replacements().state, "assigned")


@tagged("post_install", "-at_install")
class TestReship(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cls.buy_pay_send_invoice({cls.bulb: 2})
        cls.line = cls.bought.order_line

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.bought)

    def test_goods_go_out_again_free_of_charge(self):
        action = self.request(self.ticket, "reship", {self.line: 1})
        out = action.picking_ids
        self.assertEqual(out.move_ids.product_id, self.bulb)
        self.assertEqual(out.move_ids.product_uom_qty, 1)
        self.assertEqual(out.partner_id, self.bought.partner_shipping_id)
        self.assertMoney(action.amount, 15.00)
        self.receive(out)
        self.assertTrue(action.is_settled)
        self.assertEqual(self.bought.invoice_status, "invoiced")
        self.assertEqual(self.line.qty_delivered, 2)

    def test_no_more_than_was_sent(self):
        with self.assertRaisesRegex(UserError, "Only 2"):
            self.request(self.ticket, "reship", {self.line: 3})

    def test_a_product_that_is_named_twice_is_refused(self):
        twice = [(self.line, 2), (self.line, 2)]
        for kind in ("reship", "refund", "return"):
            with self.assertRaisesRegex(UserError, "each product once"):
                self.request(self.ticket, kind, twice)

    def test_not_again_and_again(self):
        self.request(self.ticket, "reship", {self.line: 2})
        other = self.make_order_ticket(self.bought)
        with self.assertRaisesRegex(UserError, "sent again already"):
            self.request(other, "reship", {self.line: 1})
