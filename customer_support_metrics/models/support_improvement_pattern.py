"""From what was pointed out to what is done about it, by one button."""

from odoo import fields, models


class SupportPattern(models.Model):
    _inherit = "support.pattern"

    improvement_ids = fields.One2many("support.improvement", "pattern_id")

    def action_improve(self):
        """Open the improvement of this pattern; the first time, plan it.

        What is watched is the number of cases of this reason for 100 orders.

        :return: an action
        """
        self.ensure_one()
        improvement = self.improvement_ids[:1]
        if not improvement:
            improvement = improvement.create(self._prepare_improvement())
            self.state = "acted"
            self.activity_unlink(["mail.mail_activity_data_todo"])
        return improvement._get_records_action()

    def _prepare_improvement(self):
        team = self.team_id or self.ticket_ids.team_id[:1]
        return {
            "name": self.display_name,
            "why": self._get_words(),
            "team_id": team.id,
            "user_id": self.user_id.id or self.env.uid,
            "pattern_id": self.id,
            "reason_id": self.reason_id.id,
        }
