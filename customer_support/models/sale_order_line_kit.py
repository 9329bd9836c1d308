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
