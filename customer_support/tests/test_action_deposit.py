"""Deposits that were invoiced before the goods, by hand-computed examples."""

from odoo import Command
from odoo.tests import tagged

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestDeposit(ActionCommon):
    """Four bulbs at 15.00 = 60.00, of which 20.00 were asked for in advance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.buy({cls.bulb: 4})
        cls.line = cls.order.order_line

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.order)
        self.deposit = self.invoice_deposit(20.0)
        self.pay_invoice(self.deposit)

    def invoice_deposit(self, amount):
        self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "fixed",
                "fixed_amount": amount,
                "sale_order_ids": [Command.set(self.order.ids)],
            }
        ).create_invoices()
        invoice = self.order.invoice_ids
        invoice.action_post()
        return invoice

    def pay_invoice(self, invoice):
        """Pay online by the link on an invoice."""
        transaction = self.pay(self.order, invoice.amount_total, state="pending")
        transaction.sale_order_ids = False
        transaction.invoice_ids = invoice
        transaction._set_done()
        transaction._post_process()
        return transaction

    def invoice_rest(self):
        invoice = self.order._create_invoices(final=True)
        invoice.action_post()
        self.assertMoney(invoice.amount_total, 40.00)
        self.pay_invoice(invoice)
        return invoice

    def test_the_deposit_that_is_set_off_is_no_discount(self):
        self.ship(self.order)
        self.invoice_rest()
        self.assertBooks(self.order, billed=60.00)
        action = self.request(self.ticket, "refund", {self.line: 2})
        self.assertMoney(action.amount, 30.00)
        self.assertMoney(action.move_ids.amount_total, 30.00)
        self.send_refunds()
        self.assertBooks(self.order, billed=30.00)

    def test_all_of_it_comes_back_from_both_payments(self):
        self.ship(self.order)
        self.invoice_rest()
        action = self.request(self.ticket, "refund", {self.line: 4})
        self.assertMoney(action.amount, 60.00)
        amounts = sorted(abs(tx.amount) for tx in action.transaction_ids)
        self.assertEqual(amounts, [20.0, 40.0])
        self.send_refunds()
        self.assertTrue(action.is_settled)
        self.assertBooks(self.order, billed=0.00)

    def test_only_the_deposit_was_paid_and_the_rest_is_still_owed(self):
        # Delivered, not yet invoiced: 60.00 less 20.00, and 15.00 are credited.
        self.ship(self.order)
        action = self.request(self.ticket, "refund", {self.line: 1})
        self.assertMoney(action.amount, 15.00)
        self.assertFalse(action.transaction_ids | action.transaction_ids)
        self.assertFalse(action.by_hand_amount)
        self.assertBooks(self.order, billed=45.00, online=20.00, owed=25.00)

    def test_an_order_of_which_only_the_deposit_was_paid_is_cancelled(self):
        action = self.request(self.ticket, "cancel_order")
        self.assertMoney(action.amount, 20.00)
        self.send_refunds()
        self.assertBooks(self.order, billed=0.00)

    def test_an_order_that_was_invoiced_in_full_is_cancelled(self):
        self.invoice_rest()
        action = self.request(self.ticket, "cancel_order")
        self.assertMoney(action.amount, 60.00)
        self.send_refunds()
        self.assertTrue(action.is_settled)
        self.assertBooks(self.order, billed=0.00)

    def test_a_deposit_above_what_is_due_makes_no_credit_of_it(self):
        # One of four is delivered: 15.00 are due, less than the deposit.
        self.bulb.invoice_policy = "delivery"
        self.ship(self.order, {self.bulb: 1})
        action = self.request(self.ticket, "refund", {self.line: 1})
        self.assertMoney(action.amount, 15.00)
        self.assertEqual(
            self.order.invoice_ids.mapped("move_type").count("out_invoice"), 2
        )
        self.assertBooks(self.order, billed=20.00, owed=0.00)
