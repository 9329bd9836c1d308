"""What share of the customers is left out, and what is known of a parcel."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    support_holdout_percent = fields.Integer(
        "Left out of proactive messages (%)", default=10
    )

    _support_holdout_range = models.Constraint(
        "CHECK (support_holdout_percent BETWEEN 0 AND 50)",
        "Leave out between 0 and 50 percent of the customers.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_holdout_percent = fields.Integer(
        related="company_id.support_holdout_percent",
        readonly=False,
        help="Of 100 customers whom a proactive rule would write to, so many get no"
        " message. Comparing them with the others shows what the messages achieve. 0"
        " leaves out nobody and shows no effect.",
    )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    support_tracking_at = fields.Datetime(
        "Last news of the carrier",
        copy=False,
        help="When the carrier last reported something. A connector to the carrier"
        " writes it, or you do.",
    )
    support_arrived_at = fields.Datetime(
        "Arrived on",
        copy=False,
        help="When the customer got the parcel. A connector to the carrier writes it,"
        " or you do. Proactive messages about the parcel end with it.",
    )
    support_notice_ids = fields.One2many(
        "support.proactive.notice",
        "picking_id",
        "Proactive messages",
        readonly=True,
        groups="customer_support.group_support_agent",
    )
