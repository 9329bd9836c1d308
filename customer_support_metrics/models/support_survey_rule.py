"""Whom the store asks for an opinion, about what, and how often."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("csat", "Satisfaction (1 to 5)"),
    ("nps", "Recommendation (NPS, 0 to 10)"),
    ("ces", "Effort (CES, 1 to 7)"),
]


class Scale(NamedTuple):
    """The scores of one kind of question; what is between bad and good is neither."""

    lowest: int
    highest: int
    highest_bad: int
    lowest_good: int


SCALES = {
    "csat": Scale(1, 5, 2, 4),
    "nps": Scale(0, 10, 6, 9),
    "ces": Scale(1, 7, 3, 5),
}
_SURVEY_BY_KIND = {"nps": "survey_nps", "ces": "survey_ces"}


class SupportSurveyRule(models.Model):
    """One question to the customers whom it fits; the first rule that fits asks."""

    _name = "support.survey.rule"
    _description = "Survey Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(KINDS, "Question", required=True, default="csat")
    trigger = fields.Selection(
        [
            ("ticket_solved", "A ticket was solved"),
            ("order_delivered", "An order was delivered completely"),
            ("chat_ended", "A live chat ended: asked in the chat"),
        ],
        "Ask after",
        required=True,
        default="ticket_solved",
    )
    delay_hours = fields.Integer(
        "Wait (hours)",
        default=24,
        help="Time between the event and the question: 24 is a day, 720 thirty days.",
    )
    sample_percent = fields.Integer(
        "Ask (%)",
        default=100,
        help="Of 100 customers whom the rule fits, so many are asked.",
    )
    quiet_days = fields.Integer(
        "Quiet period (days)",
        default=30,
        help="After this question the customer is not asked the same kind of question"
        " for so many days, whichever rule would ask.",
    )
    expiry_days = fields.Integer(
        "Answer within (days)",
        default=14,
        help="Later the link in the mail answers nothing any more.",
    )
    change_hours = fields.Integer(
        "Changeable for (hours)",
        default=24,
        help="For so long a customer may correct the answer; then it is fixed.",
    )
    team_ids = fields.Many2many("support.team", string="Teams", check_company=True)
    channel_ids = fields.Many2many("support.channel", string="Channels")
    reason_ids = fields.Many2many("support.reason", string="Reasons")
    lang_ids = fields.Many2many("res.lang", string="Languages")
    survey_id = fields.Many2one(
        "survey.survey",
        compute="_compute_survey_id",
        store=True,
        readonly=False,
        help="Its first question on a scale is the score, its first free text the"
        " comment.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        "Mail",
        domain="[('model', '=', 'support.survey.invitation')]",
        help="Empty: the mail that comes with the addon.",
    )
    recovery_days = fields.Integer(
        "Call back within (days)",
        default=2,
        help="A bad score becomes a task with this deadline. 0 makes none.",
    )
    recovery_user_id = fields.Many2one(
        "res.users",
        "Task for",
        domain="[('share', '=', False)]",
        help="Who calls customers back; empty: the leader of the team.",
    )
    invites_review = fields.Boolean(
        "Ask promoters for a review",
        help="Who gives 9 or 10 gets one mail with a link to the product that was"
        " bought, to write about it there.",
    )
    started_at = fields.Datetime(
        "In force since",
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="What happened before the rule was made, or while it was archived, is not"
        " asked about.",
    )
    planned_until = fields.Datetime(
        readonly=True, copy=False, default=fields.Datetime.now
    )

    _sample_range = models.Constraint(
        "CHECK (sample_percent BETWEEN 1 AND 100)",
        "Ask between 1 and 100 percent of the customers.",
    )
    _durations = models.Constraint(
        "CHECK (delay_hours >= 0 AND quiet_days >= 0 AND expiry_days > 0"
        " AND change_hours >= 0 AND recovery_days >= 0)",
        "A time cannot be negative, and a link needs at least one day.",
    )

    @api.depends("kind")
    def _compute_survey_id(self):
        for rule in self:
            name = _SURVEY_BY_KIND.get(rule.kind)
            rule.survey_id = name and self.env.ref(
                f"customer_support_metrics.{name}", raise_if_not_found=False
            )

    @api.constrains("kind", "trigger")
    def _check_trigger(self):
        for rule in self:
            if rule.trigger == "chat_ended" and rule.kind != "csat":
                raise ValidationError(
                    self.env._("A live chat asks for satisfaction alone.")
                )
            if rule.trigger == "order_delivered" and rule.kind == "ces":
                raise ValidationError(
                    self.env._("How easy it was is asked after a ticket alone.")
                )

    @api.constrains("kind", "survey_id")
    def _check_survey_id(self):
        for rule in self.filtered(lambda rule: rule.kind != "csat"):
            question = rule._find_score_question()
            lowest, highest, *_limits = SCALES[rule.kind]
            if (question.scale_min, question.scale_max) != (lowest, highest):
                raise ValidationError(
                    self.env._(
                        "The survey needs a question on a scale from %(lowest)s to"
                        " %(highest)s.",
                        lowest=lowest,
                        highest=highest,
                    )
                )

    def _find_score_question(self):
        """The question whose answer is the score; empty when there is none."""
        # sudo: survey.question: who sets up support need not set up surveys
        questions = self.survey_id.sudo().question_ids
        return questions.filtered(lambda one: one.question_type == "scale")[:1]

    def write(self, vals):
        if vals.get("active"):
            resumed = self.filtered(lambda rule: not rule.active)
            now = fields.Datetime.now()
            super(SupportSurveyRule, resumed).write(
                {"started_at": now, "planned_until": now}
            )
        return super().write(vals)

    def _get_mail_template(self):
        """The ``mail.template`` that asks this question."""
        self.ensure_one()
        return self.mail_template_id or self.env.ref(
            f"customer_support_metrics.mail_template_{self.kind}"
        )

    def _get_delay(self):
        self.ensure_one()
        return timedelta(hours=self.delay_hours)

    def _is_bad(self, score):
        """Whether somebody should call back whoever gives this score."""
        return score <= SCALES[self.kind].highest_bad

    def action_view_invitations(self):
        """What this rule has asked, and the answers."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "customer_support_metrics.support_survey_invitation_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}
