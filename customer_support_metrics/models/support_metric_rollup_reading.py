"""Figures of long spans, read from the roll-up where it has what is asked for."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tools import SQL

from ..tools import metric_span
from ..tools.metric import DURATION, STOCK
from ..tools.metric_buckets import get_percentile, read_counts
from ..tools.metric_period import Period, get_bounds
from .support_metric import Cells

# Up to so many days facts are counted one by one: exact, and as of this moment.
EXACT_DAYS = 100
GROUPED = {
    None: SQL("0"),
    "team": SQL("cell.team_id"),
    "channel": SQL("cell.channel_id"),
}


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _find_rollup(self, filters, periods, group_by=None):
        """The run of the roll-up that answers a question; none where facts have to.

        The roll-up knows teams and channels, not agents, reasons or products, and days
        of the companies' time zones: to a reader in another one whose days begin at
        other moments it says nothing.

        :return: ``support.metric.rollup.run``
        """
        # sudo: support.metric.rollup.run: when and how far was counted, no figure
        runs = self.env["support.metric.rollup.run"].sudo()
        days = (periods[-1].last - periods[0].first).days + 1
        others = filters.agent_ids or filters.reason_ids or filters.parts
        if days <= EXACT_DAYS or others or group_by not in GROUPED:
            return runs.browse()
        run = runs._get_current()
        zones = {run.zones.get(str(one)) for one in self.env.companies.ids if run}
        bounds = get_bounds(periods)
        for zone in zones:
            if not zone or bounds != _move(periods, zone):
                return runs.browse()
        return run

    @api.model
    def _aggregate(self, metric, filters, periods, group_by=None):
        run = metric.key in self._get_rollup_keys() and self._find_rollup(
            filters, periods, group_by
        )
        if not run:
            return super()._aggregate(metric, filters, periods, group_by)
        rows = self._read_rollup([metric], run, filters, periods, group_by)
        return self._make_cells(metric, rows, filters, periods)

    @api.model
    def _get_all_figures(self, metrics, filters, periods):
        keys = self._get_rollup_keys()
        run = self._find_rollup(filters, periods)
        if not run:
            return super()._get_all_figures(metrics, filters, periods)
        known = [metric for metric in metrics if metric.key in keys]
        rows = self._read_rollup(known, run, filters, periods)
        found = {
            metric.key: self._make_cells(metric, rows, filters, periods)
            for metric in known
        }
        return {
            metric.key: [
                found[metric.key](number, None) for number in range(len(periods))
            ]
            if metric.key in found
            else self._get_figures_apart(metric, filters, periods)
            for metric in metrics
        }

    @api.model
    def _find_late_keys(self, metrics, question, periods):
        """What is counted one by one over years, while the rest is at hand."""
        late = super()._find_late_keys(metrics, question, periods)
        if not self._find_rollup(question, periods):
            return late
        known = self._get_rollup_keys()
        return late | {metric.key for metric in metrics if metric.key not in known}

    @api.model
    def _get_figures_apart(self, metric, filters, periods):
        """Ask for each period by itself what depends on the end of it alone."""
        if metric.kind != STOCK:
            return self._get_figures(metric, filters, periods)
        return [
            figure
            for period in periods
            for figure in self._get_figures(metric, filters, [period])
        ]

    @api.model
    def _make_cells(self, metric, rows, filters, periods):
        cells = {
            (number, group): row
            for (key, number, group), row in rows.items()
            if key == metric.key
        }
        get_base = self._get_base(metric, filters, get_bounds(periods), None)
        return Cells(metric, cells, get_base)

    @api.model
    def _read_rollup(self, metrics, run, filters, periods, group_by=None):
        """Add up the rows of some figures; one query for all of them.

        :return: dict of (key of the figure, number of the period, group) and a row as
            ``_aggregate`` finds it
        """
        spans = [
            (number, *span)
            for number, period in enumerate(periods)
            for span in metric_span.cover(period, run.first_day, run.last_day)
        ]
        if not spans:
            return {}
        numbers, grains, firsts, ends = zip(*spans, strict=True)
        query = SQL(
            """
            SELECT cell.metric_key, span.number, %(group)s AS group_id,
                   sum(cell.n) AS n, sum(cell.pending) AS pending,
                   sum(cell.total) AS total, sum(cell.business_n) AS business_n,
                   sum(cell.business_total) AS business_total,
                   sum(cell.counts)::text AS counts,
                   sum(cell.business_counts)::text AS business_counts
              FROM unnest(%(numbers)s::int[], %(grains)s::text[], %(firsts)s::date[],
                          %(ends)s::date[]) AS span(number, grain, first, ending)
              JOIN support_metric_rollup cell
                ON cell.grain = span.grain AND cell.day >= span.first
               AND cell.day < span.ending
             WHERE cell.metric_key = ANY(%(keys)s) AND %(scope)s
             GROUP BY 1, 2, 3
            """,
            group=GROUPED[group_by],
            numbers=list(numbers),
            grains=list(grains),
            firsts=list(firsts),
            ends=list(ends),
            keys=[metric.key for metric in metrics],
            scope=self._get_rollup_scope(filters),
        )
        kinds = {metric.key: metric.kind for metric in metrics}
        return {
            (
                row["metric_key"],
                row["number"],
                group_by and (row["group_id"] or False),
            ): _complete(row, kinds[row["metric_key"]])
            for row in self._read_facts(query)
        }

    @api.model
    def _get_rollup_scope(self, filters):
        conditions = [SQL("cell.company_id = ANY(%s)", self.env.companies.ids)]
        chosen = {
            "team_id": self._get_team_scope(filters),
            "channel_id": filters.channel_ids or None,
        }
        conditions += [
            SQL("%s = ANY(%s)", SQL.identifier("cell", name), list(ids))
            for name, ids in chosen.items()
            if ids is not None
        ]
        return SQL(" AND ").join(conditions)

    @api.model
    def update_rollup(self):
        """Count now what has changed since the last run.

        :raise AccessError: for who does not see the figures of all teams
        :raise UserError: while a run is under way
        """
        if self._get_allowed_team_ids() is not None:
            raise AccessError(
                self.env._("Only who sees the figures of all teams may do this.")
            )
        # sudo: support.metric.rollup.run: counted for everybody, whoever asks for it
        if not self.env["support.metric.rollup.run"].sudo()._refresh():
            raise UserError(
                self.env._("The figures are being counted. Try again in a moment.")
            )
        return True

    @api.model
    def _prepare_period(self, question, periods):
        """Say as of when a long span is counted, and from when on there are figures."""
        run = self._find_rollup(question, periods)
        # sudo: support.metric.rollup.run: the first day alone
        current = run or self.env["support.metric.rollup.run"].sudo()._get_current()
        return {
            **super()._prepare_period(question, periods),
            "can_update": bool(run) and self._get_allowed_team_ids() is None,
            "as_of": bool(run) and self._format_moment(run.started_at),
            "first_day": bool(current) and Date.to_string(current.first_day),
        }


def _move(periods, zone):
    """The bounds that the same days have in another time zone."""
    return get_bounds([Period(one.first, one.last, zone) for one in periods])


def _complete(row, kind):
    """Add what durations have beside numbers and sums."""
    if kind != DURATION:
        return row
    for prefix in ("", "business_"):
        n, counts = row[f"{prefix}n"], read_counts(row[f"{prefix}counts"])
        row[f"{prefix}mean"] = row[f"{prefix}total"] / n if n else None
        row[f"{prefix}median"] = get_percentile(counts, 0.5)
        row[f"{prefix}p90"] = get_percentile(counts, 0.9)
    return {**row, "is_estimated": True}
