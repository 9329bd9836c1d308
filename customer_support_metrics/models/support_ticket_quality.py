"""Reviews that are started on a ticket."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def action_review_quality(self):
        """Review how this case was answered, as drawn ones are.

        The review is about who answered last.

        :raise UserError: if nobody has answered, or the user has a part in the case
        """
        self.ensure_one()
        self.check_access("read")
        self._check_may_review()
        # sudo: support.ticket.event: who answered a case that the user may read
        replies = self.sudo().event_ids.filtered(
            lambda event: event.kind == "reply" and event.author_kind == "human"
        )
        if not replies:
            raise UserError(self.env._("Nobody has answered this case yet."))
        review = self._get_or_start_review(replies[-1])
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.quality.review",
            "res_id": review.id,
            "views": [(False, "form")],
        }

    def _check_may_review(self):
        """:raise AccessError: unless the user leads the team or is a manager"""
        user = self.env.user
        is_manager = user.has_group("customer_support.group_support_manager")
        if not is_manager and user != self.team_id.leader_id:
            raise AccessError(
                self.env._("Managers and the leader of the team start reviews.")
            )

    def _get_or_start_review(self, reply):
        """The user's review of who wrote ``reply``."""
        # sudo: support.quality.review: written by the system for those who may review
        reviews = self.env["support.quality.review"].sudo()
        day = fields.Datetime.context_timestamp(self, reply.at).date()
        week = day - timedelta(days=day.weekday())
        agent = [("ticket_id", "=", self.id), ("agent_id", "=", reply.user_id.id)]
        mine = reviews.search([*agent, ("reviewer_id", "=", self.env.uid)], limit=1)
        if mine:
            return mine
        taken = set(reviews.search([*agent, ("week", "=", week)]).mapped("round"))
        if {1, 2} <= taken:
            raise UserError(self.env._("Two colleagues review this case already."))
        scorecard = self.env["support.quality.scorecard"]._find_for_ticket(self)
        return reviews.create(
            {
                "scorecard_id": scorecard.id,
                "ticket_id": self.id,
                "agent_id": reply.user_id.id,
                "team_id": self.team_id.id,
                "reviewer_id": self.env.uid,
                "week": week,
                "round": 2 if 1 in taken else 1,
            }
        )
