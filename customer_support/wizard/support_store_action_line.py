from odoo import api, fields, models


class SupportStoreActionLine(models.TransientModel):
    """A product that may be chosen for a store action."""

    _name = "support.store.action.line"
    _description = "Product of a Store Action"

    wizard_id = fields.Many2one(
        "support.store.action", required=True, ondelete="cascade"
    )
    sale_line_id = fields.Many2one("sale.order.line", required=True, readonly=True)
    product_id = fields.Many2one(related="sale_line_id.product_id")
    is_chosen = fields.Boolean("Chosen")
    quantity = fields.Float(digits="Product Unit")
    possible = fields.Float("Of", digits="Product Unit", readonly=True)
    percent = fields.Float("% of the price", default=100.0)
    lot_id = fields.Many2one(
        "stock.lot", "Lot or serial number", domain="[('id', 'in', lot_ids)]"
    )
    lot_ids = fields.Many2many(
        "stock.lot", compute="_compute_lot_ids", compute_sudo=True
    )
    new_product_id = fields.Many2one(
        "product.product",
        "Instead",
        domain=[("sale_ok", "=", True)],
        help="Empty means the same product again.",
    )
    free_quantity = fields.Float(
        "In stock",
        digits="Product Unit",
        compute="_compute_free_quantity",
        compute_sudo=True,
        help="Free units of what is sent, in the warehouse of the order.",
    )

    @api.depends("sale_line_id")
    def _compute_lot_ids(self):
        for line in self:
            line.lot_ids = list(line.sale_line_id._get_delivered_lots())

    @api.depends("product_id", "new_product_id")
    def _compute_free_quantity(self):
        for line in self:
            product = line.new_product_id or line.product_id
            warehouse = line.sale_line_id.order_id.warehouse_id
            line.free_quantity = product.with_context(
                warehouse_id=warehouse.id
            ).free_qty

    @api.onchange("quantity", "new_product_id", "lot_id", "percent")
    def _onchange_quantity(self):
        if self._origin:
            self.is_chosen = True

    def _find_problem(self):
        """What is wrong with what was typed, in one sentence, "" when all is well."""
        self.ensure_one()
        if self.is_chosen and not 0 < self.quantity <= self.possible:
            return self.env._(
                "%(product)s: please give a quantity above 0 and up to %(possible)s.",
                product=self.product_id.display_name,
                possible=f"{self.possible:g}",
            )
        if self.is_chosen and not 0 < self.percent <= 100:
            return self.env._(
                "%(product)s: the share of the price is between 1 and 100 percent.",
                product=self.product_id.display_name,
            )
        return ""
