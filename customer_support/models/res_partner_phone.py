from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # A caller is found by the number. An index of our own, which the field is not,
    # goes when the addon goes.
    _support_phone_idx = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )
