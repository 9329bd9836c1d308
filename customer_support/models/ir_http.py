from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """The scripts of the form and of the portal speak the visitor's language."""
        return [*super()._get_translation_frontend_modules_name(), "customer_support"]
