from odoo import fields, models


class SupportCommerceMixin(models.AbstractModel):
    """Order, delivery, product and invoice that a case is about."""

    _name = "support.commerce.mixin"
    _description = "Commerce of a Ticket"

    sale_order_id = fields.Many2one("sale.order", "Order", tracking=True)
    line_ids = fields.One2many("support.ticket.line", "ticket_id", "Affected products")
    picking_id = fields.Many2one("stock.picking", "Delivery", index="btree_not_null")
    invoice_id = fields.Many2one("account.move", "Invoice", index="btree_not_null")
    product_id = fields.Many2one(
        "product.product",
        "Product",
        index="btree_not_null",
        help="The product that is asked about, before or after buying.",
    )
