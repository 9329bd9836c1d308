"""A ticket's own texts, and what is mailed to colleagues, hold no card numbers."""

from odoo import api, models


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        mask = self.env["mail.message"]._mask_support_numbers
        for vals in vals_list:
            for name in ("name", "description"):
                if vals.get(name):
                    vals[name] = mask(vals[name])
        return super().create(vals_list)

    def message_post(self, **kwargs):
        if kwargs.get("body"):
            mask = self.env["mail.message"]._mask_support_numbers
            kwargs["body"] = mask(kwargs["body"])
        return super().message_post(**kwargs)
