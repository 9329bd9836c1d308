"""What a store action would do to the customer's money, before it is done."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_support_owed(self):
        """What the customer still has to pay for this order, credit notes deducted."""
        self.ensure_one()
        credited = sum(
            self._convert_support_amount(
                move.amount_total, move.currency_id, move.invoice_date
            )
            for move in self._get_support_invoices()
            if move.move_type == "out_refund"
        )
        owed = self.amount_total - credited - self._get_support_money_left()
        return max(0.0, self.currency_id.round(owed))


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    def _estimate_given_back(self):
        """What this is worth, and how much of that goes back to the customer.

        Of a refund, what is not paid yet is set off against its invoice first.

        :return: two amounts in the order's currency
        """
        self.ensure_one()
        left = self.order_id._get_support_money_left()
        if self.kind == "cancel_line":
            return self._get_cancelled_price(), self.amount
        if self.kind == "refund":
            back = self.currency_id.round(self.amount - self._estimate_set_off())
            return self.amount, max(0.0, min(back, left))
        return self.amount, min(self.amount, left)

    def _estimate_exchange_price(self):
        """How much more the other products of an exchange cost, tax included."""
        more = 0.0
        for line in self.line_ids:
            sold = self.env["sale.order.line"].new(
                {
                    "order_id": self.order_id.id,
                    "product_id": self._get_replacement(line).id,
                    "product_uom_qty": line.quantity,
                }
            )
            more += sold.price_total
            more -= line.sale_line_id._get_support_price(line.quantity)
        return self.currency_id.round(more)

    def _estimate_set_off(self):
        """How much of a refund only lowers what is still to be paid."""
        credits, uninvoiced = {}, 0.0
        for line in self.line_ids:
            share = line.percent / 100
            for invoice_line, quantity in line._plan_credit():
                price = invoice_line.price_total * quantity / invoice_line.quantity
                move = invoice_line.move_id
                credits[move] = credits.get(move, 0.0) + price * share
            uninvoiced += (
                line.sale_line_id._get_support_price(line._get_uninvoiced()) * share
            )
        # Discounts of the order make each part smaller alike.
        total = sum(credits.values()) + uninvoiced
        scale = self.amount / total if total else 0.0
        lowered = sum(
            min(credit * scale, move.amount_residual)
            for move, credit in credits.items()
            if move.payment_state in ("not_paid", "partial")
        )
        if uninvoiced:
            lowered += min(uninvoiced * scale, self.order_id._get_support_owed())
        return self.currency_id.round(lowered)
