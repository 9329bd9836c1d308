"""Assignment looks at the skill matrix."""

from collections import defaultdict
from dataclasses import replace

from odoo import fields, models

# Stands for no language at all: an empty set would mean any.
NO_LANGUAGE = frozenset({"-"})


class SupportTeam(models.Model):
    _inherit = "support.team"

    def _get_seats(self):
        """Give each seat the levels of the agent; what has expired does not count."""
        seats = super()._get_seats()
        skills = self.env["support.agent.skill"]
        if not seats or not skills._get_kinds_in_use():
            return seats
        users = self.env["res.users"].browse([seat.user_id for seat in seats])
        by_user = defaultdict(skills.sudo().browse)
        for skill in skills._get_valid(users):
            by_user[skill.user_id.id] += skill
        # sudo: support.agent.skill: who has a language in the matrix, expired or not
        speakers = (
            skills.sudo()
            .search([("user_id", "in", users.ids), ("kind", "=", "language")])
            .user_id
        )
        for seat in seats:
            own = by_user[seat.user_id]
            seat.levels = {
                (skill.kind, skill._get_subject().id): skill.level_number
                for skill in own
            }
            if seat.user_id in speakers.ids:
                spoken = seat.languages | set(own.lang_id.mapped("code"))
                seat.languages = frozenset(spoken) or NO_LANGUAGE
        return seats

    def action_view_skills(self):
        """Show the skill matrix of the members."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support_metrics.support_agent_skill_action"
        )
        return {**action, "domain": [("user_id", "in", self.member_ids.ids)]}


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_assignment_need(self):
        need = super()._get_assignment_need()
        kinds = self.env["support.agent.skill"]._get_kinds_in_use()
        if not kinds:
            return need
        topics = {("reason", reason_id) for reason_id in need.reasons}
        topics.add(("channel", self.channel_id.id))
        if "category" in kinds:
            topics |= {("category", one) for one in self._get_category_ids()}
        if "language" in kinds and self.lang:
            lang = self.env["res.lang"]._get_data(code=self.lang)
            topics.add(("language", lang.id))
        return replace(need, topics=frozenset(topics))

    def _get_category_ids(self):
        """The categories of the affected products and those that they are part of.

        Without affected products those of the whole order are meant.
        """
        # sudo: product.product, sale.order: only what a ticket is about, compared
        ticket = self.sudo()
        products = (
            ticket.line_ids.product_id or ticket.sale_order_id.order_line.product_id
        )
        paths = products.categ_id.mapped("parent_path")
        return {int(one) for path in paths for one in (path or "").split("/") if one}


class SupportAgent(models.Model):
    _inherit = "support.agent"

    matrix_ids = fields.One2many("support.agent.skill", "agent_id", "Skill matrix")
