"""What a team wants a figure to be, and how it stands."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.metric import COUNT, DURATION, TIMED
from ..tools.metric_filters import Filters
from ..tools.metric_period import Period

HOUR = 3600
PROPOSED_FROM_DAYS = 90
STATISTICS = [
    ("value", "The figure itself"),
    ("median", "Median, round the clock"),
    ("p90", "9 of 10, round the clock"),
    ("mean", "Mean, round the clock"),
    ("business_median", "Median, working hours"),
    ("business_p90", "9 of 10, working hours"),
    ("business_mean", "Mean, working hours"),
]


class SupportGoal(models.Model):
    """A figure that a team wants to reach within a period.

    Nothing of its progress is stored: it is computed from the figure when asked for.
    """

    _name = "support.goal"
    _description = "Support Goal"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, team_id, id"
    _check_company_auto = True

    team_id = fields.Many2one(
        "support.team", required=True, index=True, ondelete="cascade", tracking=True
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True)
    metric_key = fields.Selection(
        "_get_metric_choices", "Figure", required=True, tracking=True
    )
    statistic = fields.Selection(
        STATISTICS,
        "Measured as",
        required=True,
        compute="_compute_statistic",
        store=True,
        readonly=False,
        precompute=True,
        help="Half of the cases are faster than the median; “9 of 10” is what all but"
        " the slowest tenth keep.",
    )
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
    unit = fields.Char(compute="_compute_unit")
    definition = fields.Char(compute="_compute_unit")
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

    @api.model
    def _get_metric_choices(self):
        """The figures that can get better or worse."""
        return [
            (metric.key, metric.name)
            for metric in self.env["support.metric"]._get_metrics()
            if metric.higher_is_better is not None and metric.has_dimensions
        ]

    def _get_metric(self):
        return self.env["support.metric"]._get_metric(self.metric_key)

    @api.depends("metric_key")
    def _compute_statistic(self):
        for goal in self:
            timed = goal.metric_key and goal._get_metric().kind == DURATION
            goal.statistic = "business_median" if timed else "value"

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

    @api.depends("metric_key", "statistic")
    def _compute_unit(self):
        for goal in self:
            goal.unit = goal.definition = False
            if goal.metric_key:
                goal.unit = goal._get_unit()
                goal.definition = goal._get_metric().definition

    def _get_unit(self):
        if self._is_time():
            return self.env._("hours")
        return "%" if self._get_metric().kind == "rate" else ""

    def _is_time(self):
        """Whether the target is in hours: it is compared with seconds."""
        kind = self._get_metric().kind
        return kind == DURATION or kind in TIMED and self.statistic != "value"

    @api.constrains("metric_key", "statistic")
    def _check_statistic(self):
        for goal in self:
            if goal.statistic != "value" and goal._get_metric().kind not in TIMED:
                raise ValidationError(
                    self.env._("Only times have a median, a mean or a “9 of 10”.")
                )

    @api.constrains("target")
    def _check_target(self):
        for goal in self:
            if goal.target <= 0:
                raise ValidationError(self.env._("The target must be above zero."))

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
            figure = goal._get_figure(goal.date_from, last)
            goal._set_progress(figure, goal._get_share_of_time(last))

    def _get_share_of_time(self, last):
        """How much of the period is over: a count may have reached that much."""
        if not self.date_to:
            return 1
        return ((last - self.date_from).days + 1) / (
            (self.date_to - self.date_from).days + 1
        )

    def _set_progress(self, figure, share):
        self.fact_count = figure.n
        value = figure.get_statistic(self.statistic)
        if value is None or self.target <= 0:
            return
        self.current = value / HOUR if self._is_time() else value
        metric = self._get_metric()
        allowed = self.target * (share if metric.kind == COUNT else 1)
        better, other = self.current, allowed
        if not metric.higher_is_better:
            better, other = other, better
        self.progress = min(100, 100 * better / other) if other else 100
        self.state = "on_track" if better >= other else "off_track"

    def _get_figure(self, first, last):
        """The figure of this team over some days, in the time zone of its hours."""
        self.ensure_one()
        company = self.team_id.company_id
        # sudo: resource.calendar: its time zone
        zone = self.team_id.sudo().resource_calendar_id.tz or self.env.tz.zone
        question = Filters(
            period=Period(first, last, zone), team_ids=tuple(self.team_id.ids)
        )
        metrics = self.env["support.metric"].with_context(
            allowed_company_ids=company.ids
        )
        return metrics._get_figures(self._get_metric(), question, [question.period])[0]

    def _get_proposal(self):
        """The target that equals the last 90 days of the team; False if too few."""
        last = fields.Date.context_today(self) - timedelta(days=1)
        first = last - timedelta(days=PROPOSED_FROM_DAYS - 1)
        value = self._get_figure(first, last).get_statistic(self.statistic)
        if value is None:
            return False
        metric = self._get_metric()
        if metric.kind == COUNT and self.date_to:
            days = (self.date_to - self.date_from).days + 1
            value = value * days / PROPOSED_FROM_DAYS
        return round(value / HOUR if self._is_time() else value, 1)

    @api.onchange("team_id", "metric_key", "statistic", "date_from", "date_to")
    def _onchange_proposal(self):
        if self.team_id and self.metric_key and not self._origin:
            self.target = self._get_proposal() or self.target

    def action_propose(self):
        """Take as target what the team has reached in the last 90 days.

        :return: a message where the team had too few cases
        """
        missing = self.browse()
        for goal in self:
            proposal = goal._get_proposal()
            if proposal:
                goal.target = proposal
            else:
                missing += goal
        if not missing:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("There were too few cases to propose a target."),
            },
        }

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
