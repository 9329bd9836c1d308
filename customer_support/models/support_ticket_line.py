from odoo import fields, models


class SupportTicketLine(models.Model):
    """What a case is about: a product of the order, how many, which lot."""

    _name = "support.ticket.line"
    _description = "Affected Product"
    _order = "id"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True
    )
    sale_line_id = fields.Many2one("sale.order.line", "Order line", ondelete="set null")
    product_id = fields.Many2one("product.product", "Product", required=True)
    quantity = fields.Float(default=1, digits="Product Unit")
    product_uom_id = fields.Many2one("uom.uom", "Unit")
    lot_id = fields.Many2one("stock.lot", "Lot/serial number")
