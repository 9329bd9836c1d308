"""How a visitor of the chat calls himself holds no card number."""

from odoo import api, models


class MailGuest(models.Model):
    _inherit = "mail.guest"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._mask_name(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._mask_name(vals))

    @api.model
    def _mask_name(self, vals):
        masked = self.env["mail.message"]._mask_support_values(vals, ("name",))
        return {**vals, **masked}
