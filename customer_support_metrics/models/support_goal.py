"""What a team wants a figure to be, and how it stands."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.metric import COUNT, SCORE

PROPOSED_FROM_DAYS = 90


class SupportGoal(models.Model):
    """A figure that a team wants to reach within a period.

    Nothing of its progress is stored: it is computed from the figure when asked for.
    """

    _name = "support.goal"
    _description = "Support Goal"
    _inherit = ["support.measured.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, team_id, id"
    _check_company_auto = True

    team_id = fields.Many2one(tracking=True)
    metric_key = fields.Selection(tracking=True)
    target = fields.Float(
        required=True,
        tracking=True,
        help="Hours for times, percent for shares. Press “Propose” to take what the"
        " team has reached in the last 90 days.",
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_to = fields.Date("Until", required=True)
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        domain=[("share", "=", False)],
        help="Who is told when the goal is off track.",
    )
    alerted_on = fields.Date(
        readonly=True,
        copy=False,
        help="Since when the owner knows that it is off track.",
    )
    current = fields.Float("Now", compute="_compute_progress")
    fact_count = fields.Integer("Counted", compute="_compute_progress")
    progress = fields.Float(
        compute="_compute_progress", help="100 means that the goal is kept."
    )
    state = fields.Selection(
        [
            ("planned", "Not begun"),
            ("no_data", "Too few to tell"),
            ("on_track", "On track"),
            ("off_track", "Off track"),
        ],
        compute="_compute_progress",
    )

    _period_ordered = models.Constraint(
        "CHECK(date_from <= date_to)", "A goal must not end before it begins."
    )

    @api.depends("team_id")
    def _compute_user_id(self):
        for goal in self:
            goal.user_id = goal.team_id.leader_id or goal.user_id or self.env.user

    @api.depends("metric_key", "team_id")
    def _compute_display_name(self):
        names = dict(self._get_metric_choices())
        for goal in self:
            parts = (goal.team_id.name, names.get(goal.metric_key))
            goal.display_name = ": ".join(filter(None, parts))

    @api.constrains("target", "metric_key")
    def _check_target(self):
        for goal in self:
            if not goal._is_possible(goal.target):
                raise ValidationError(self.env._("The target must be above zero."))

    def _is_possible(self, target):
        """Whether a figure can be held against this: a score may be 0 or less."""
        return target > 0 or self._get_metric().kind == SCORE

    # --- where it stands ------------------------------------------------------------

    @api.depends("metric_key", "statistic", "target", "date_from", "date_to", "team_id")
    def _compute_progress(self):
        today = fields.Date.context_today(self)
        for goal in self:
            goal.update({"current": 0, "fact_count": 0, "progress": 0})
            goal.state = "no_data"
            if not (goal.metric_key and goal.team_id and goal.date_from):
                continue
            if goal.date_from > today:
                goal.state = "planned"
                continue
            last = min(goal.date_to or today, today)
            value, goal.fact_count = goal._read_figure(goal.date_from, last)
            goal._set_progress(value, goal._get_share_of_time(last))

    def _get_share_of_time(self, last):
        """How much of the period is over: a count may have reached that much."""
        if not self.date_to:
            return 1
        return ((last - self.date_from).days + 1) / (
            (self.date_to - self.date_from).days + 1
        )

    def _set_progress(self, value, share):
        if value is None or not self._is_possible(self.target):
            return
        self.current = value
        metric = self._get_metric()
        allowed = self.target * (share if metric.kind == COUNT else 1)
        better, other = self.current, allowed
        if not metric.higher_is_better:
            better, other = other, better
        self.state = "on_track" if better >= other else "off_track"
        self.progress = 100
        if better < other:
            # On the way from below zero nothing is kept yet.
            self.progress = max(0, 100 * better / other) if other > 0 else 0

    def _get_proposal(self):
        """The target that equals the last 90 days of the team; False if too few."""
        last = fields.Date.context_today(self) - timedelta(days=1)
        first = last - timedelta(days=PROPOSED_FROM_DAYS - 1)
        value, _count = self._read_figure(first, last)
        if value is None:
            return False
        if self._get_metric().kind == COUNT and self.date_to:
            days = (self.date_to - self.date_from).days + 1
            value = value * days / PROPOSED_FROM_DAYS
        return round(value, 1)

    @api.onchange("team_id", "metric_key", "statistic", "date_from", "date_to")
    def _onchange_proposal(self):
        if self.team_id and self.metric_key and not self._origin:
            proposal = self._get_proposal()
            if not self._refuse_proposal(proposal):
                self.target = proposal

    def action_propose(self):
        """Take as target what the team has reached in the last 90 days.

        :return: a message where that makes no target
        """
        refusals = []
        for goal in self:
            proposal = goal._get_proposal()
            refusal = goal._refuse_proposal(proposal)
            if refusal:
                refusals.append(refusal)
            else:
                goal.target = proposal
        if not refusals:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": " ".join(dict.fromkeys(refusals)),
            },
        }

    def _refuse_proposal(self, proposal):
        """Say why what the team has reached makes no target; False when it does.

        :param proposal: what ``_get_proposal`` gives
        """
        if proposal is False:
            return self.env._("There were too few cases to propose a target.")
        if not self._is_possible(proposal):
            return self.env._(
                "The team has reached 0 in the last 90 days: please set the target"
                " yourself."
            )
        return False

    def _prepare_card(self):
        """What the dashboard shows of this goal."""
        self.ensure_one()
        return {
            "id": self.id,
            "target": self.target,
            "unit": self.unit,
            "statistic": self.statistic,
            "progress": self.progress,
            "state": self.state,
        }
