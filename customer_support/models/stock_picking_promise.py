from odoo import models


class StockPicking(models.Model):
    """A delivery that left may be what an agent promised."""

    _inherit = "stock.picking"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("date_done"):
            self.env["support.promise"]._keep_for(self)
        return result
