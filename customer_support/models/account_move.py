from odoo import models
from odoo.tools import format_amount, format_date


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = [
        "account.move",
        "support.document.mixin",
        "support.action.result.mixin",
    ]

    _support_ticket_field = "invoice_id"
    _support_form_view = "customer_support.account_move_view_form_support"

    def _prepare_support_ticket_values(self):
        # sudo: sale.order.line: only which order was invoiced.
        order = self.sudo().line_ids.sale_line_ids.order_id
        return super()._prepare_support_ticket_values() | {
            "partner_id": self.partner_id.id,
            "sale_order_id": order.id if len(order) == 1 else False,
        }

    def _prepare_support_values(self):
        """Return what the panel shows of this invoice, ready to display."""
        self.ensure_one()
        posted = self.state == "posted"
        return {
            "id": self.id,
            "name": self.name or self.env._("Draft"),
            "is_refund": self.move_type == "out_refund",
            "date": self.invoice_date and format_date(self.env, self.invoice_date),
            "state": self.state,
            "payment_state": self.payment_state if posted else False,
            "label": self._get_support_label("payment_state" if posted else "state"),
            "amount": format_amount(self.env, self.amount_total, self.currency_id),
        }

    def _reconcile_support_receivables(self):
        """Set off against each other what is open on these entries."""
        self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
