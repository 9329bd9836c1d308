"""One question to one customer: planned, sent, answered. The figures come from here."""

from odoo import api, fields, models

from .support_survey_rule import KINDS

STATES = [
    ("queued", "Planned"),
    ("sent", "Asked"),
    ("answered", "Answered"),
    ("skipped", "Not asked"),
]
SKIP_REASONS = [
    ("quiet", "Asked not long ago"),
    ("excluded", "Spam, test or merged"),
    ("idle", "Closed without an answer"),
    ("open_case", "A ticket about the order is open"),
    ("blacklisted", "Wants no such mails"),
    ("late", "Too late"),
    ("archived", "Rule archived"),
    ("chat", "Asked in the chat"),
]


class SupportSurveyInvitation(models.Model):
    """A row for each question: what was asked counts as much as what was answered.

    Team, agent, channel and reason are those of the moment of the question, so that a
    score belongs to who answered the customer.
    """

    _name = "support.survey.invitation"
    _description = "Survey Answer"
    _inherit = [
        *("support.due.job.mixin", "support.system.written.mixin"),
        *("support.exported.mixin", "support.outreach.mixin"),
    ]
    _order = "id desc"
    _rec_name = "email"
    _due_job_column = "send_at"

    rule_id = fields.Many2one(
        "support.survey.rule", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, "Question", required=True)
    state = fields.Selection(STATES, required=True, default="queued")
    skip_reason = fields.Selection(SKIP_REASONS, "Not asked because")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    ticket_id = fields.Many2one("support.ticket", ondelete="set null", index=True)
    order_id = fields.Many2one(
        "sale.order", ondelete="set null", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", index="btree_not_null"
    )
    email = fields.Char("E-mail", index="btree_not_null")
    lang = fields.Char("Language")
    due_at = fields.Datetime("To be asked on", required=True)
    send_at = fields.Datetime("Next try")
    sent_at = fields.Datetime("Asked on")
    expires_at = fields.Datetime("Answer until")
    answered_at = fields.Datetime("Answered on")
    fixed_at = fields.Datetime("Changeable until")
    score = fields.Integer(aggregator="avg")
    comment = fields.Text()
    rating_reason_ids = fields.Many2many("support.rating.reason", string="What was bad")
    team_id = fields.Many2one("support.team", ondelete="set null", index=True)
    agent_id = fields.Many2one(
        "res.users",
        ondelete="set null",
        index="btree_not_null",
        help="Who gave the last answer before the question: the score is theirs,"
        " whoever holds the ticket now.",
    )
    channel_id = fields.Many2one("support.channel", ondelete="set null")
    reason_id = fields.Many2one("support.reason", ondelete="set null")
    rating_id = fields.Many2one("rating.rating", ondelete="set null")
    user_input_id = fields.Many2one(
        "survey.user_input",
        "Sheet of the survey",
        ondelete="set null",
        index="btree_not_null",
    )
    is_recovery_open = fields.Boolean("Call back", help="A task was made of it.")
    is_review_invited = fields.Boolean("Asked for a review")
    token = fields.Char(groups=fields.NO_ACCESS, copy=False)

    _ticket_unique = models.UniqueIndex(
        "(kind, ticket_id) WHERE ticket_id IS NOT NULL",
        "This ticket has been asked about already.",
    )
    _order_unique = models.UniqueIndex(
        "(kind, order_id) WHERE ticket_id IS NULL AND order_id IS NOT NULL",
        "This order has been asked about already.",
    )
    _token_unique = models.UniqueIndex("(token) WHERE token IS NOT NULL")
    _queue_idx = models.Index("(send_at) WHERE send_at IS NOT NULL")
    _sent_idx = models.Index("(kind, sent_at) WHERE sent_at IS NOT NULL")
    _answered_idx = models.Index("(kind, answered_at) WHERE state = 'answered'")

    @api.depends("kind", "score", "state")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for invitation in self:
            score = invitation._get_score_words()
            name = kinds[invitation.kind]
            invitation.display_name = f"{name}: {score}" if score else name

    def _get_score_words(self):
        """The score as people read it, such as 4/5; empty before the answer."""
        self.ensure_one()
        if self.state != "answered":
            return ""
        return {"csat": "%s/5", "nps": "NPS %s", "ces": "CES %s"}[self.kind] % (
            self.score
        )

    def _get_document_number(self):
        """What the customer knows the case by: the ticket's number, or the order's."""
        self.ensure_one()
        ticket = self.ticket_id
        return f"#{ticket.number}" if ticket else self.order_id.name or ""

    def action_open_ticket(self):
        """Open the ticket, else the order, that was asked about."""
        self.ensure_one()
        record = self.ticket_id or self.order_id
        return record.get_formview_action() if record else False
