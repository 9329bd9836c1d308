from odoo import api, fields, models


class SupportTicketActionLine(models.Model):
    """A product of the order in a store action: how many, which lot, what instead."""

    _name = "support.ticket.action.line"
    _description = "Product of a Store Action"
    _rec_name = "product_id"

    action_id = fields.Many2one(
        "support.ticket.action", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="action_id.company_id", store=True)
    sale_line_id = fields.Many2one(
        "sale.order.line", "Order line", required=True, ondelete="restrict", index=True
    )
    product_id = fields.Many2one(related="sale_line_id.product_id", compute_sudo=True)
    quantity = fields.Float(
        digits="Product Unit", required=True, help="In the unit of the order line."
    )
    percent = fields.Float(
        default=100.0, help="How much of the price is given back, for a refund."
    )
    lot_id = fields.Many2one("stock.lot", "Lot or serial number")
    new_product_id = fields.Many2one(
        "product.product", "Instead", help="Empty means the same product again."
    )
    amount = fields.Monetary(help="What is given back for this line, tax included.")
    currency_id = fields.Many2one(related="action_id.currency_id")

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity must be above zero."
    )
    _percent_range = models.Constraint(
        "CHECK(percent > 0 AND percent <= 100)",
        "The share of the price is between 1 and 100 percent.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["support.ticket.action"]._check_system_writes()
        return super().create(vals_list)

    def write(self, vals):
        self.env["support.ticket.action"]._check_system_writes()
        return super().write(vals)

    def unlink(self):
        self.env["support.ticket.action"]._check_system_writes()
        return super().unlink()
