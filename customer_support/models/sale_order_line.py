from collections import defaultdict

from odoo import models
from odoo.tools import format_amount


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_support_goods(self):
        """Tell goods and services from sections, shipping, discounts and deposits."""
        self.ensure_one()
        return bool(
            self.product_id
            and not self.display_type
            and not self.is_downpayment
            and not self._is_delivery()
            # sudo: loyalty.reward: only the kind of a line that the agent reads.
            and self.sudo().reward_id.reward_type in (False, "product")
        )

    def _prepare_support_values(self, ticket):
        """Return what the panel shows of this line, ready to display.

        :param ticket: the case, for the quantity that it names as affected
        """
        affected = ticket.line_ids.filtered(lambda line: line.sale_line_id == self)
        return {
            "id": self.id,
            "product_id": self.product_id.id,
            "name": self.product_id.display_name,
            "uom": self.product_uom_id.name,
            "amount": format_amount(self.env, self.price_total, self.currency_id),
            "ordered": self.product_uom_qty,
            **self._get_support_delivered(),
            "invoiced": self.qty_invoiced,
            "lots": self._prepare_support_lots(),
            "affected": sum(affected.mapped("quantity")),
            "affected_lot_id": affected.lot_id.id if len(affected) == 1 else False,
            **self.product_id._prepare_support_stock(ticket.company_id),
        }

    def _get_support_delivered(self):
        """Return what went out and what came back, in the unit of this line."""
        quantities = {"delivered": 0.0, "returned": 0.0}
        moves = self.move_ids.filtered(lambda move: move.state == "done")
        if self.qty_delivered_method != "stock_move":
            # Services have no moves.
            return quantities | {"delivered": self.qty_delivered}
        if moves.product_id - self.product_id:
            return self._get_support_delivered_kits(moves)
        for move in moves:
            done = move.product_uom._compute_quantity(
                move.quantity, self.product_uom_id, rounding_method="HALF-UP"
            )
            if move.location_dest_id._is_outgoing():
                quantities["delivered"] += done
            elif move.location_id._is_outgoing():
                quantities["returned"] += done
        return quantities

    def _get_delivered_lots(self):
        """Return the lots that went to the customer, as {lot id: quantity}."""
        lots = defaultdict(float)
        for detail in self.move_ids.move_line_ids:
            if (
                detail.lot_id
                and detail.state == "done"
                and detail.location_dest_id._is_outgoing()
            ):
                lots[detail.lot_id.id] += detail.product_uom_id._compute_quantity(
                    detail.quantity, self.product_uom_id, rounding_method="HALF-UP"
                )
        return dict(lots)

    def _prepare_support_lots(self):
        delivered = self._get_delivered_lots()
        return [
            {"id": lot.id, "name": lot.name, "quantity": delivered[lot.id]}
            for lot in self.env["stock.lot"].browse(delivered)
        ]
