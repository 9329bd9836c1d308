"""The page that compares helped customers with similar ones."""

from odoo import api, fields, models


class SupportRetention(models.TransientModel):
    """Whether helped customers come back more often, with a 95 % interval."""

    _name = "support.retention"
    _description = "Retention of Helped Customers"

    date_to = fields.Date(
        "Known until",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="What happened later is left out.",
    )
    follow_days = fields.Selection(
        [("90", "3 months"), ("180", "6 months"), ("365", "12 months")],
        "Ordered again within",
        required=True,
        default="180",
        help="Counted from 30 days after the order.",
    )
    is_known = fields.Boolean(compute="_compute_difference")
    is_beyond_chance = fields.Boolean(compute="_compute_difference")
    helped_count = fields.Integer("Helped", compute="_compute_difference")
    others_count = fields.Integer("Without a case", compute="_compute_difference")
    helped_share = fields.Float(
        "Of the helped, came back (%)", digits=(16, 1), compute="_compute_difference"
    )
    others_share = fields.Float(
        "Of similar others, came back (%)",
        digits=(16, 1),
        compute="_compute_difference",
    )
    difference = fields.Float(
        "Difference (points)", digits=(16, 1), compute="_compute_difference"
    )
    low = fields.Float("From", digits=(16, 1), compute="_compute_difference")
    high = fields.Float("To", digits=(16, 1), compute="_compute_difference")

    @api.depends("date_to", "follow_days")
    def _compute_difference(self):
        for page in self:
            found = page.date_to and page.follow_days and page._find_difference()
            page.is_known = bool(found)
            page.is_beyond_chance = bool(found) and found.is_beyond_chance
            page.helped_count = found.helped if found else 0
            page.others_count = found.others if found else 0
            page.helped_share = 100 * found.helped_share if found else 0
            page.others_share = 100 * found.others_share if found else 0
            page.difference = 100 * found.value if found else 0
            page.low = 100 * found.low if found else 0
            page.high = 100 * found.high if found else 0

    def _find_difference(self):
        metrics = self.env["support.metric"]
        return metrics._get_retention_difference(self.date_to, int(self.follow_days))
