"""What watches one figure of one team: which, measured how, and over which days."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.metric import DURATION, RATE, TIMED
from ..tools.metric_filters import Filters
from ..tools.metric_period import Period

HOUR = 3600
STATISTICS = [
    ("value", "The figure itself"),
    ("median", "Median, round the clock"),
    ("p90", "9 of 10, round the clock"),
    ("mean", "Mean, round the clock"),
    ("business_median", "Median, working hours"),
    ("business_p90", "9 of 10, working hours"),
    ("business_mean", "Mean, working hours"),
]


class SupportMeasuredMixin(models.AbstractModel):
    """Records that hold a figure of a team against something.

    Times are shown in hours, shares in percent, as their unit says.
    """

    _name = "support.measured.mixin"
    _description = "Measured by a Figure"

    team_id = fields.Many2one(
        "support.team", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True)
    metric_key = fields.Selection("_get_metric_choices", "Figure", required=True)
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
    unit = fields.Char(compute="_compute_unit")
    definition = fields.Char(compute="_compute_unit")

    @api.model
    def _get_metric_choices(self):
        """The figures that can get better or worse, as (key, name).

        Money is left out: the whole team reads what it is measured by.
        """
        return [
            (metric.key, metric.name)
            for metric in self.env["support.metric"]._get_metrics()
            if metric.higher_is_better is not None
            and metric.has_dimensions
            and not metric.is_for_managers
        ]

    def _get_metric(self):
        """The ``Metric`` that is watched."""
        return self.env["support.metric"]._get_metric(self.metric_key)

    @api.depends("metric_key")
    def _compute_statistic(self):
        for record in self:
            timed = record.metric_key and record._get_metric().kind == DURATION
            record.statistic = "business_median" if timed else "value"

    @api.depends("metric_key", "statistic")
    def _compute_unit(self):
        for record in self:
            record.unit = record.definition = False
            if record.metric_key:
                record.unit = record._get_unit()
                record.definition = record._get_metric().definition

    def _get_unit(self):
        if self._is_time():
            return self.env._("hours")
        return "%" if self._get_metric().kind == RATE else ""

    def _is_time(self):
        """Whether the figure is shown in hours: it comes in seconds."""
        kind = self._get_metric().kind
        return kind == DURATION or kind in TIMED and self.statistic != "value"

    @api.constrains("metric_key", "statistic")
    def _check_statistic(self):
        for record in self:
            if record.statistic != "value" and record._get_metric().kind not in TIMED:
                raise ValidationError(
                    self.env._("Only times have a median, a mean or a “9 of 10”.")
                )

    # --- the figure -----------------------------------------------------------------

    def _read_figure(self, first, last):
        """The figure of this team over some days, in the time zone of its hours.

        :param date first: the first day
        :param date last: the last day
        :return: number in the shown unit (None where too few), and how many facts
        """
        self.ensure_one()
        # sudo: resource.calendar: its time zone
        zone = self.team_id.sudo().resource_calendar_id.tz or self.env.tz.zone
        question = Filters(
            period=Period(first, last, zone),
            team_ids=tuple(self.team_id.ids),
            **self._get_narrowing(),
        )
        metrics = self.env["support.metric"].with_context(
            allowed_company_ids=self.team_id.company_id.ids
        )
        (figure,) = metrics._get_figures(
            self._get_metric(), question, [question.period]
        )
        value = figure.get_statistic(self.statistic)
        if value is not None and self._is_time():
            value /= HOUR
        return value, figure.n

    def _get_narrowing(self):
        """What else than the team narrows the figure, as arguments of ``Filters``."""
        return {}
