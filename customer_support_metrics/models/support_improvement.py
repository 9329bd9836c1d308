"""What is changed, why, by whom, and what it did to a figure."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.metric import COUNT

# What stands still once the change has begun.
_COMPARED = (
    *("metric_key", "statistic", "reason_id", "channel_id", "team_id"),
    *("date_start", "days"),
)


class SupportImprovement(models.Model):
    """A change, and a figure that is watched before and after it.

    What was before is frozen as the change begins: later corrections of old tickets do
    not make it look better. What came after is computed when asked for.
    """

    _name = "support.improvement"
    _description = "Support Improvement"
    _inherit = ["support.measured.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"

    name = fields.Char("What", required=True, tracking=True)
    why = fields.Text(help="What was noticed, and why this should mend it.")
    team_id = fields.Many2one(tracking=True)
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("running", "Running"),
            ("done", "Done"),
            ("dropped", "Given up"),
        ],
        required=True,
        default="planned",
        readonly=True,
        tracking=True,
        copy=False,
    )
    date_start = fields.Date(
        "Begins on",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        tracking=True,
        help="The days before it are compared with those from it on.",
    )
    days = fields.Integer(
        "Days compared", default=28, required=True, help="As many before as after."
    )
    metric_key = fields.Selection(default="contact_rate")
    reason_id = fields.Many2one(
        "support.reason", ondelete="set null", help="Empty: all reasons."
    )
    channel_id = fields.Many2one(
        "support.channel", ondelete="set null", help="Empty: all channels."
    )
    pattern_id = fields.Many2one(
        "support.pattern",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    before = fields.Float(readonly=True, copy=False)
    before_count = fields.Integer("Counted before", readonly=True, copy=False)
    is_before_known = fields.Boolean(readonly=True, copy=False)
    after = fields.Float(compute="_compute_after")
    after_count = fields.Integer("Counted after", compute="_compute_after")
    after_days = fields.Integer("Days since", compute="_compute_after")
    verdict = fields.Selection(
        [
            ("no_data", "Too few to tell"),
            ("better", "Better"),
            ("same", "The same"),
            ("worse", "Worse"),
        ],
        compute="_compute_after",
    )

    _days_positive = models.Constraint(
        "CHECK(days BETWEEN 7 AND 366)", "Compare between a week and a year."
    )
    _pattern_unique = models.UniqueIndex(
        "(pattern_id) WHERE pattern_id IS NOT NULL",
        "There is an improvement of this pattern already.",
    )

    # --- the figure -----------------------------------------------------------------

    def _get_narrowing(self):
        return {
            "channel_ids": tuple(self.channel_id.ids),
            "reason_ids": self._get_reason_ids(),
        }

    def _get_reason_ids(self):
        if not self.reason_id:
            return ()
        tree = self.env["support.reason"].with_context(active_test=False)
        return tuple(tree.search([("id", "child_of", self.reason_id.ids)]).ids)

    @api.depends(*_COMPARED, "state", "before", "is_before_known")
    def _compute_after(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.update({"after": 0, "after_count": 0, "after_days": 0})
            record.verdict = "no_data"
            is_begun = record.state in ("running", "done")
            if not is_begun or not record.team_id or record.date_start > today:
                continue
            last = record.date_start + timedelta(days=record.days - 1)
            last = min(last, today)
            record.after_days = (last - record.date_start).days + 1
            value, record.after_count = record._read_figure(record.date_start, last)
            record.after = value or 0
            if value is not None and record.is_before_known:
                record.verdict = record._judge(value)

    def _judge(self, after):
        """What became of the figure; a count is held against as many days."""
        metric, before = self._get_metric(), self.before
        if metric.kind == COUNT:
            before *= self.after_days / self.days
        if round(after - before, 6) == 0:
            return "same"
        is_better = (after > before) == bool(metric.higher_is_better)
        return "better" if is_better else "worse"

    # --- what people do -------------------------------------------------------------

    def action_start(self):
        """Begin: what was before is frozen.

        :raise UserError: if its first day is still to come, or it has begun already
        """
        for record in self:
            if record.state != "planned":
                raise UserError(self.env._("It has begun already."))
            if record.date_start > fields.Date.context_today(record):
                raise UserError(self.env._("Its first day is still to come."))
            first = record.date_start - timedelta(days=record.days)
            value, count = record._read_figure(
                first, record.date_start - timedelta(days=1)
            )
            record.write(
                {
                    "state": "running",
                    "before": value or 0,
                    "before_count": count,
                    "is_before_known": value is not None,
                }
            )

    def action_finish(self):
        """Nothing more is to be done; the figure stays in sight."""
        self.state = "done"

    def action_drop(self):
        """Give it up."""
        self.state = "dropped"

    def write(self, vals):
        begun = self.filtered(lambda record: record.state != "planned")
        if any(record._changes_comparison(vals) for record in begun):
            raise UserError(
                self.env._("It has begun: what is compared cannot change any more.")
            )
        return super().write(vals)

    def _changes_comparison(self, vals):
        """Whether these values would compare something else with what is frozen."""
        return any(
            self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self)
            for name in _COMPARED
            if name in vals
        )
