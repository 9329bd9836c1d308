"""A colleague's look at how a case was answered."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

MANAGER = "customer_support.group_support_manager"
REVIEW_DAYS = 7
_WRITTEN_BY_REVIEWER = {"comment", "line_ids"}


class SupportQualityReview(models.Model):
    """The grades of one case for the agent who answered it, and the agent's answer."""

    _name = "support.quality.review"
    _description = "Quality Review"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _order = "week desc, id desc"

    scorecard_id = fields.Many2one(
        "support.quality.scorecard", required=True, readonly=True, index=True
    )
    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    team_id = fields.Many2one("support.team", readonly=True, index="btree_not_null")
    agent_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        help="Who answered the customer, whoever has the ticket today.",
    )
    reviewer_id = fields.Many2one(
        "res.users", required=True, index=True, domain=[("share", "=", False)]
    )
    week = fields.Date("Week of", required=True, readonly=True, help="Its Monday.")
    # 1, or 2 for the second look by which agreement is measured.
    round = fields.Integer(default=1, required=True, readonly=True)
    line_ids = fields.One2many("support.quality.review.line", "review_id", "Grades")
    comment = fields.Text(help="The agent reads it too.")
    score = fields.Float(
        "Score (%)", compute="_compute_score", store=True, aggregator="avg"
    )
    state = fields.Selection(
        [("todo", "To review"), ("done", "Reviewed")],
        default="todo",
        required=True,
        readonly=True,
        tracking=True,
    )
    reviewed_at = fields.Datetime("Reviewed on", readonly=True)

    _once = models.UniqueIndex(
        "(agent_id, week, ticket_id, round)", "This case has been drawn already."
    )
    _one_look_each = models.UniqueIndex(
        "(agent_id, ticket_id, reviewer_id)",
        "This person reviews this agent's answers in this case already.",
    )
    _done_idx = models.Index("(reviewed_at) WHERE state = 'done' AND round = 1")

    @api.depends("ticket_id", "agent_id")
    def _compute_display_name(self):
        for review in self:
            # sudo: support.ticket: the number of a case that the agent has answered
            number = review.sudo().ticket_id.number
            review.display_name = f"#{number} {review.agent_id.name or ''}"

    @api.depends("line_ids.grade", "line_ids.is_not_applicable")
    def _compute_score(self):
        for review in self:
            counted = review.line_ids.filtered("grade")
            weights = sum(counted.criterion_id.mapped("weight"))
            points = sum(
                line.criterion_id.weight * line._get_part() for line in counted
            )
            review.score = 100 * points / weights if weights else 0

    @api.constrains("reviewer_id", "agent_id")
    def _check_not_own_case(self):
        for review in self:
            if review.reviewer_id in review._get_workers():
                raise ValidationError(
                    self.env._("Nobody reviews a case that he or she worked on.")
                )

    def _get_workers(self):
        """Who has a part in the case, and so may not judge it."""
        # sudo: support.ticket.event: who answered, compared and not shown
        ticket = self.sudo().ticket_id
        replies = ticket.event_ids.filtered(lambda event: event.kind == "reply")
        return self.agent_id | ticket.user_id | replies.user_id

    # --- records --------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Make reviews with one empty grade for each criterion."""
        if not self.env.su:
            raise AccessError(
                self.env._("A review is drawn, or started on the ticket itself.")
            )
        reviews = super().create(vals_list)
        self.env["support.quality.review.line"].create(
            [
                {"review_id": review.id, "criterion_id": criterion.id}
                for review in reviews
                for criterion in review.scorecard_id.criterion_ids
            ]
        )
        for review in reviews:
            review._remind(review.reviewer_id, REVIEW_DAYS, review._get_task())
        return reviews

    def write(self, vals):
        if not self.env.su:
            self._check_writable(vals)
        result = super().write(vals)
        if "reviewer_id" in vals:
            for review in self:
                review._forget_reminders()
                review._remind(review.reviewer_id, REVIEW_DAYS, review._get_task())
        return result

    def _check_writable(self, vals):
        """Let the reviewer write a review that is not over, and a manager hand it on.

        :raise AccessError: for anything else
        :raise UserError: if the review is over
        """
        self.check_access("write")
        allowed = set(_WRITTEN_BY_REVIEWER)
        if self.env.user.has_group(MANAGER):
            allowed.add("reviewer_id")
        extra = {
            name for name in vals if not name.startswith(("message_", "activity_"))
        }
        if extra - allowed:
            raise AccessError(self.env._("Only the review itself can be changed."))
        if extra and any(review.state != "todo" for review in self):
            raise UserError(
                self.env._("This review is over. Reopen it to change something.")
            )

    def _get_task(self):
        return self.env._("Review: %s", self.display_name)

    def _remind(self, user, days, summary, note=""):
        """Give somebody something to do about this review."""
        self.with_context(
            lang=user.lang, mail_activity_quick_update=True
        ).sudo().activity_schedule(  # sudo: mail.activity: a task of somebody else
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.context_today(self) + timedelta(days=days),
            summary=summary,
            note=note,
            user_id=user.id,
        )

    def _forget_reminders(self):
        # sudo: mail.activity: what is done, whoever was asked
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    # --- buttons --------------------------------------------------------------------

    def action_finish(self):
        """The review is over; the agent may read and answer it.

        :raise UserError: if a criterion has no grade
        """
        for review in self:
            review._check_reviewer()
            if review.state == "done":
                continue
            if not review.line_ids or any(line._is_open() for line in review.line_ids):
                raise UserError(
                    self.env._(
                        "Give each criterion a grade, or say that it does not fit."
                    )
                )
            # sudo: support.quality.review: its state follows from the buttons alone
            review.sudo().write({"state": "done", "reviewed_at": fields.Datetime.now()})
            review._forget_reminders()
            if review.round == 1:
                review._tell_agent()

    def _tell_agent(self):
        """Ask the agent to read and answer the review."""
        agent = self.with_context(lang=self.agent_id.lang)
        self._remind(
            self.agent_id,
            REVIEW_DAYS,
            agent.env._("Your answers were reviewed: read it and say what you think"),
        )

    def action_reopen(self):
        """Change a review that is over, for example after an objection."""
        for review in self:
            review._check_reviewer()
            # sudo: support.quality.review: as in action_finish
            review.sudo().write({"state": "todo", "reviewed_at": False})

    def _check_reviewer(self):
        """:raise AccessError: unless the user reviews this case or is a manager"""
        self.check_access("read")
        user = self.env.user
        if user != self.reviewer_id and not user.has_group(MANAGER):
            raise AccessError(self.env._("Somebody else reviews this case."))
        if user == self.agent_id:
            raise AccessError(self.env._("Nobody reviews the own work."))

    def action_open_ticket(self):
        """Open the case that is reviewed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
