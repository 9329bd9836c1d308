"""Changes of an order that has not left the store, and goods that are sent again."""

from collections import defaultdict
from contextlib import contextmanager

from odoo import fields, models
from odoo.exceptions import UserError


@contextmanager
def unlocked(order):
    """Let a locked order be changed, and lock it again."""
    was_locked = order.locked
    if was_locked:
        order.locked = False
    yield order
    if was_locked:
        order.locked = True


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    address_id = fields.Many2one("res.partner", "New delivery address", readonly=True)

    # --- send again ---------------------------------------------------------------

    def _check_reship(self):
        if not self.line_ids:
            raise UserError(self.env._("Please choose what is sent again."))
        for line in self.line_ids:
            delivered = line.sale_line_id._get_returnable_quantity()
            if line.sale_line_id._compare(line.quantity, delivered) > 0:
                raise UserError(
                    self.env._(
                        "Only %(delivered)s × %(product)s were sent: no more can be"
                        " sent again.",
                        delivered=f"{delivered:g}",
                        product=line.product_id.display_name,
                    )
                )
            self._check_not_sent_again(line)
            self._check_stock(self._get_replacement(line), line.quantity)
        self.amount = self._get_goods_price()

    def _check_not_sent_again(self, line):
        earlier = self.env["support.ticket.action.line"].search(
            [
                ("sale_line_id", "=", line.sale_line_id.id),
                ("action_id", "not in", self.ids),
                ("action_id.kind", "=", "reship"),
                ("action_id.state", "in", ("to_approve", "done")),
            ]
        )
        again = sum(earlier.mapped("quantity")) + line.quantity
        if line.sale_line_id._compare(again, line.sale_line_id.product_uom_qty) > 0:
            raise UserError(
                self.env._(
                    "%(product)s has been sent again already (%(action)s).",
                    product=line.product_id.display_name,
                    action=earlier.action_id[:1].display_name,
                )
            )

    def _execute_reship(self):
        procurements = []
        for line in self.line_ids.with_context(support_action_id=self.id):
            values = line.sale_line_id._prepare_procurement_values()
            values["date_planned"] = values["date_deadline"] = fields.Datetime.now()
            procurements.append(
                self.env["stock.rule"].Procurement(
                    self._get_replacement(line),
                    line.quantity,
                    line.sale_line_id.product_uom_id,
                    line.sale_line_id._get_location_final(),
                    line.product_id.display_name,
                    self._get_origin(),
                    self.company_id,
                    values,
                )
            )
        self.env["stock.rule"].run(procurements)
        self._adopt_deliveries()

    def _get_open_points_reship(self):
        return self._get_open_goods()

    # --- cancel -------------------------------------------------------------------

    def _check_cancel_order(self):
        order = self.order_id
        if order.state == "cancel":
            raise UserError(self.env._("Order %s is cancelled already.", order.name))
        if any(line.qty_delivered > 0 for line in order.order_line if line.move_ids):
            raise UserError(
                self.env._(
                    "A part of order %s has left the store. Cancel what is left of it,"
                    " or let the goods come back.",
                    order.name,
                )
            )
        self._check_nothing_packed(order.order_line)
        self.amount = order._get_support_money_left()

    def _check_nothing_packed(self, sale_lines):
        """Refuse to take away what the warehouse has in its hands or the carrier.

        :raise UserError: naming the transfer
        """
        for move in sale_lines.move_ids:
            picking = move.picking_id
            if move.state in ("done", "cancel"):
                continue
            if move.picked or picking.carrier_tracking_ref:
                raise UserError(
                    self.env._(
                        "%s is packed already. Ask the warehouse to stop it.",
                        picking.name,
                    )
                )

    def _execute_cancel_order(self):
        order = self.order_id
        self._credit_everything()
        order._action_cancel()
        self._void_authorized()
        self.amount = order._get_support_money_left()
        if self.amount:
            self._pay_back(self.amount)

    def _get_open_points_cancel_order(self):
        return self._get_open_money()

    def _check_cancel_line(self):
        if not self.line_ids:
            raise UserError(
                self.env._("Please choose what the customer does not want.")
            )
        for line in self.line_ids:
            unsent = line.sale_line_id._get_unsent_quantity()
            if line.sale_line_id._compare(line.quantity, unsent) > 0:
                raise UserError(
                    self.env._(
                        "Only %(unsent)s × %(product)s have not left yet.",
                        unsent=f"{unsent:g}",
                        product=line.product_id.display_name,
                    )
                )
        self._check_nothing_packed(self.line_ids.sale_line_id)
        self.amount = self._estimate_cancelled_lines()

    def _estimate_cancelled_lines(self):
        """What the order costs less without these lines, but no more than was paid."""
        less = self._get_cancelled_price()
        left = self.order_id._get_support_money_left()
        total = self.order_id.amount_total
        overpaid = left - (total - less)
        return self.currency_id.round(max(0.0, min(less, overpaid)))

    def _get_cancelled_price(self):
        """What the order costs less without these lines and their discounts."""
        discounts = self.order_id._get_support_discount_shares(self._get_quantities())
        less = sum(line.price_total * share for line, share in discounts.items())
        return self.currency_id.round(self._get_goods_price() + less)

    def _get_quantities(self):
        """{order line: quantity} of this action; a share of the price counts so far."""
        quantities = defaultdict(float)
        for line in self.line_ids:
            quantities[line.sale_line_id] += line.quantity * line.percent / 100
        return quantities

    def _get_goods_price(self):
        """What the order asks for the goods of this action, tax included."""
        return sum(
            line.sale_line_id._get_support_price(line.quantity)
            for line in self.line_ids
        )

    def _execute_cancel_line(self):
        quantities = self._get_quantities()
        invoiced = self.line_ids.filtered(
            lambda line: (
                line.sale_line_id._compare(
                    line.sale_line_id.qty_invoiced,
                    line.sale_line_id.product_uom_qty - line.quantity,
                )
                > 0
            )
        )
        if invoiced:
            self._credit_lines(invoiced, "cancelled")
        discounts = self.order_id._get_support_discount_shares(quantities)
        with unlocked(self.order_id):
            for sale_line, quantity in quantities.items():
                sale_line.product_uom_qty -= quantity
            for discount, share in discounts.items():
                discount.price_unit *= 1 - share
        overpaid = self.order_id._get_support_money_left() - self.order_id.amount_total
        self.amount = self.currency_id.round(max(0.0, overpaid))
        if self.amount:
            self._pay_back(self.amount)

    def _get_open_points_cancel_line(self):
        return self._get_open_money()

    # --- address ------------------------------------------------------------------

    def _check_change_address(self):
        order, address = self.order_id, self.address_id
        if not address:
            raise UserError(self.env._("Please give the new delivery address."))
        contacts = order._get_support_contacts().commercial_partner_id
        if address.commercial_partner_id not in contacts:
            raise UserError(
                self.env._("This address belongs to another customer. Choose another.")
            )
        if address.country_id != order.partner_shipping_id.country_id:
            raise UserError(
                self.env._(
                    "Another country changes taxes and shipping: cancel the order and"
                    " make a new one."
                )
            )
        open_pickings = order._get_support_open_deliveries()
        if order.state != "sale" or not open_pickings:
            raise UserError(
                self.env._("All of order %s has left the store already.", order.name)
            )
        self._check_nothing_packed(order.order_line)

    def _execute_change_address(self):
        deliveries = self.order_id._get_support_open_deliveries()
        deliveries.partner_id = self.address_id
        deliveries.move_ids.partner_id = self.address_id
        # Odoo would remind the agent to change the deliveries, which has been done.
        order = self.order_id.with_context(mail_activity_automation_skip=True)
        with unlocked(order):
            order.partner_shipping_id = self.address_id
