from odoo import models
from odoo.tools import format_date


class LoyaltyCard(models.Model):
    _name = "loyalty.card"
    _inherit = ["loyalty.card", "support.action.result.mixin"]

    def _prepare_support_values(self):
        """Return what the panel shows of this card, ready to display."""
        self.ensure_one()
        until = self.expiration_date
        return {
            "id": self.id,
            "name": self.program_id.name,
            "type": self.program_type,
            "points": self.points_display,
            "until": until and format_date(self.env, until),
        }
