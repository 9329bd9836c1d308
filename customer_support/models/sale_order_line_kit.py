from collections import defaultdict

from odoo import models


class SaleOrderLine(models.Model):
    """Products that go out as their parts; only shops with `mrp` have such kits."""

    _inherit = "sale.order.line"

    def _get_support_delivered_kits(self, moves):
        """Return how many kits went out whole, and how many are whole no more.

        A kit of which a part came back counts as returned: the customer has no
        complete one any more.

        :param moves: done `stock.move` of this line, those of the kit's parts
        :return: {"delivered": quantity, "returned": quantity} in the line's unit; of
            a product whose parts are not known what Odoo counts, net of returns
        """
        # sudo: stock.move, mrp.bom: counts parts of an order that the agent reads
        moves = moves.sudo()
        kit = self._find_support_kit(moves)
        if not kit:
            return {"delivered": self.qty_delivered, "returned": 0.0}
        delivered = self._count_support_kits(kit, moves, lambda move: False)
        whole = self._count_support_kits(
            kit, moves, lambda move: move.location_id._is_outgoing()
        )
        return {"delivered": delivered, "returned": delivered - max(whole, 0.0)}

    def _find_support_kit(self, moves):
        """Return the `mrp.bom` in sudo of which this line was delivered, or None.

        :param moves: of this line, in sudo
        """
        if "mrp.bom" not in self.env or "bom_line_id" not in moves._fields:
            return None
        product = self.product_id
        kits = moves.bom_line_id.bom_id.filtered(
            lambda bom: (
                bom.type == "phantom"
                and bom.product_tmpl_id == product.product_tmpl_id
                and bom.product_id in (bom.product_id.browse(), product)
            )
        )
        # A kit made of nothing but kits stands on none of its moves.
        return (
            kits[:1]
            or kits._bom_find(
                product, company_id=self.company_id.id, bom_type="phantom"
            )[product]
            or None
        )

    def _count_support_kits(self, kit, moves, came_back):
        """Return the whole kits that `moves` make up, in the unit of this line.

        :param kit: `mrp.bom`
        :param came_back: function that says of a move whether it takes parts away
        """
        unit, kit_unit = self.product_uom_id, kit.product_uom_id
        ordered = unit._compute_quantity(self.product_uom_qty, kit_unit)
        filters = {
            "incoming_moves": lambda move: move.location_dest_id._is_outgoing(),
            "outgoing_moves": came_back,
        }
        count = moves._compute_kit_quantities(self.product_id, ordered, kit, filters)
        return kit_unit._compute_quantity(count, unit)

    # --- what a kit consists of -------------------------------------------------------

    def _get_support_kit_parts(self, sent):
        """Return the parts of one unit of this line, by the bill of material.

        By what was sent alone, parts that were cancelled would be missing from each
        kit; by a bill that was changed since, what the customer never had would be.

        :param sent: the `stock.move` that brought it, or will
        :return: dict {product: quantity in its own unit}; empty when no bill tells
        """
        # sudo: stock.move, mrp.bom: parts of an order that the agent reads
        kit = self._find_support_kit(self.sudo().move_ids)
        if not kit or self._is_kit_younger(kit, sent):
            return {}
        ordered = self.product_uom_qty or 1.0
        count = self.product_uom_id._compute_quantity(
            ordered, kit.product_uom_id, round=False
        )
        _boms, lines = kit.explode(self.product_id, count / kit.product_qty)
        parts = defaultdict(float)
        for line, values in lines:
            product = line.product_id.sudo(self.env.su)
            if product.type != "service":
                parts[product] += line.product_uom_id._compute_quantity(
                    values["qty"] / ordered, product.uom_id, round=False
                )
        return {product: quantity for product, quantity in parts.items() if quantity}

    def _is_kit_younger(self, kit, sent):
        """Tell whether a bill of material was changed after the goods were planned."""
        changed = [kit.write_date, *kit.bom_line_ids.mapped("write_date")]
        return max(changed) > min(sent.mapped("create_date"))

    def _prepare_qty_delivered(self):
        """Leave out kits that were sent again for free: no delivery counts twice.

        The method that counts kits takes all moves there are, whoever asked for them.
        """
        delivered = super()._prepare_qty_delivered()
        for line in self:
            # sudo: support.ticket.action: only its kind, whoever looks at the order
            free = line.move_ids.filtered(
                lambda move: (
                    move.state == "done"
                    and move.sudo().support_action_id.kind == "reship"
                )
            )
            if free.product_id - line.product_id:
                delivered[line] = delivered.get(line, 0.0) - line._count_free_kits(free)
        return delivered

    def _count_free_kits(self, free):
        """Return how many kits less went out without the moves ``free``."""
        # sudo: stock.move, mrp.bom: counts parts for whoever looks at the order
        free, moves = free.sudo(), self.move_ids.sudo()
        moves = moves.filtered(lambda move: move.state == "done")
        kit = self._find_support_kit(moves)
        if not kit:
            return 0.0

        def came_back(move):
            return move.location_id._is_outgoing() and move.to_refund

        return self._count_support_kits(
            kit, moves, came_back
        ) - self._count_support_kits(kit, moves - free, came_back)
