from odoo import fields, models
from odoo.tools import SQL

_MARKS = ("source_id", "medium_id", "campaign_id")


class SupportTicketReport(models.Model):
    _inherit = "support.ticket.report"
    _depends = {"support.ticket": [*_MARKS]}

    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)

    def _get_dimension_columns(self):
        return {
            **super()._get_dimension_columns(),
            **{name: SQL.identifier("ticket", name) for name in _MARKS},
        }
