"""What of an invoice line has been credited, and what is left of it."""

from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    support_credited_line_id = fields.Many2one(
        "account.move.line",
        "Credits",
        copy=False,
        index="btree_not_null",
        readonly=True,
        help="The line of the invoice that this line of a credit note takes back.",
    )

    def _get_credit_left(self):
        """What of an invoice line could still be credited.

        :return: ``(quantity, amount with tax)``; credit notes in draft count as made
        """
        self.ensure_one()
        credited = self._find_credit_lines()
        # The quantity of a deposit that is set off is below zero.
        sign = -1 if self.quantity < 0 else 1
        quantity = sign * self.quantity
        for line in credited:
            # A share of the price leaves the goods as they were.
            share = line.price_unit / self.price_unit if self.price_unit else 1.0
            quantity -= sign * line.quantity * min(1.0, share)
        amount = self.price_total - sum(credited.mapped("price_total"))
        return sign * max(0.0, quantity), self.move_id.currency_id.round(amount)

    def _find_credit_lines(self):
        """The lines of credit notes that take this line back, by us or by hand."""
        reversals = self.move_id.reversal_move_ids.filtered(
            lambda move: move.state != "cancel"
        )
        return reversals.invoice_line_ids.filtered(
            lambda line: (
                line.display_type == "product"
                and (
                    line.support_credited_line_id == self
                    or (
                        not line.support_credited_line_id
                        and line.product_id == self.product_id
                        and line.sale_line_ids & self.sale_line_ids
                    )
                )
            )
        )

    def _is_all_credited(self, parts):
        """Whether nothing is left of this line after ``parts`` are credited.

        :param parts: list of ``(invoice line, quantity, percent of the price)``
        """
        self.ensure_one()
        quantity, _amount = self._get_credit_left()
        now = sum(
            taken * percent / 100 for line, taken, percent in parts if line == self
        )
        return self.product_uom_id.compare(now, quantity) >= 0

    def _get_discount_price(self, base, gone, parts):
        """The unit price at which this discount goes onto a credit note.

        :param base: the invoice lines whose price it lowers
        :param dict gone: {invoice line: amount that is credited}
        :param parts: list of ``(invoice line, quantity, percent of the price)``
        """
        self.ensure_one()
        total = sum(base.mapped("price_total"))
        share = sum(gone.get(line, 0.0) for line in base) / total if total else 0.0
        _quantity, left = self._get_credit_left()
        if not share or not left:
            return 0.0
        if all(line._is_all_credited(parts) for line in base):
            # The last cent goes with the last line.
            return self.price_unit * left / self.price_total
        return self.price_unit * min(1.0, share)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _plan_credit(self, quantity, percent=100.0):
        """Which invoice lines a quantity of this order line is credited on.

        :param float quantity: in the unit of this line
        :param float percent: how much of the price of each is credited
        :return: list of ``(account.move.line, quantity in its unit)``
        """
        self.ensure_one()
        plan = []
        for line in self._get_support_invoice_lines():
            left, amount = line._get_credit_left()
            if not left or not amount and line.price_total:
                continue
            missing = self.product_uom_id._compute_quantity(
                quantity, line.product_uom_id, round=False
            )
            taken = min(line.quantity, left * 100 / percent, missing)
            plan.append((line, taken))
            quantity -= line.product_uom_id._compute_quantity(
                taken, self.product_uom_id, round=False
            )
            if self._compare(quantity, 0) <= 0:
                break
        return plan

    def _get_support_invoice_lines(self):
        # sudo: account.move.line: planned for an action, see _execute
        return self.sudo().invoice_lines.filtered(
            lambda line: (
                line.move_id.state == "posted"
                and line.move_id.move_type == "out_invoice"
            )
        )

    def _get_refundable_quantity(self):
        """How many units of this line are paid for and not refunded, or will be.

        What is not invoiced yet can be refunded as soon as it is.
        """
        self.ensure_one()
        invoiced = sum(
            line.product_uom_id._compute_quantity(
                line._get_credit_left()[0], self.product_uom_id, round=False
            )
            for line in self._get_support_invoice_lines()
        )
        return invoiced + self._get_never_invoiced()

    def _get_never_invoiced(self):
        """How many units of this line could be invoiced and never were.

        Odoo's own quantity to invoice grows again with each credit note.
        """
        by_delivery = self.product_id.invoice_policy == "delivery"
        due = self.qty_delivered if by_delivery else self.product_uom_qty
        invoiced = sum(
            line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom_id, round=False
            )
            for line in self._get_support_invoice_lines()
        )
        return max(0.0, due - invoiced)

    def _has_come_back(self, quantity):
        """Whether so many units of this line are back, or on their way back."""
        self.ensure_one()
        sent = sum(self._get_outgoing_moves().mapped("quantity"))
        if not sent:
            return False
        coming = self._get_support_delivered()["delivered"] - (
            self._get_returnable_quantity()
        )
        return self._compare(coming, quantity) >= 0
