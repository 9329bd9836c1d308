"""What the agent says to a review."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class SupportQualityReview(models.Model):
    _inherit = "support.quality.review"

    answer = fields.Selection(
        [("agreed", "Agrees"), ("objected", "Objects")],
        "Agent's answer",
        readonly=True,
        tracking=True,
    )
    answer_comment = fields.Text("Agent's comment", readonly=True)
    answered_at = fields.Datetime("Answered on", readonly=True)
    is_for_me = fields.Boolean(compute="_compute_is_for_me")

    def _compute_is_for_me(self):
        for review in self:
            review.is_for_me = review.agent_id == self.env.user

    def action_agree(self):
        """The agent agrees with the review."""
        self._answer("agreed", "")

    def action_object(self):
        """Ask the agent why the review is wrong."""
        self.ensure_one()
        self._check_may_answer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Object to the review"),
            "res_model": "support.quality.objection",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_review_id": self.id},
        }

    def _check_may_answer(self):
        """:raise AccessError: unless the user is the agent of a review that is over"""
        self.check_access("read")
        if self.agent_id != self.env.user:
            raise AccessError(self.env._("Only the agent answers the review."))
        if self.state != "done":
            raise UserError(self.env._("The review is not over yet."))

    def _answer(self, answer, comment):
        """Keep what the agent says, and tell the reviewer about an objection.

        :param str answer: agreed or objected
        :param str comment: why, for an objection
        """
        self.ensure_one()
        self._check_may_answer()
        # sudo: support.quality.review: agents change nothing but their answer
        self.sudo().write(
            {
                "answer": answer,
                "answer_comment": comment,
                "answered_at": fields.Datetime.now(),
            }
        )
        self._forget_reminders()
        if answer == "objected":
            reviewer = self.with_context(lang=self.reviewer_id.lang)
            self._remind(
                self.reviewer_id,
                3,
                reviewer.env._("Objection to your review: %s", self.display_name),
                comment,
            )
