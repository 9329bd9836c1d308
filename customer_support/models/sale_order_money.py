"""What a customer paid for an order, and what of it could be given back."""

from odoo import models
from odoo.fields import Domain

# Refunds in these states never reach the customer.
DEAD_STATES = ("cancel", "error")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_support_transactions(self):
        """The online payments of this order and of its invoices."""
        # sudo: payment.transaction: amounts and states of an order that is open
        order = self.sudo()
        found = order.transaction_ids | order._get_support_invoices().transaction_ids
        return found.filtered(
            lambda tx: (
                tx.operation not in ("refund", "validation")
                and not tx.source_transaction_id
            )
        )

    def _get_support_invoices(self):
        """Posted invoices and credit notes, also those that no order line names."""
        # sudo: account.move: amounts of an order that is open
        invoices = self.sudo().invoice_ids
        invoices |= invoices.reversal_move_ids
        return invoices.filtered(lambda move: move.state == "posted")

    def _get_support_money_left(self):
        """What was paid for this order, less all that was or will be paid back.

        Refunds that a provider has not confirmed count as paid back, other than in
        Odoo's own ``amount_available_for_refund``; so do those to be paid by hand.

        :return: amount in the order's currency, never below zero
        """
        self.ensure_one()
        transactions = self._get_support_transactions()
        payments = transactions.filtered(lambda tx: tx.state == "done")
        refunds = transactions.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state not in DEAD_STATES
        )
        # The amount of a refund is below zero.
        paid = sum(
            self._convert_support_amount(tx.amount, tx.currency_id, tx.create_date)
            for tx in payments | refunds
        )
        paid += self._get_support_paid_otherwise(transactions | refunds)
        paid -= self._get_support_owed_by_hand()
        return max(0.0, self.currency_id.round(paid))

    def _get_support_paid_otherwise(self, transactions):
        """Payments by bank or cash on invoices, less those on credit notes."""
        total = 0.0
        for move in self._get_support_invoices():
            for partial in move._get_all_reconciled_invoice_partials() or ():
                counterpart = partial["aml"]
                payment = (
                    counterpart.payment_id or counterpart.move_id.origin_payment_id
                )
                if counterpart.move_id.is_invoice(include_receipts=True):
                    continue
                if payment.payment_transaction_id in transactions and payment:
                    continue
                if partial["is_exchange"]:
                    continue
                total += self._convert_support_amount(
                    partial["amount"] * -move.direction_sign,
                    partial["currency"],
                    counterpart.date,
                )
        return total

    def _get_support_owed_by_hand(self):
        # sudo: support.ticket.action: amounts only
        actions = self.env["support.ticket.action"].sudo()
        found = actions.search(
            Domain("order_id", "=", self.id) & Domain("by_hand_amount", ">", 0)
        )
        # A paid credit note is counted by its payment.
        return sum(
            action.by_hand_amount
            for action in found
            if not action._is_paid_by_credit_note()
        )

    def _convert_support_amount(self, amount, currency, date):
        return currency._convert(amount, self.currency_id, self.company_id, date)

    def _get_support_discount_shares(self, quantities):
        """How much of each discount of the order goes with some of its goods.

        A discount on the whole order belongs to its goods by their price: whoever gives
        back half of them gives back half of the discount.

        :param dict quantities: {order line: quantity that goes}
        :return: {discount line: share between 0 and 1}
        """
        shares = {}
        for discount in self.order_line.filtered(lambda x: x._is_support_discount()):
            base = discount._get_support_discounted_lines()
            total = sum(base.mapped("price_total"))
            gone = sum(
                line._get_support_price(quantities.get(line, 0.0)) for line in base
            )
            if total and gone:
                shares[discount] = min(1.0, gone / total)
        return shares


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_support_price(self, quantity):
        """What the order asks for so many units of this line, tax included."""
        return self.price_total * quantity / (self.product_uom_qty or 1)

    def _is_support_discount(self):
        """Tell lines that lower the price of others."""
        return (
            not self.display_type and self.price_total < 0 and not (self.is_downpayment)
        )

    def _get_support_discounted_lines(self):
        """The lines of goods whose price this discount lowers."""
        self.ensure_one()
        # sudo: loyalty.reward: which products a discount of this order is for
        reward = self.sudo().reward_id
        lines = self.order_id.order_line.filtered(
            lambda line: (
                line._is_support_goods()
                and line.price_total > 0
                and line.tax_ids == self.tax_ids
            )
        )
        if reward.discount_applicability == "specific":
            products = lines.product_id.filtered_domain(
                reward._get_discount_product_domain()
            )
            lines = lines.filtered(lambda line: line.product_id in products)
        elif reward.discount_applicability == "cheapest":
            lines = lines.sorted("price_reduce_taxinc")[:1]
        return lines
