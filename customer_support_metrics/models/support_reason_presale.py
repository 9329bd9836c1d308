from odoo import fields, models


class SupportReason(models.Model):
    _inherit = "support.reason"

    is_presale = fields.Boolean(
        "Before buying",
        help="Orders that follow such a question within some days count as its result.",
    )
