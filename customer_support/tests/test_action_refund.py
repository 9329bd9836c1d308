from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestRefund(ActionCommon):
    """Amounts by hand-made examples, to the cent; the books agree with them."""

    def refund(self, order, items, **values):
        ticket = self.make_order_ticket(order)
        return self.request(ticket, "refund", items, **values)

    def test_one_of_three_with_tax_on_top(self):
        # 3 bulbs at 15.00 + 18 % = 53.10; one of them is 17.70.
        order = self.buy_pay_send_invoice({self.bulb: 3}, tax=self.tax)
        action = self.refund(order, {order.order_line: 1})
        self.assertMoney(action.amount, 17.70)
        credit = action.move_ids
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.state, "posted")
        self.assertMoney(credit.amount_untaxed, 15.00)
        self.assertMoney(credit.amount_tax, 2.70)
        self.assertMoney(abs(action.transaction_ids.amount), 17.70)
        self.send_refunds()
        self.assertBooks(order, billed=35.40)

    def test_one_of_three_with_tax_included(self):
        # 15.00 each holds 2.29 of tax at 18 %.
        order = self.buy_pay_send_invoice({self.bulb: 3}, tax=self.tax_included)
        action = self.refund(order, {order.order_line: 1})
        self.assertMoney(action.amount, 15.00)
        self.assertMoney(action.move_ids.amount_tax, 2.29)
        self.send_refunds()
        self.assertBooks(order, billed=30.00)

    def test_a_discount_on_the_line(self):
        # 2 x 15.00 less 10 % = 27.00; one of them 13.50.
        order = self.buy({self.bulb: 2})
        order.order_line.discount = 10
        self.pay(order)
        self.ship(order)
        self.invoice(order)
        self.assertMoney(self.refund(order, {order.order_line: 1}).amount, 13.50)
        self.send_refunds()
        self.assertBooks(order, billed=13.50)

    def test_a_share_of_the_price_for_goods_that_are_kept(self):
        # A third of 15.00 is 5.00; the rest can still be refunded, and no more.
        order = self.buy_pay_send_invoice({self.bulb: 1})
        line = order.order_line
        ticket = self.make_order_ticket(order)
        wanted = {line: {"quantity": 1, "percent": 30}}
        self.assertMoney(self.request(ticket, "refund", wanted).amount, 4.50)
        self.assertEqual(order.invoice_status, "invoiced")
        with self.assertRaisesRegex(UserError, "still be refunded"):
            self.request(ticket, "refund", {line: 1})
        wanted = {line: {"quantity": 1, "percent": 70}}
        self.assertMoney(self.request(ticket, "refund", wanted).amount, 10.50)
        self.assertMoney(order._get_support_money_left(), 0)

    def test_a_discount_on_the_order_goes_with_its_goods(self):
        # 199.00 + 2 x 15.00 = 229.00 less 22.90; one bulb is 15.00 - 1.50.
        order = self.buy({self.lamp: 1, self.bulb: 2})
        self.add_discount(order, -22.90)
        self.pay(order)
        self.deliver(order, {self.lamp: {self.lot_1: 1}, self.bulb: 2})
        self.invoice(order)
        lamp, bulb, _discount = order.order_line
        ticket = self.make_order_ticket(order)
        action = self.request(ticket, "refund", {bulb: 1})
        self.assertMoney(action.amount, 13.50)
        # All the rest gives back the rest, to the cent.
        action = self.request(ticket, "refund", {bulb: 1, lamp: 1})
        self.assertMoney(action.amount, 192.60)
        self.assertMoney(order._get_support_money_left(), 0)
        self.send_refunds()
        self.assertBooks(order, billed=0.00)

    def add_discount(self, order, amount):
        order.order_line = [
            Command.create(
                {
                    "product_id": self.env["product.product"]
                    .create(
                        {
                            "name": "10 % off",
                            "type": "service",
                            "invoice_policy": "order",
                        }
                    )
                    .id,
                    "product_uom_qty": 1,
                    "price_unit": amount,
                    "tax_ids": False,
                }
            )
        ]

    def test_shipping_is_refunded_when_chosen(self):
        order = self.make_order([(self.bulb, 1)], pricelist_id=self.pricelist.id)
        self.bulb.invoice_policy = "order"
        order.order_line.tax_ids = False
        order.set_delivery_line(self.carrier, 12.0)
        shipping = order.order_line.filtered("is_delivery")
        shipping.tax_ids = False
        shipping.product_id.invoice_policy = "order"
        order.action_confirm()
        self.pay(order)
        self.ship(order)
        self.invoice(order)
        bulb = order.order_line - shipping
        self.assertMoney(self.refund(order, {bulb: 1}).amount, 15.00)
        self.send_refunds()
        self.assertBooks(order, billed=12.00)
        self.assertMoney(self.refund(order, {shipping: 1}).amount, 12.00)
        self.send_refunds()
        self.assertBooks(order, billed=0.00)

    def test_two_invoices(self):
        # Two of three are invoiced with the first delivery, one with the second.
        order = self.buy({self.bulb: 3}, policy="delivery")
        self.pay(order)
        self.ship(order, {self.bulb: 2})
        self.invoice(order)
        self.ship(order, {self.bulb: 1})
        self.invoice(order)
        action = self.refund(order, {order.order_line: 3})
        self.assertMoney(action.amount, 45.00)
        self.assertEqual(len(action.move_ids), 2)
        self.assertEqual(sorted(action.move_ids.mapped("amount_total")), [15.0, 30.0])
        self.send_refunds()
        self.assertBooks(order, billed=0.00)

    def test_delivered_but_not_invoiced_is_invoiced_first(self):
        order = self.buy({self.bulb: 2}, policy="delivery")
        self.pay(order)
        self.ship(order)
        action = self.refund(order, {order.order_line: 1})
        self.assertMoney(action.amount, 15.00)
        self.assertMoney(sum(order.invoice_ids.mapped("amount_total_signed")), 30.00)
        self.send_refunds()
        self.assertMoney(order._get_support_money_left(), 15.00)
        self.assertBooks(order, billed=15.00)

    def test_what_has_not_left_is_cancelled_rather_than_refunded(self):
        order = self.buy({self.bulb: 2}, policy="delivery")
        self.pay(order)
        with self.assertRaisesRegex(UserError, "refunded|Cancel products"):
            self.refund(order, {order.order_line: 1})

    def test_never_more_than_was_bought(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        with self.assertRaisesRegex(UserError, "Only 2"):
            self.refund(order, {order.order_line: 3})

    def test_a_refund_made_by_hand_counts(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=order.invoice_ids.ids)
            .create({"journal_id": order.invoice_ids.journal_id.id})
        )
        wizard.reverse_moves()
        wizard.new_move_ids.invoice_line_ids.quantity = 1
        wizard.new_move_ids.action_post()
        line = order.order_line
        with self.assertRaisesRegex(UserError, "Only 1"):
            self.refund(order, {line: 2})
        self.assertMoney(self.refund(order, {line: 1}).amount, 15.00)

    def test_never_more_than_was_paid(self):
        # 20.00 of 30.00 were paid: the credit note pays the rest of the invoice first.
        order = self.buy({self.bulb: 2})
        self.pay(order, 20.0)
        self.ship(order)
        self.invoice(order)
        action = self.refund(order, {order.order_line: 2})
        self.assertMoney(action.move_ids.amount_total, 30.00)
        self.assertMoney(abs(sum(action.transaction_ids.mapped("amount"))), 20.00)
        self.send_refunds()
        self.assertBooks(order, billed=0.00)

    def test_nothing_is_paid_back_on_an_unpaid_invoice(self):
        order = self.buy({self.bulb: 2})
        self.ship(order)
        invoice = self.invoice(order)
        action = self.refund(order, {order.order_line: 1})
        self.assertFalse(action.transaction_ids)
        self.assertFalse(action.by_hand_amount)
        self.assertMoney(invoice.amount_residual, 15.00)
        self.assertTrue(action.is_settled)
        self.assertBooks(order, billed=15.00, online=0.00, owed=15.00)

    def test_another_currency_keeps_its_amounts(self):
        currency = self.env["res.currency"].search(
            [("id", "!=", self.company.currency_id.id), ("active", "=", True)], limit=1
        ) or self.env.ref("base.EUR")
        currency.active = True
        # Since yesterday: it may be the day of the agent still.
        since = fields.Date.today() - timedelta(days=1)
        rate = {"currency_id": currency.id, "rate": 4.0, "name": since}
        self.env["res.currency.rate"].create({**rate, "company_id": self.company.id})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self.make_order([(self.bulb, 2)], pricelist_id=pricelist.id)
        self.bulb.invoice_policy = "order"
        order.order_line.write({"tax_ids": False, "price_unit": 60.0})
        order.action_confirm()
        self.pay(order)
        self.ship(order)
        self.invoice(order)
        action = self.refund(order, {order.order_line: 1})
        self.assertEqual(action.currency_id, currency)
        self.assertMoney(action.amount, 60.00)
        self.assertEqual(action.transaction_ids.currency_id, currency)
        self.assertMoney(abs(action.transaction_ids.amount), 60.00)
        self.assertMoney(abs(action.move_ids.amount_total_signed), 15.00)
