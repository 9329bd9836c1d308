"""What of an order line can come back, or has still not left."""

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_is_zero, float_round


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
        if any(line._is_with_customer() for line in goods):
            kinds += ["return", "exchange"]
        if any(line._get_returnable_quantity() > 0 for line in goods):
            kinds += ["reship"]
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

        One product itself, or the components of a kit.

        :return: dict {product: quantity in the product's own unit}
        """
        self.ensure_one()
        # What an exchange sent in place of these goods counts for itself.
        sent = self.move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and move.location_dest_id._is_outgoing()
                and not move.support_action_id
            )
        )
        if sent.product_id <= self.product_id:
            unit = self.product_uom_id
            quantity = unit._compute_quantity(1, self.product_id.uom_id, round=False)
            return {self.product_id: quantity}
        return self._get_support_kit_parts(sent) or self._get_parts_as_sent(sent)

    def _get_parts_as_sent(self, moves):
        parts, ordered = {}, self.product_uom_qty or 1.0
        for move in moves:
            parts.setdefault(move.product_id, 0.0)
            demanded = move.product_uom_qty if move.state != "done" else move.quantity
            parts[move.product_id] += move.product_uom._compute_quantity(
                demanded, move.product_id.uom_id, round=False
            )
        return {product: quantity / ordered for product, quantity in parts.items()}

    def _get_part_balance(self, product):
        """How many of a component, or of the product, the customer has.

        :return: quantity in the unit of ``product``
        """
        self.ensure_one()
        moves = self._get_outgoing_moves().filtered(lambda m: m.product_id == product)
        return sum(
            move.product_uom._compute_quantity(
                self._get_move_balance(move), product.uom_id, round=False
            )
            for move in moves
        )

    def _is_with_customer(self):
        """Whether the customer has anything of this line, be it a part of a kit."""
        return any(
            self._get_part_balance(product) > 0
            for product in self._get_outgoing_moves().product_id
        )

    def _get_returnable_quantity(self):
        """How many whole units of this line the customer has and could send back."""
        self.ensure_one()
        if not self._get_outgoing_moves():
            return 0.0
        parts = self._get_parts()
        balance = min(
            self._get_part_balance(product) / quantity
            for product, quantity in parts.items()
            if quantity
        )
        if self.product_id not in parts:
            # There is no half of a kit, though its unit may have halves.
            return float_round(balance, precision_digits=0, rounding_method="DOWN")
        return self.product_uom_id.round(balance, rounding_method="DOWN")

    def _plan_return(self, quantity, lot=None, part=None, taken=None):
        """Which deliveries a quantity of this line goes back from, the newest first.

        :param float quantity: in the unit of this line, or of ``part``
        :param lot: ``stock.lot`` that comes back, if it matters
        :param part: the component of a kit that comes back alone
        :param taken: ``defaultdict(float)`` of what is planned already of a move, and
            of a lot of a move; what is planned here is added
        :return: list of ``(stock.move, quantity in the unit of the move)``
        :raise UserError: if the customer does not have so many
        """
        self.ensure_one()
        product = part or self.product_id
        possible = (
            self._get_part_balance(part) if part else self._get_returnable_quantity()
        )
        if self._compare(quantity, possible) > 0:
            raise self._refuse_return(product, possible)
        taken = defaultdict(float) if taken is None else taken
        plan = []
        for component, per_unit in ({part: 1.0} if part else self._get_parts()).items():
            plan += self._plan_part(component, quantity * per_unit, lot, taken)
        return plan

    def _refuse_return(self, product, possible):
        return UserError(
            self.env._(
                "Only %(possible)s × %(product)s can come back: the rest was not"
                " delivered, or is on its way back already.",
                possible=f"{possible:g}",
                product=product.display_name,
            )
        )

    def _get_lot_balance(self, move, lot):
        """How many of a lot a delivery left with the customer, not on their way back.

        :return: quantity in the unit of the move
        """
        back = move.returned_move_ids.filtered(lambda back: back.state != "cancel")

        def count(moves):
            details = moves.move_line_ids.filtered(lambda x: x.lot_id == lot)
            return sum(details.mapped("quantity_product_uom"))

        return lot.product_id.uom_id._compute_quantity(
            count(move) - count(back), move.product_uom, rounding_method="HALF-UP"
        )

    def _plan_part(self, product, wanted, lot, taken):
        lot = lot if lot and lot.product_id == product else None
        moves = self._get_outgoing_moves().filtered(lambda m: m.product_id == product)
        plan, missing = [], wanted
        for move in moves.sorted("id", reverse=True):
            unit = move.product_uom
            left = self._get_move_balance(move) - taken[move]
            if lot:
                of_lot = self._get_lot_balance(move, lot) - taken[move, lot]
                left = min(left, of_lot)
            part = min(
                product.uom_id._compute_quantity(missing, unit, round=False), left
            )
            if unit.compare(part, 0) <= 0:
                continue
            plan.append((move, unit.round(part)))
            taken[move] += part
            taken[move, lot] += part
            missing -= unit._compute_quantity(part, product.uom_id, round=False)
        if not float_is_zero(missing, precision_digits=4):
            if lot:
                raise UserError(
                    self.env._("Not so many of lot %s are with the customer.", lot.name)
                )
            raise self._refuse_return(product, wanted - missing)
        return plan

    def _get_unsent_quantity(self):
        """How many units of this line have not left the store."""
        self.ensure_one()
        return max(0.0, self.product_uom_qty - self.qty_delivered)

    def _compare(self, first, second):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return float_compare(first, second, precision_digits=digits)
