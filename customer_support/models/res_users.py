from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    support_team_ids = fields.Many2many(
        "support.team",
        "support_team_member_rel",
        "user_id",
        "team_id",
        string="Support teams",
    )
    support_readable_team_ids = fields.Many2many(
        "support.team",
        string="Support teams that may be read",
        compute="_compute_support_readable_team_ids",
        compute_sudo=True,
    )

    def _compute_support_readable_team_ids(self):
        shared = self.env["support.team"].search([("visibility", "=", "agents")])
        for user in self:
            user.support_readable_team_ids = user.support_team_ids | shared
