"""Store actions in the words of those who work on the ticket."""

from odoo import api, fields, models

# What the buttons of a ticket say, in the order of how often they are needed.
CHOICES = (
    "refund",
    "return",
    "exchange",
    "reship",
    "cancel_line",
    "cancel_order",
    "change_address",
    "voucher",
    "points",
)


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    summary = fields.Char(
        "What", compute="_compute_summary", compute_sudo=True, help="In one line."
    )

    may_mark_paid = fields.Boolean(compute="_compute_may_mark_paid", compute_sudo=True)

    @api.depends("by_hand_amount", "by_hand_paid_by")
    @api.depends_context("uid")
    def _compute_may_mark_paid(self):
        is_manager = self.env.user.has_group("customer_support.group_support_manager")
        for action in self:
            is_due = action.by_hand_amount and not action.by_hand_paid_by
            action.may_mark_paid = is_due and (
                is_manager or action._find_payer() == self.env.user
            )

    @api.depends(
        "line_ids.quantity", "line_ids.product_id", "card_ids", "points", "address_id"
    )
    def _compute_summary(self):
        for action in self:
            find = getattr(action, f"_summarize_{action.kind}", action._summarize_goods)
            action.summary = find()

    def _summarize_goods(self):
        """Which products, and for which others, in one line."""
        return ", ".join(line._get_summary() for line in self.line_ids)

    def _summarize_change_address(self):
        address = self.address_id
        return ", ".join(filter(None, (address.street, address.street2, address.city)))

    def _summarize_cancel_order(self):
        return self.order_id.name

    def _summarize_voucher(self):
        return ", ".join(self.card_ids.mapped("code"))

    def _summarize_points(self):
        return self.env._("%s points", f"{self.points:g}")


class SupportTicketActionLine(models.Model):
    _inherit = "support.ticket.action.line"

    def _get_summary(self):
        """Quantity and product, and what else is told of them, in a few words."""
        words = f"{self.quantity:g} × {self.product_id.display_name}"
        if self.lot_id:
            words += f" ({self.lot_id.name})"
        if self.action_id.kind == "refund" and self.percent < 100:
            words += f" ({self.percent:g} %)"
        if self.new_product_id:
            words += f" → {self.new_product_id.display_name}"
        return words


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    store_action_choices = fields.Json(
        compute="_compute_store_action_choices", compute_sudo=True
    )

    @api.depends("possible_actions")
    @api.depends_context("lang")
    def _compute_store_action_choices(self):
        for ticket in self:
            ticket.store_action_choices = ticket._get_store_action_choices()

    def _get_store_action_choices(self):
        """The buttons of the store: what can be done now, and why the rest cannot.

        :return: list of dict: kind, label, title, problem ("" for what is possible)
        """
        self.ensure_one()
        possible = (self.possible_actions or "").split()
        labels, titles = (
            self._get_store_action_labels(),
            self._get_store_action_titles(),
        )
        return [
            {
                "kind": kind,
                "label": labels[kind],
                "title": titles[kind],
                "problem": "" if kind in possible else self._explain_impossible(kind),
            }
            for kind in CHOICES
        ]

    def _get_store_action_labels(self):
        _ = self.env._
        return {
            "refund": _("Refund"),
            "return": _("Return"),
            "exchange": _("Exchange"),
            "reship": _("Send again"),
            "cancel_line": _("Cancel products"),
            "cancel_order": _("Cancel order"),
            "change_address": _("Change the address"),
            "voucher": _("Voucher"),
            "points": _("Points"),
        }

    def _get_store_action_titles(self):
        _ = self.env._
        return {
            "refund": _("Give money back for products of the order"),
            "return": _("Let products come back"),
            "exchange": _("Let products come back and send others"),
            "reship": _("Send products once more, free of charge"),
            "cancel_line": _("Take products that have not left out of the order"),
            "cancel_order": _("Cancel the order and give back what was paid"),
            "change_address": _("Deliver to another address"),
            "voucher": _("Give a voucher as a gesture"),
            "points": _("Give loyalty points as a gesture"),
        }

    def _explain_impossible(self, kind):
        """Say why an action is not possible now, in one sentence."""
        if kind == "voucher":
            return self.env._("No kind of voucher is chosen in the settings.")
        if kind == "points":
            if not self.partner_id:
                return self.env._("Confirm first who the customer is.")
            return self.env._("The store has no program that collects points.")
        order = self.sale_order_id
        if not order:
            return self.env._("Choose first which order the ticket is about.")
        if order.state == "cancel":
            return self.env._("Order %s was cancelled.", order.name)
        if order.state != "sale":
            return self.env._("Order %s is not confirmed yet.", order.name)
        return self._explain_impossible_for_order(kind)

    def _explain_impossible_for_order(self, kind):
        order = self.sale_order_id
        if kind == "refund":
            return self.env._("Nothing of order %s was paid or invoiced.", order.name)
        if kind in ("return", "exchange", "reship"):
            return self.env._("The customer has no products of order %s.", order.name)
        if kind == "cancel_order" and order._is_support_untouched():
            return self.env._("A part of order %s has left the store.", order.name)
        return self.env._("All of order %s has left or is packed.", order.name)
