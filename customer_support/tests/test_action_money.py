"""What of an order's money is left, whoever paid and gave back in whatever way."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestMoneyLeft(ActionCommon):
    """Two bulbs at 15.00: 30.00 were paid, one is refunded in the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.buy({cls.bulb: 2})
        cls.line = cls.order.order_line

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.order)

    def refund(self, wanted=1):
        return self.request(self.ticket, "refund", {self.line: wanted})

    # --- the provider's abilities -----------------------------------------------------

    def let_method(self, ability):
        self.order.transaction_ids.payment_method_id.support_refund = ability

    def test_a_full_refund_only_is_not_asked_for_a_part(self):
        self.pay_ship_invoice()
        self.let_method("full_only")
        self.company.support_by_hand_days = 5
        action = self.refund(1)
        self.assertFalse(action.transaction_ids)
        self.assertMoney(action.by_hand_amount, 15.00)
        until = fields.Date.today() + timedelta(days=5)
        self.assertEqual(action.by_hand_until, until)
        self.assertIn(until, self.ticket.activity_ids.mapped("date_deadline"))
        self.assertBooks(self.order, billed=15.00, online=30.00, owed=-15.00)
        self.pay_credit_note(action.move_ids)
        self.assertTrue(action.is_settled)
        self.assertMoney(self.order._get_support_money_left(), 15.00)

    def test_a_full_refund_is_asked_for_the_whole(self):
        self.pay_ship_invoice()
        self.let_method("full_only")
        action = self.refund(2)
        self.assertMoney(abs(action.transaction_ids.amount), 30.00)
        self.send_refunds()
        self.assertTrue(action.is_settled)
        self.assertBooks(self.order, billed=0.00)

    def test_after_a_part_by_hand_the_rest_is_no_full_refund(self):
        self.pay_ship_invoice()
        self.let_method("full_only")
        self.refund(1)
        again = self.refund(1)
        self.assertFalse(again.transaction_ids)
        self.assertMoney(again.by_hand_amount, 15.00)
        self.assertMoney(self.order._get_support_money_left(), 0.00)

    def pay_ship_invoice(self):
        self.pay(self.order)
        self.ship(self.order)
        return self.invoice(self.order)

    # --- payments that were only authorized -------------------------------------------

    def authorize(self):
        self.provider.capture_manually = True
        return self.pay(self.order, state="authorized")

    def capture(self, held, amount):
        part = held._capture(amount)
        part._post_process()
        # The demo provider authorizes refunds as well, while this is on.
        self.provider.capture_manually = False
        return part

    def test_what_was_captured_counts_and_not_what_is_held(self):
        held = self.authorize()
        self.assertMoney(self.order._get_support_money_left(), 0.00)
        part = self.capture(held, 15.00)
        self.assertEqual(held.state, "authorized")
        self.assertMoney(self.order._get_support_money_left(), 15.00)
        self.ship(self.order)
        self.invoice(self.order)
        action = self.refund(2)
        refund = action.transaction_ids
        self.assertEqual(refund.source_transaction_id, part)
        self.assertMoney(abs(refund.amount), 15.00)
        self.send_refunds()
        self.assertBooks(self.order, billed=0.00)

    def test_the_rest_that_was_let_go_was_never_paid(self):
        held = self.authorize()
        self.capture(held, 15.00)
        held._void(15.00)
        self.assertEqual(held.state, "done")
        self.assertMoney(self.order._get_support_money_left(), 15.00)
        self.assertMoney(self.order._get_support_paid_amount(), 15.00)

    def test_cancelling_gives_back_what_was_captured_and_lets_go_of_the_rest(self):
        held = self.authorize()
        part = self.capture(held, 10.00)
        action = self.request(self.ticket, "cancel_order")
        self.assertMoney(action.amount, 10.00)
        self.send_refunds()
        self.assertEqual(held.state, "done")
        void = held.child_transaction_ids - part
        self.assertEqual((void.state, void.amount), ("cancel", 20.00))
        self.assertFalse(action.open_points)
        self.assertBooks(self.order, billed=0.00)

    def test_two_captures_are_refunded_up_to_what_each_was(self):
        held = self.authorize()
        self.capture(held, 12.00)
        self.capture(held, 18.00)
        self.ship(self.order)
        self.invoice(self.order)
        action = self.refund(2)
        amounts = sorted(abs(tx.amount) for tx in action.transaction_ids)
        self.assertEqual(amounts, [12.0, 18.0])
        self.send_refunds()
        self.assertBooks(self.order, billed=0.00)

    # --- what the accountant did ------------------------------------------------------

    def credit_by_hand(self, invoice, post=True, **line):
        """A credit note made in accounting, of one line alone."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        wizard.reverse_moves()
        credit = wizard.new_move_ids
        credit.invoice_line_ids = [
            Command.clear(),
            Command.create({"name": "Goodwill", "tax_ids": False, **line}),
        ]
        if post:
            credit.action_post()
        return credit

    def pay_document(self, document):
        """Register a payment by bank, as accounting does."""
        # A journal of its own: the provider's payments are numbered at the same moment.
        bank = self.env["account.journal"].search([("code", "=", "SUPB")], limit=1)
        bank = bank or self.env["account.journal"].create(
            {"name": "Second bank", "code": "SUPB", "type": "bank"}
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=document.ids
        ).create({"journal_id": bank.id}).action_create_payments()

    pay_credit_note = pay_document

    def test_a_credit_without_products_is_not_given_again(self):
        invoice = self.pay_ship_invoice()
        self.credit_by_hand(invoice, price_unit=10.00)
        # 20.00 are left to credit: one bulb is possible, two are not.
        self.assertMoney(self.order._get_support_money_left(), 20.00)
        with self.assertRaisesRegex(UserError, "Only .*20.00 of order"):
            self.refund(2)
        action = self.refund(1)
        self.assertMoney(abs(action.transaction_ids.amount), 15.00)
        self.send_refunds()
        self.assertMoney(self.order._get_support_money_left(), 5.00)
        self.assertBooks(self.order, billed=5.00, online=15.00, owed=-10.00)

    def test_a_credit_that_was_paid_out_counts_once(self):
        invoice = self.pay_ship_invoice()
        credit = self.credit_by_hand(invoice, price_unit=10.00)
        self.pay_credit_note(credit)
        self.assertMoney(self.order._get_support_money_left(), 20.00)
        self.refund(1)
        self.send_refunds()
        self.assertMoney(self.order._get_support_money_left(), 5.00)

    def test_a_draft_of_a_credit_counts_for_what_can_be_credited(self):
        invoice = self.pay_ship_invoice()
        self.credit_by_hand(invoice, price_unit=20.00, post=False)
        with self.assertRaisesRegex(UserError, "Only .*10.00 of order"):
            self.refund(1)

    def test_a_credit_that_lowers_what_is_still_owed_is_no_money_back(self):
        # 20.00 of 30.00 were paid; ten are credited instead of being paid.
        self.pay(self.order, 20.00)
        self.ship(self.order)
        invoice = self.invoice(self.order)
        self.credit_by_hand(invoice, price_unit=10.00)
        self.assertMoney(self.order._get_support_money_left(), 20.00)

    def test_what_was_written_off_was_not_paid(self):
        self.ship(self.order)
        invoice = self.invoice(self.order)
        receivable = invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        loss = self.env["account.account"].search(
            [
                ("account_type", "=", "expense"),
                ("company_ids", "in", self.company.ids),
            ],
            limit=1,
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": invoice.partner_id.id,
                            "credit": 30.00,
                        }
                    ),
                    Command.create({"account_id": loss.id, "debit": 30.00}),
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids).filtered(
            lambda line: line.account_id == receivable.account_id
        ).reconcile()
        self.assertMoney(invoice.amount_residual, 0.00)
        self.assertMoney(self.order._get_support_money_left(), 0.00)

    # --- other ways to pay ------------------------------------------------------------

    def test_what_was_paid_by_bank_is_paid_back_by_hand(self):
        self.ship(self.order)
        invoice = self.invoice(self.order)
        self.pay_document(invoice)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertMoney(self.order._get_support_money_left(), 30.00)
        action = self.refund(1)
        self.assertFalse(action.transaction_ids)
        self.assertMoney(action.by_hand_amount, 15.00)
        self.assertFalse(action.is_settled)
        self.assertMoney(self.order._get_support_money_left(), 15.00)
        self.pay_credit_note(action.move_ids)
        self.assertTrue(action.is_settled)
        self.assertMoney(self.order._get_support_money_left(), 15.00)
        self.assertBooks(self.order, billed=15.00, online=0.00)

    def test_paid_partly_online_and_partly_by_bank(self):
        self.pay(self.order, 12.00)
        self.ship(self.order)
        invoice = self.invoice(self.order)
        self.assertMoney(invoice.amount_residual, 18.00)
        self.pay_document(invoice)
        action = self.refund(2)
        self.assertMoney(abs(action.transaction_ids.amount), 12.00)
        self.assertMoney(action.by_hand_amount, 18.00)
        self.send_refunds()
        self.assertFalse(action.is_settled)
        self.pay_credit_note(action.move_ids)
        self.assertTrue(action.is_settled)
        self.assertBooks(self.order, billed=0.00, online=0.00)

    def test_two_payments_of_which_one_can_only_be_given_back_whole(self):
        first = self.pay(self.order, 20.00)
        second = self.pay(self.order, 10.00)
        other = first.payment_method_id.copy({"support_refund": "full_only"})
        first.payment_method_id = other
        self.ship(self.order)
        self.invoice(self.order)
        action = self.refund(1)
        # The second gives its ten; the first cannot give five of twenty.
        self.assertEqual(action.transaction_ids.source_transaction_id, second)
        self.assertMoney(abs(action.transaction_ids.amount), 10.00)
        self.assertMoney(action.by_hand_amount, 5.00)
        self.assertMoney(self.order._get_support_money_left(), 15.00)


@tagged("post_install", "-at_install")
class TestForeignMoney(ActionCommon):
    """Three bulbs at 33.33 in another currency, whose rate moves in between."""

    def setUp(self):
        super().setUp()
        self.currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "x", "rounding": 0.01}
        )
        self.set_rate(3.7)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": self.currency.id}
        )
        self.order = self.make_order([(self.bulb, 3)], pricelist_id=pricelist.id)
        self.bulb.invoice_policy = "order"
        self.line = self.order.order_line
        self.line.write({"tax_ids": self.tax.ids, "price_unit": 33.33})
        self.order.action_confirm()
        self.ticket = self.make_order_ticket(self.order)

    def set_rate(self, rate):
        """What one unit of the company's currency is from now on."""
        rates = self.env["res.currency.rate"]
        rates.search([("currency_id", "=", self.currency.id)]).unlink()
        rates.create(
            {
                "currency_id": self.currency.id,
                "rate": rate,
                "company_id": self.company.id,
                "name": "2026-01-01",
            }
        )
        self.env.invalidate_all()

    def test_to_the_cent_though_the_rate_moved(self):
        # 3 x 33.33 = 99.99 + 18 % = 117.99; one is 39.33, the last one takes the cent.
        self.assertMoney(self.order.amount_total, 117.99)
        self.pay(self.order)
        self.ship(self.order)
        self.invoice(self.order)
        self.set_rate(4.3)
        self.assertMoney(self.order._get_support_money_left(), 117.99)
        first = self.request(self.ticket, "refund", {self.line: 1})
        self.assertMoney(abs(first.transaction_ids.amount), 39.33)
        self.send_refunds()
        self.assertBooks(self.order, billed=78.66)
        rest = self.request(self.ticket, "refund", {self.line: 2})
        self.assertMoney(abs(rest.transaction_ids.amount), 78.66)
        self.send_refunds()
        self.assertTrue(rest.is_settled)
        self.assertBooks(self.order, billed=0.00)
        self.assertMoney(self.order._get_support_money_left(), 0.00)

    def test_by_bank_in_another_currency(self):
        self.ship(self.order)
        invoice = self.invoice(self.order)
        self.set_rate(4.3)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
        self.assertMoney(self.order._get_support_money_left(), 117.99)
        action = self.request(self.ticket, "refund", {self.line: 1})
        self.assertMoney(action.by_hand_amount, 39.33)
        self.assertMoney(self.order._get_support_money_left(), 78.66)
