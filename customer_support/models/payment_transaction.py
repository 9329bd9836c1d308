from odoo import models


class PaymentTransaction(models.Model):
    """A payment that was made may be what an agent promised."""

    _inherit = "payment.transaction"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "done":
            self.env["support.promise"]._keep_for(self)
        return result
