from odoo import api, fields, models

PART_KINDS = ("return", "exchange")


class SupportStoreAction(models.TransientModel):
    """The components of kits, which can come back one by one."""

    _inherit = "support.store.action"

    has_parts = fields.Boolean(compute="_compute_has_parts")

    @api.depends("line_ids.part_id")
    def _compute_has_parts(self):
        for wizard in self:
            wizard.has_parts = bool(wizard.line_ids.part_id)

    @api.model
    def _prepare_choices(self, ticket, kind, *args, **kwargs):
        choices = super()._prepare_choices(ticket, kind, *args, **kwargs)
        if kind in PART_KINDS:
            # sudo: sale.order.line: parts of an order that the agent reads
            for sale_line in ticket.sudo().sale_order_id.order_line:
                if sale_line._is_support_goods():
                    choices += self._prepare_part_choices(sale_line)
        return choices

    @api.model
    def _prepare_part_choices(self, sale_line):
        """Values of a line for each component that the customer has of a kit."""
        parts = sale_line._get_parts()
        if sale_line.product_id in parts:
            return []
        balances = {part: sale_line._get_part_balance(part) for part in parts}
        return [
            {
                "sale_line_id": sale_line.id,
                "part_id": part.id,
                "quantity": min(1.0, possible),
                "possible": possible,
            }
            for part, possible in balances.items()
            if possible > 0
        ]

    def _prepare_lines(self):
        chosen = self._get_chosen()
        return [
            {**values, "part_id": line.part_id.id}
            for values, line in zip(super()._prepare_lines(), chosen, strict=True)
        ]


class SupportStoreActionLine(models.TransientModel):
    _inherit = "support.store.action.line"

    part_id = fields.Many2one(
        "product.product",
        "Only this part",
        readonly=True,
        help="The component of a kit that comes back alone.",
    )
