"""What a reply says about the refund or voucher that was given."""

from odoo import models
from odoo.tools import format_amount


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_placeholder_labels(self):
        _ = self.env._
        return {
            **super()._get_placeholder_labels(),
            "voucher_code": _("code of the voucher that was given last"),
            "given_amount": _("amount of the refund or voucher that was given last"),
        }

    def _find_last_gift(self, *kinds):
        # sudo: support.ticket.action: what was done for the customer of this ticket
        actions = self.sudo().action_ids.filtered(
            lambda action: action.state == "done" and action.kind in kinds
        )
        return actions.sorted("id", reverse=True)[:1]

    def _get_placeholder_voucher_code(self):
        return ", ".join(self._find_last_gift("voucher").card_ids.mapped("code"))

    def _get_placeholder_given_amount(self):
        gift = self._find_last_gift("refund", "voucher", "cancel_line", "cancel_order")
        return gift and format_amount(self.env, gift.amount, gift.currency_id)
