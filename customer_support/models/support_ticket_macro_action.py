"""Macros that prepare a store action: an agent has only to confirm it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import placeholders
from .support_ticket_action import KINDS

# What is known only when the action is carried out.
LATE_NAMES = ("voucher_code", "given_amount")


class SupportMacro(models.Model):
    _inherit = "support.macro"

    action_kind = fields.Selection(
        [kind for kind in KINDS if kind[0] != "change_address"],
        "Prepare in the store",
        help="The window of this store action opens with its fields filled and the"
        " reply below. Policy, limits and approval decide as always.",
    )
    action_scope = fields.Selection(
        [
            ("affected", "What the ticket is about"),
            ("all", "All of the order"),
            ("shipping", "The cost of shipping"),
        ],
        "For",
        default="affected",
        required=True,
    )
    action_percent = fields.Float(
        "Percent",
        default=100.0,
        help="Of the price, for a refund; of the order, for a voucher without an"
        " amount.",
    )
    action_amount = fields.Float(
        "Amount",
        digits="Product Price",
        help="Of the voucher, in the order's currency.",
    )
    action_points = fields.Float("Points to give")

    @api.constrains(
        "action_kind",
        "action_scope",
        "action_percent",
        "action_amount",
        "action_points",
    )
    def _check_action(self):
        for macro in self:
            if not 0 < macro.action_percent <= 100:
                raise ValidationError(
                    self.env._("%s: a share is between 1 and 100 percent.", macro.name)
                )
            if macro.action_scope == "shipping" and macro.action_kind != "refund":
                raise ValidationError(
                    self.env._(
                        "%s: the cost of shipping can only be refunded.", macro.name
                    )
                )
            if macro.action_amount < 0 or macro.action_points < 0:
                raise ValidationError(
                    self.env._("%s: nothing below zero can be given.", macro.name)
                )

    def _get_late_names(self):
        """Placeholders of the reply that the action fills when it is carried out."""
        return LATE_NAMES if self.action_kind else ()

    def _get_preview(self, ticket):
        body, missing = super()._get_preview(ticket)
        late = self._get_late_names()
        if not late:
            return body, missing
        # An earlier voucher of the case is not the one that this macro gives.
        body = self.with_context(lang=ticket._get_customer_lang()).body or ""
        names = [n for n in placeholders.find_names(body) if n not in late]
        values = ticket._get_placeholder_values(names)
        return placeholders.fill_known(body, values), [
            name for name in missing if name not in late
        ]

    def _prepare_store_action_values(self, ticket):
        """What the macro fills in the window of its store action.

        :return: dict of values of ``support.store.action``
        """
        self.ensure_one()
        values = {"macro_id": self.id}
        if self.action_kind == "voucher":
            # sudo: sale.order: the total of the order that the ticket is about
            order = ticket.sudo().sale_order_id
            share = order.amount_total * self.action_percent / 100
            values["amount"] = self.action_amount or order.currency_id.round(share)
        if self.action_kind == "points":
            values["points"] = self.action_points
        return values

    def _adapt_choice(self, choice, sale_line):
        """Choose a line of the order in the window, or not, as the macro wants it.

        :param dict choice: values of ``support.store.action.line``, changed in place
        :param sale_line: ``sale.order.line``
        """
        if self.action_scope == "shipping":
            choice["is_chosen"] = sale_line.is_delivery
        elif self.action_scope == "all":
            choice["is_chosen"] = True
        if self.action_scope != "affected":
            choice["quantity"] = choice["possible"]
        choice["percent"] = self.action_percent
