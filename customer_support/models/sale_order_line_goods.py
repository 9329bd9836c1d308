"""What of an order line can come back, or has still not left."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_is_zero


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_possible_support_actions(self):
        """What the state of an order allows; nothing for an empty one.

        :return: list of kinds of ``support.ticket.action``
        """
        # sudo: sale.order: quantities and amounts of the order of a ticket
        order = self.sudo()
        if order.state != "sale":
            return []
        goods = order.order_line.filtered(lambda line: line._is_support_goods())
        kinds = []
        if order._get_support_money_left() or any(
            line._get_credit_left()[0] > 0
            for line in goods._get_support_invoice_lines()
        ):
            kinds.append("refund")
        if any(line._get_returnable_quantity() > 0 for line in goods):
            kinds += ["return", "exchange", "reship"]
        if order._is_support_untouched():
            has_left = any(line.qty_delivered > 0 for line in goods if line.move_ids)
            kinds += ["cancel_line", "change_address"]
            kinds += [] if has_left else ["cancel_order"]
        return kinds

    def _get_support_open_deliveries(self):
        """The deliveries to the customer that have not left."""
        return self.picking_ids.filtered(
            lambda p: (
                p.state not in ("done", "cancel") and p.picking_type_code == "outgoing"
            )
        )

    def _is_support_untouched(self):
        """Whether something has not left, and nobody packed it."""
        deliveries = self._get_support_open_deliveries()
        return bool(deliveries) and not any(
            picking.carrier_tracking_ref or any(picking.move_ids.mapped("picked"))
            for picking in deliveries
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_outgoing_moves(self):
        """The moves that brought the goods of this line to the customer."""
        return self.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id._is_outgoing()
        )

    def _get_move_balance(self, move):
        """What a delivery left with the customer, less what is on its way back.

        :return: quantity in the unit of the move
        """
        back = move.returned_move_ids.filtered(lambda back: back.state != "cancel")
        quantity = move.quantity
        for returned in back:
            coming = (
                returned.quantity
                if returned.state == "done"
                else returned.product_uom_qty
            )
            quantity -= returned.product_uom._compute_quantity(
                coming, move.product_uom, rounding_method="HALF-UP"
            )
        return max(0.0, quantity)

    def _get_parts(self):
        """The products that one unit of this line consists of, with their quantity.

        One product itself, or the components of a kit, as they were delivered.

        :return: dict {product: quantity in the product's own unit}
        """
        self.ensure_one()
        # What an exchange sent in place of these goods counts for itself.
        sent = self.move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and move.location_dest_id._is_outgoing()
                and not move.picking_id.support_action_id
            )
        )
        if sent.product_id <= self.product_id:
            unit = self.product_uom_id
            quantity = unit._compute_quantity(1, self.product_id.uom_id, round=False)
            return {self.product_id: quantity}
        parts, ordered = {}, self.product_uom_qty or 1.0
        for move in sent:
            parts.setdefault(move.product_id, 0.0)
            demanded = move.product_uom_qty if move.state != "done" else move.quantity
            parts[move.product_id] += move.product_uom._compute_quantity(
                demanded, move.product_id.uom_id, round=False
            )
        return {product: quantity / ordered for product, quantity in parts.items()}

    def _get_returnable_quantity(self):
        """How many units of this line the customer has and could send back."""
        self.ensure_one()
        balance = {}
        for move in self._get_outgoing_moves():
            balance.setdefault(move.product_id, 0.0)
            balance[move.product_id] += move.product_uom._compute_quantity(
                self._get_move_balance(move), move.product_id.uom_id, round=False
            )
        if not balance:
            return 0.0
        parts = self._get_parts()
        return self.product_uom_id.round(
            min(
                balance.get(product, 0.0) / quantity
                for product, quantity in parts.items()
                if quantity
            ),
            rounding_method="DOWN",
        )

    def _plan_return(self, quantity, lot=None):
        """Which deliveries a quantity of this line goes back from, the newest first.

        :param float quantity: in the unit of this line
        :param lot: ``stock.lot`` that comes back, if it matters
        :return: list of ``(stock.move, quantity in the unit of the move)``
        :raise UserError: if the customer does not have so many
        """
        self.ensure_one()
        possible = self._get_returnable_quantity()
        if self._compare(quantity, possible) > 0:
            raise UserError(
                self.env._(
                    "Only %(possible)s × %(product)s can come back: the rest was not"
                    " delivered, or is on its way back already.",
                    possible=f"{possible:g}",
                    product=self.product_id.display_name,
                )
            )
        plan = []
        for product, per_unit in self._get_parts().items():
            plan += self._plan_part(product, quantity * per_unit, lot)
        return plan

    def _get_lot_balance(self, lot):
        """How many of a lot are with the customer, and not on their way back."""
        sent = self._get_outgoing_moves()
        back = sent.returned_move_ids.filtered(lambda move: move.state != "cancel")

        def count(moves):
            details = moves.move_line_ids.filtered(lambda x: x.lot_id == lot)
            return sum(details.mapped("quantity_product_uom"))

        return count(sent) - count(back)

    def _plan_part(self, product, wanted, lot):
        plan = []
        if lot and lot.product_id == product:
            if self._compare(wanted, self._get_lot_balance(lot)) > 0:
                raise UserError(
                    self.env._("Not so many of lot %s are with the customer.", lot.name)
                )
        moves = self._get_outgoing_moves().filtered(lambda m: m.product_id == product)
        if lot and lot.product_id == product:
            moves = moves.filtered(lambda m: lot in m.move_line_ids.lot_id)
        for move in moves.sorted("id", reverse=True):
            unit = move.product_uom
            missing = product.uom_id._compute_quantity(wanted, unit, round=False)
            taken = min(missing, self._get_move_balance(move))
            if unit.is_zero(taken):
                continue
            plan.append((move, unit.round(taken)))
            wanted -= unit._compute_quantity(taken, product.uom_id, round=False)
        if not float_is_zero(wanted, precision_digits=4):
            raise UserError(self.env._("%s cannot come back.", product.display_name))
        return plan

    def _get_unsent_quantity(self):
        """How many units of this line have not left the store."""
        self.ensure_one()
        return max(0.0, self.product_uom_qty - self.qty_delivered)

    def _compare(self, first, second):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return float_compare(first, second, precision_digits=digits)
