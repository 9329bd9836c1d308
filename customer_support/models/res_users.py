from odoo import api, fields, models

from .support_agent import AGENT_GROUP


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

    @api.model
    def _get_invalidation_fields(self):
        # The record rules of tickets name the teams, and Odoo keeps rules in memory.
        return super()._get_invalidation_fields() | {"support_team_ids"}

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        if any("group_ids" in vals or "support_team_ids" in vals for vals in vals_list):
            users._ensure_support_agents()
        return users

    def write(self, vals):
        # sudo: support.team: whoever plans people need not see the teams
        teams = {user: user.sudo().support_team_ids for user in self}
        result = super().write(vals)
        if "group_ids" in vals or "support_team_ids" in vals:
            self._ensure_support_agents()
        if vals.get("active") is False:
            self._hand_over_support_tickets("archived")
        elif "support_team_ids" in vals:
            for user in self:
                left = teams[user] - user.sudo().support_team_ids
                user._hand_over_support_tickets("removed", left)
        return result

    def _ensure_support_agents(self):
        # sudo: support.team: as in write
        agents = self.filtered("active").filtered(
            lambda user: user.has_group(AGENT_GROUP) or user.sudo().support_team_ids
        )
        if agents:
            self.env["support.agent"]._ensure_for(agents)

    def _hand_over_support_tickets(self, because, teams=None):
        """Put the open tickets of these users back into the queue.

        :param str because: see ``support.ticket._release``
        :param teams: only of these ``support.team``; all when None
        """
        # sudo: support.ticket: the leaving person's cases, whoever sees to it
        tickets = self.env["support.ticket"].sudo()
        domain = [("user_id", "in", self.ids), ("closed_at", "=", False)]
        if teams is not None:
            domain.append(("team_id", "in", teams.ids))
        tickets.search(domain)._release(because)

    def _count_open_support_tickets(self):
        """Open tickets of each of these users, in one query.

        :return: dict of user id and count; who has none is missing
        """
        # sudo: support.ticket: a count, whoever's ticket is being assigned
        groups = (
            self.env["support.ticket"]
            .sudo()
            ._read_group(
                [
                    ("user_id", "in", self.ids),
                    ("closed_at", "=", False),
                    ("exclusion", "=", False),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        return {user.id: count for user, count in groups}
