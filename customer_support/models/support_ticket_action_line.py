from odoo import fields, models
from odoo.exceptions import UserError


class SupportTicketActionLine(models.Model):
    """A product of the order in a store action: how many, which lot, what instead."""

    _name = "support.ticket.action.line"
    _inherit = "support.system.written.mixin"
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
    part_id = fields.Many2one(
        "product.product",
        "Only this part",
        help="The component of a kit that comes back alone.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        help="In the unit of the order line, or of the part.",
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

    # --- refund -----------------------------------------------------------------

    def _plan_credit(self):
        """Which invoice lines these are credited on, see ``sale.order.line``."""
        return self.sale_line_id._plan_credit(self.quantity, self.percent)

    def _get_uninvoiced(self):
        """How many of these have no invoice that could be credited."""
        planned = sum(
            line.product_uom_id._compute_quantity(
                quantity, self.sale_line_id.product_uom_id, round=False
            )
            for line, quantity in self._plan_credit()
        )
        missing = self.quantity - planned
        return missing if self.sale_line_id._compare(missing, 0) > 0 else 0.0

    def _estimate_refund(self):
        """What this line gives back, tax included, before discounts of the order.

        :raise UserError: if there is not so much left to refund
        """
        self.ensure_one()
        sale_line = self.sale_line_id
        possible = sale_line._get_refundable_quantity()
        if sale_line._compare(self.quantity * self.percent / 100, possible) > 0:
            raise self._refuse_refund(possible)
        amount = sale_line._get_support_price(self._get_uninvoiced())
        for line, quantity in self._plan_credit():
            amount += line.price_total * quantity / line.quantity
        return self.currency_id.round(amount * self.percent / 100)

    def _refuse_refund(self, possible):
        return UserError(
            self.env._(
                "Only %(possible)s × %(product)s can still be refunded.",
                possible=f"{possible:g}",
                product=self.product_id.display_name,
            )
        )
