from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare


class SupportTicketLine(models.Model):
    """One thing of the order that is wrong: how many, and of which lot."""

    _name = "support.ticket.line"
    _description = "Affected Line of a Ticket"
    _order = "ticket_id, id"
    _rec_name = "product_id"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    order_id = fields.Many2one(
        related="sale_line_id.order_id", string="Order", compute_sudo=True
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Order Line",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('order_id', '=', parent.sale_order_id), "
        "('display_type', '=', False)]",
        help="The line of the order that is affected.",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )
    quantity = fields.Float(
        digits="Product Unit",
        default=1.0,
        required=True,
        help="How many are affected, in the unit of the order line.",
    )
    product_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot or Serial Number",
        index="btree_not_null",
        domain="[('id', 'in', allowed_lot_ids)]",
        help="The lot or serial number of the affected goods, of those delivered.",
    )
    allowed_lot_ids = fields.Many2many(
        "stock.lot", compute="_compute_allowed_lot_ids", compute_sudo=True
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The affected quantity must be above zero."
    )

    @api.depends("sale_line_id")
    def _compute_product_id(self):
        for line in self.filtered("sale_line_id"):
            line.product_id = line.sale_line_id.product_id

    @api.depends("sale_line_id", "product_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = (
                line.sale_line_id.product_uom_id or line.product_id.uom_id
            )

    @api.depends("sale_line_id")
    def _compute_allowed_lot_ids(self):
        for line in self:
            line.allowed_lot_ids = list(line.sale_line_id._get_delivered_lots())

    @api.onchange("sale_line_id")
    def _onchange_sale_line_id(self):
        lots = self.allowed_lot_ids
        self.lot_id = lots if len(lots) == 1 else False

    @api.constrains("sale_line_id", "ticket_id")
    def _check_sale_line(self):
        # sudo: sale.order.line: only its order is compared; the writer of a case may
        # lack rights on sales.
        for line in self.sudo().filtered("sale_line_id"):
            order = line.ticket_id.sale_order_id
            if line.sale_line_id.order_id != order:
                raise ValidationError(
                    self.env._(
                        "%(product)s is a line of order %(other)s, but the ticket is "
                        "about %(order)s.",
                        product=line.product_id.display_name,
                        other=line.sale_line_id.order_id.name,
                        order=order.name or self.env._("no order"),
                    )
                )

    @api.constrains("sale_line_id", "quantity", "lot_id", "product_uom_id")
    def _check_quantity(self):
        # sudo: sale.order.line: only quantities are compared; see _check_sale_line.
        for line in self.sudo().filtered("sale_line_id"):
            siblings = line.ticket_id.line_ids.filtered(
                lambda other, line=line: other.sale_line_id == line.sale_line_id
            )
            bought = max(
                line.sale_line_id.product_uom_qty, line.sale_line_id.qty_delivered
            )
            if line._exceeds(siblings._get_total(), bought):
                raise ValidationError(
                    self.env._(
                        "Only %(bought)s × %(product)s were ordered: the ticket cannot "
                        "be about %(quantity)s of them.",
                        bought=line._format(bought),
                        product=line.product_id.display_name,
                        quantity=line._format(siblings._get_total()),
                    )
                )

    @api.constrains("sale_line_id", "quantity", "lot_id", "product_uom_id")
    def _check_lot(self):
        # sudo: stock.lot: only lots and quantities are compared; see _check_sale_line.
        for line in self.sudo().filtered("lot_id"):
            delivered = line.sale_line_id._get_delivered_lots()
            if line.lot_id.id not in delivered:
                raise ValidationError(
                    self.env._(
                        "Lot %(lot)s was not delivered with this order line.",
                        lot=line.lot_id.name,
                    )
                )
            same_lot = line.ticket_id.line_ids.filtered(
                lambda other, line=line: (
                    other.sale_line_id == line.sale_line_id
                    and other.lot_id == line.lot_id
                )
            )
            if line._exceeds(same_lot._get_total(), delivered[line.lot_id.id]):
                raise ValidationError(
                    self.env._(
                        "Only %(delivered)s of lot %(lot)s were delivered.",
                        delivered=line._format(delivered[line.lot_id.id]),
                        lot=line.lot_id.name,
                    )
                )

    def _get_total(self):
        """Return the quantity of lines of one order line, in the unit of that line."""
        return sum(
            line.product_uom_id._compute_quantity(
                line.quantity, line.sale_line_id.product_uom_id, round=False
            )
            for line in self
        )

    def _exceeds(self, quantity, limit):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return float_compare(quantity, limit, precision_digits=digits) > 0

    def _format(self, quantity):
        return f"{quantity:g} {self.sale_line_id.product_uom_id.name}"
