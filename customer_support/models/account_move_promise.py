from odoo import models


class AccountMove(models.Model):
    """A credit note that was paid may be what an agent promised."""

    _inherit = "account.move"

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self.env["support.promise"]._keep_for(self)
        return result
