from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """What the chat window says is in the visitor's language."""
        modules = super()._get_translation_frontend_modules_name()
        return [*modules, "customer_support_chat"]
