from odoo import fields, models


class SupportRatingReason(models.Model):
    """What went wrong, as a customer may tick it beside a bad score."""

    _name = "support.rating.reason"
    _description = "Reason for a Bad Score"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="As the customer reads it on the page."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
