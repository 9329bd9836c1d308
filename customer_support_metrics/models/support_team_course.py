"""A team may require courses before its tickets come to somebody."""

from odoo import fields, models


class SupportTeam(models.Model):
    _inherit = "support.team"

    required_course_ids = fields.Many2many(
        "support.course",
        "support_team_required_course_rel",
        "team_id",
        "course_id",
        string="Required courses",
        help="Members who have not finished them are given no tickets by the"
        " assignment; they may still take some.",
    )
    untrained_ids = fields.Many2many(
        "res.users",
        string="Course not finished",
        compute="_compute_untrained_ids",
        help="They are given no tickets by the assignment yet.",
    )

    def _compute_untrained_ids(self):
        for team in self:
            team.untrained_ids = team._find_untrained()

    def _find_untrained(self):
        """The members who have not finished what this team requires."""
        self.ensure_one()
        if not self.required_course_ids:
            return self.env["res.users"]
        return self.required_course_ids._find_untrained(self.member_ids)

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"required_course_ids", "member_ids"}:
            for team in self.filtered("required_course_ids"):
                team.required_course_ids._enroll(team._find_untrained())
        return result

    def _get_seats(self):
        """Leave out who has not finished what the team requires."""
        seats = super()._get_seats()
        untrained = set(self._find_untrained().ids) if seats else set()
        return [seat for seat in seats if seat.user_id not in untrained]


class SupportAgent(models.Model):
    _inherit = "support.agent"

    missing_course_ids = fields.Many2many(
        "support.course",
        string="Courses to finish",
        compute="_compute_missing_course_ids",
        help="Until then the teams that require them give no tickets to this person.",
    )

    def _compute_missing_course_ids(self):
        for agent in self:
            # sudo: support.team: what the teams of this person require
            courses = agent.user_id.sudo().support_team_ids.required_course_ids
            agent.missing_course_ids = courses.filtered(
                lambda course, user=agent.user_id: course._find_untrained(user)
            )
