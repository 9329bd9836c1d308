from odoo import models


class StockPicking(models.Model):
    """A delivery that left may be what an agent promised."""

    _inherit = "stock.picking"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("date_done"):
            self.env["support.promise"]._keep_for(self._with_first_deliveries())
        return result

    def _with_first_deliveries(self):
        """These and those that they deliver the rest of."""
        found = self
        while earlier := found.backorder_id - found:
            found |= earlier
        return found

    def _is_promise_kept(self):
        """Whether all of a delivery has left, also what was sent later."""
        rest = self.backorder_ids.filtered(lambda picking: picking.state != "cancel")
        return self.state == "done" and all(
            picking._is_promise_kept() for picking in rest
        )
