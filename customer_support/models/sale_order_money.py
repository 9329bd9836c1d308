"""What a customer paid for an order, and what of it could be given back."""

from odoo import models
from odoo.fields import Domain

# Refunds in these states never reach the customer.
DEAD_STATES = ("cancel", "error")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_support_transactions(self):
        """The online payments of this order and of its invoices.

        A payment that was captured in parts is there with its parts.
        """
        # sudo: payment.transaction: amounts and states of an order that is open
        order = self.sudo()
        found = order.transaction_ids | order._get_support_invoices().transaction_ids
        found = found.filtered(
            lambda tx: (
                tx.operation not in ("refund", "validation")
                and not tx.source_transaction_id
            )
        )
        return found | found._get_support_parts()

    def _get_support_invoices(self):
        """Posted invoices and credit notes, also those that no order line names."""
        return self._get_support_documents().filtered(lambda m: m.state == "posted")

    def _get_support_documents(self):
        """The same with drafts, and without what was cancelled."""
        # sudo: account.move: amounts of an order that is open
        invoices = self.sudo().invoice_ids
        invoices |= invoices.reversal_move_ids
        return invoices.filtered(lambda move: move.state != "cancel")

    def _get_support_money_left(self):
        """What was paid for this order, less all that was or will be paid back.

        Refunds that a provider has not confirmed count as paid back, other than in
        Odoo's own ``amount_available_for_refund``; so do those to be paid by hand, and
        credit notes that somebody made and nobody has paid yet.

        :return: amount in the order's currency, never below zero
        """
        self.ensure_one()
        refunds = self._get_support_refunds()
        paid = self._get_support_paid(
            refunds.filtered(lambda tx: tx.state not in DEAD_STATES)
        )
        paid -= self._get_support_owed_by_hand()
        paid -= self._get_support_open_credit()
        return max(0.0, self.currency_id.round(paid))

    def _get_support_refunds(self):
        transactions = self._get_support_transactions()
        return transactions.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund"
        )

    def _get_support_paid(self, refunds):
        """What came in by all ways, less some refunds and what left by other ways.

        :param refunds: ``payment.transaction`` that count as paid back
        """
        payments = self._get_support_transactions().filtered(
            lambda tx: tx.state == "done" and not tx._has_support_parts()
        )
        # The amount of a refund is below zero.
        paid = sum(
            self._convert_support_amount(tx.amount, tx.currency_id, tx.create_date)
            for tx in payments | refunds
        )
        return paid + self._get_support_paid_otherwise(
            payments | self._get_support_refunds()
        )

    def _get_support_paid_otherwise(self, transactions):
        """Payments by bank or cash on invoices, less those on credit notes."""
        total = 0.0
        for move in self._get_support_invoices():
            for partial in move._get_all_reconciled_invoice_partials() or ():
                counterpart = partial["aml"]
                payment = (
                    counterpart.payment_id or counterpart.move_id.origin_payment_id
                )
                if partial["is_exchange"] or not _is_money(counterpart, payment):
                    continue
                if payment.payment_transaction_id in transactions and payment:
                    continue
                total += self._convert_support_amount(
                    partial["amount"] * -move.direction_sign,
                    partial["currency"],
                    counterpart.date,
                )
        return total

    def _get_support_open_credit(self):
        """What credit notes that somebody made by hand still promise the customer.

        Credit that only lowers what is left to pay of an invoice promises nothing.
        """
        documents = self._get_support_invoices()
        credits = documents.filtered(lambda move: move.move_type == "out_refund")
        by_hand = credits.filtered(lambda move: not move.support_action_id)
        total = sum(by_hand.mapped("amount_residual"))
        if not total:
            return 0.0
        due = sum((documents - credits).mapped("amount_residual"))
        return max(0.0, total - due)

    def _get_support_credit_left(self):
        """What of this order could still be credited, whatever was paid.

        Credit notes in draft count as made; what is not invoiced yet counts as well.

        :return: amount in the order's currency
        """
        documents = self._get_support_documents().filtered(
            lambda move: move.state == "posted" or move.move_type == "out_refund"
        )
        billed = sum(move.amount_total * -move.direction_sign for move in documents)
        open_lines = self.order_line.filtered(lambda line: not line.display_type)
        return billed + sum(
            line._get_support_price(line._get_never_invoiced()) for line in open_lines
        )

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


def _is_money(counterpart, payment):
    """Tell what came by bank or cash from what only changed hands in the books."""
    move = counterpart.move_id
    if move.is_invoice(include_receipts=True):
        return False
    return bool(payment) or move.journal_id.type in ("bank", "cash", "credit")
