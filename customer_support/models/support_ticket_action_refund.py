"""Money back for products: credit notes of Odoo's own, cut to what was agreed."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    move_ids = fields.One2many(
        "account.move", "support_action_id", "Invoices and credit notes", readonly=True
    )

    def _get_credit_notes(self):
        return self.move_ids.filtered(lambda move: move.move_type == "out_refund")

    def _check_refund(self):
        if not self.line_ids:
            raise UserError(self.env._("Please choose what is refunded, and how many."))
        for line in self.line_ids:
            line.amount = line._estimate_refund()
        discount = self._estimate_discounts()
        self.amount = self.currency_id.round(
            sum(self.line_ids.mapped("amount")) + discount
        )
        self._check_credit_left()

    def _check_credit_left(self):
        """Refuse more than credit notes without products have left of the invoices.

        :raise UserError: with what can still be refunded
        """
        left = self.order_id._get_support_credit_left()
        # Each line may have been rounded by a cent.
        slack = self.currency_id.rounding * (len(self.line_ids) + 1)
        if self.currency_id.compare_amounts(self.amount, left + slack) > 0:
            raise UserError(
                self.env._(
                    "Only %(left)s of order %(order)s can still be refunded: there are"
                    " credit notes for the rest. Choose fewer, or a share of the"
                    " price.",
                    left=self._format_amount(max(0.0, left)),
                    order=self.order_id.name,
                )
            )

    def _estimate_discounts(self):
        """What the refund is less, for discounts on the order (below zero)."""
        shares = self.order_id._get_support_discount_shares(self._get_quantities())
        return sum(line.price_total * share for line, share in shares.items())

    def _execute_refund(self):
        self._invoice_what_is_due()
        credit = self._credit_lines(self.line_ids, self._find_out_where_goods_are())
        self.amount = sum(credit.mapped("amount_total"))
        self._set_off(credit)
        owed = min(
            sum(credit.mapped("amount_residual")),
            self.order_id._get_support_money_left(),
        )
        if owed:
            self._pay_back(owed)

    def _find_out_where_goods_are(self):
        """Whether these goods are "kept" or "returned", see ``_credit_lines``."""
        back = all(
            line.sale_line_id._has_come_back(line.quantity) for line in self.line_ids
        )
        return "returned" if back else "kept"

    def _invoice_what_is_due(self):
        """Invoice what the order allows: a credit note needs an invoice."""
        missing = self.line_ids.filtered(lambda line: line._get_uninvoiced() > 0)
        if not missing:
            return
        order = self.order_id
        if order._get_invoiceable_lines():
            order._create_support_invoice().action_post()
        for line in missing:
            if line._get_uninvoiced() > 0:
                raise UserError(
                    self.env._(
                        "%(product)s has not been delivered or invoiced yet. Use"
                        " “Cancel products” for what has not left.",
                        product=line.product_id.display_name,
                    )
                )

    def _apply_payments(self):
        """Let payments of the order that nobody has set off yet pay its invoices.

        Else a credit note would take their place as soon as it is posted, and nothing
        would be paid back.
        """
        payments = self.order_id._get_support_transactions().payment_id
        invoices = self.order_id._get_support_invoices().filtered(
            lambda move: move.payment_state in ("not_paid", "partial")
        )
        if payments and invoices:
            (invoices + payments.move_id)._reconcile_support_receivables()

    def _set_off(self, credit):
        """Let a credit note first pay what is left of its invoice."""
        for move in credit:
            invoice = move.reversed_entry_id
            if invoice.payment_state in ("not_paid", "partial"):
                (invoice + move)._reconcile_support_receivables()

    # --- credit notes ---------------------------------------------------------------

    def _credit_lines(self, lines, goods):
        """Make and post credit notes for some lines of the order.

        :param lines: ``support.ticket.action.line``
        :param str goods: what becomes of them: "kept" by the customer, "returned", or
            "cancelled" before they left
        :return: the ``account.move`` records
        """
        chosen = {}
        for line in lines:
            for invoice_line, quantity in line._plan_credit():
                chosen.setdefault(invoice_line.move_id, []).append(
                    (invoice_line, quantity, line.percent)
                )
        credits = self.env["account.move"]
        for invoice, parts in chosen.items():
            # Found out before: a draft of the whole invoice leaves nothing to credit.
            discounts = self._get_discount_parts(invoice, parts)
            kept = self._get_goods_parts(parts) | discounts
            credits |= self._reverse(invoice, kept, goods)
        self._apply_payments()
        credits.action_post()
        return credits

    def _credit_everything(self):
        """Credit all that is left of the order's invoices, and drop its drafts."""
        credits = self.env["account.move"]
        for invoice in self.order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        ):
            parts = [
                (line, left, 100.0)
                for line in invoice.invoice_line_ids.filtered(_is_product)
                if (left := line._get_credit_left()[0])
            ]
            if parts:
                kept = self._get_goods_parts(parts)
                credits |= self._reverse(invoice, kept, "cancelled")
        self._apply_payments()
        credits.action_post()
        self._set_off(credits)
        return credits

    def _reverse(self, invoice, kept, goods):
        """A draft credit note by Odoo's own wizard, cut to what is credited.

        :param dict kept: {invoice line: values of its line on the credit note}
        :param str goods: see ``_credit_lines``
        """
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create(
            {
                "reason": self.env._("Ticket %s", self.ticket_id.number),
                "journal_id": invoice.journal_id.id,
            }
        )
        wizard.reverse_moves()
        credit = wizard.new_move_ids
        credit.support_action_id = self
        self._cut_credit_note(invoice, credit, kept, goods)
        return credit

    def _cut_credit_note(self, invoice, credit, kept, goods):
        originals = invoice.invoice_line_ids.filtered(_is_product).sorted(_line_order)
        copies = credit.invoice_line_ids.filtered(_is_product).sorted(_line_order)
        commands = [
            Command.delete(line.id) for line in credit.invoice_line_ids - copies
        ]
        for line, copied in zip(originals, copies, strict=True):
            if line not in kept:
                commands.append(Command.delete(copied.id))
                continue
            values = {**kept[line], "support_credited_line_id": line.id}
            if not _counts_on_order(line, goods):
                values["sale_line_ids"] = [Command.clear()]
            commands.append(Command.update(copied.id, values))
        credit.write({"invoice_line_ids": commands})

    def _get_goods_parts(self, parts):
        """{invoice line: values on the credit note} of the chosen lines.

        :param parts: list of ``(invoice line, quantity, percent of the price)``
        """
        return {
            line: {"quantity": quantity, "price_unit": line.price_unit * percent / 100}
            for line, quantity, percent in parts
        }

    def _get_discount_parts(self, invoice, parts):
        """The same of the invoice's discounts, as far as they go with those lines."""
        originals = invoice.invoice_line_ids.filtered(_is_product)
        gone = {}
        for line, quantity, percent in parts:
            gone[line] = line.price_total * quantity / line.quantity * percent / 100
        kept = {}
        # A deposit that is set off is the customer's own money, and no discount.
        for discount in originals.filtered(
            lambda line: line.price_total < 0 and not line.is_downpayment
        ):
            discounted = discount.sale_line_ids._get_support_discounted_lines()
            base = originals.filtered(
                lambda line, wanted=discounted: line.sale_line_ids & wanted
            )
            price = discount._get_discount_price(base, gone, parts)
            if price:
                kept[discount] = {"quantity": discount.quantity, "price_unit": price}
        return kept


def _is_product(line):
    return line.display_type == "product"


def _counts_on_order(line, goods):
    """Whether the order has to know that these goods are credited.

    Else it would ask to invoice again what the customer keeps, or what counts as
    ordered though it came back.
    """
    by_delivery = line.product_id.invoice_policy == "delivery"
    return goods == "cancelled" or (goods == "returned" and by_delivery)


def _line_order(line):
    return line.sequence, line.id
