from odoo import fields, models


class ResCompany(models.Model):
    """What figures of cost need to know and no document says."""

    _inherit = "res.company"

    support_hourly_cost = fields.Monetary(
        "Cost of an hour of work",
        help="What an hour of an agent costs the store. 0 leaves work out of the cost"
        " of cases.",
    )
    support_touch_minutes = fields.Float(
        "Minutes for each reply or note",
        default=5.0,
        help="An estimate: nobody stops the time of writing. A line of a chat"
        " counts for the time since the same person's words before it where that is"
        " shorter. Calls count as long as they were.",
    )
    support_return_cost = fields.Monetary(
        "Cost of a return label",
        help="Counted for returns with a label of ours where the carrier names no"
        " price.",
    )
    support_presale_days = fields.Integer(
        "Days until an order",
        default=14,
        help="An order within so many days after a question before buying counts as"
        " its result.",
    )

    _support_cost_positive = models.Constraint(
        "CHECK(support_hourly_cost >= 0 AND support_touch_minutes >= 0"
        " AND support_return_cost >= 0 AND support_presale_days >= 0)",
        "Costs, minutes and days are not below zero.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_hourly_cost = fields.Monetary(
        related="company_id.support_hourly_cost", readonly=False
    )
    support_touch_minutes = fields.Float(
        related="company_id.support_touch_minutes", readonly=False
    )
    support_return_cost = fields.Monetary(
        related="company_id.support_return_cost", readonly=False
    )
    support_presale_days = fields.Integer(
        related="company_id.support_presale_days", readonly=False
    )
