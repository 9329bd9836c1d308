"""The one place where facts become figures."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import metric as metric_tools
from ..tools.metric import RATIO, TIMED, make_figure
from ..tools.metric_period import get_bounds

# By what a figure can be cut: the columns of facts.
GROUPS = {
    "team": ("team_id", "support.team"),
    "agent": ("agent_id", "res.users"),
    "channel": ("channel_id", "support.channel"),
    "reason": ("reason_id", "support.reason"),
}
_TIMES = SQL(
    """,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY fact.value) AS median,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY fact.value) AS p90,
    avg(fact.value) AS mean,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY fact.business) AS business_median,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY fact.business) AS business_p90,
    avg(fact.business) AS business_mean"""
)
_EMPTY = {
    **{"n": 0, "pending": 0, "total": 0},
    **dict.fromkeys(metric_tools.DURATION_STATISTICS),
}


class SupportMetric(models.AbstractModel):
    """Computes the figures of support from the facts that were stored at event time.

    A figure is defined once, in ``_get_metrics``; dashboard, goals and digests ask
    here. Each question is one query, whatever the number of tickets or periods.
    """

    _name = "support.metric"
    _description = "Support Figures"

    @api.model
    def _get_metrics(self):
        """All figures; other files and addons add theirs to the end of the list.

        The ``source`` of a metric names a method of this model that takes
        ``(argument, bounds)`` and returns the ``SQL`` of a SELECT with one row a fact:
        ``ticket_id, at, company_id, team_id, agent_id, channel_id, reason_id`` (each
        may be NULL), ``value`` (seconds, 1 or 0, or a grade; NULL while nobody knows)
        and ``business`` (working seconds, else NULL). ``at`` puts it into a period;
        team, agent and channel are those of the event.

        :return: list of ``tools.metric.Metric``
        """
        return []

    @api.model
    def _get_metric(self, key):
        """The definition with this key.

        :raise UserError: if there is none
        """
        for metric in self._get_metrics():
            if metric.key == key:
                return metric
        raise UserError(self.env._("There is no figure called %s.", key))

    # --- figures ------------------------------------------------------------------

    @api.model
    def _get_figures(self, metric, filters, periods):
        """The figure in each of some periods that follow each other.

        :param metric: ``tools.metric.Metric``
        :param filters: ``Filters``, see ``_read_filters``
        :param periods: list of ``tools.metric_period.Period``
        :return: list of ``tools.metric.Figure``, one a period
        """
        found = self._aggregate(metric, filters, periods)
        return [found(number, None) for number in range(len(periods))]

    @api.model
    def _get_all_figures(self, metrics, filters, periods):
        """Some figures in each of some periods, see ``_get_figures``.

        :return: dict of the key of a figure and its list
        """
        return {
            metric.key: self._get_figures(metric, filters, periods)
            for metric in metrics
        }

    @api.model
    def _get_groups(self, metric, filters, period, group_by):
        """The figure of each team, agent, channel or reason.

        :param str group_by: a key of ``GROUPS``
        :return: dict of id (False for none) and ``tools.metric.Figure``
        """
        found = self._aggregate(metric, filters, [period], group_by)
        return {group: found(0, group) for _number, group in found.cells}

    @api.model
    def _aggregate(self, metric, filters, periods, group_by=None):
        bounds = get_bounds(periods)
        column = SQL.identifier("fact", GROUPS[group_by][0]) if group_by else SQL("0")
        query = SQL(
            """
            SELECT width_bucket(fact.at, %(bounds)s::timestamp[]) - 1 AS bucket,
                   %(column)s AS group_id,
                   count(fact.value) AS n,
                   count(*) - count(fact.value) AS pending,
                   sum(fact.value) AS total %(times)s
              FROM (%(facts)s) fact
             WHERE %(scope)s
             GROUP BY 1, 2
            """,
            bounds=bounds,
            column=column,
            times=_TIMES if metric.kind in TIMED else SQL(),
            facts=self._get_facts(metric, bounds),
            scope=self._get_scope(filters, bounds),
        )
        rows = self._read_facts(query)
        cells = {
            (row["bucket"], group_by and (row["group_id"] or False)): row
            for row in rows
        }
        bases = [None] * len(periods)
        if metric.kind == RATIO:
            bases = getattr(self, metric.base)(filters, bounds)
        return Cells(metric, cells, bases)

    @api.model
    def _get_facts(self, metric, bounds):
        return getattr(self, metric.source)(metric.argument, bounds)

    @api.model
    def _read_facts(self, query):
        """Run a query on facts; what is cached is written first."""
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    @api.model
    def _get_scope(self, filters, bounds):
        """The SQL condition on ``fact`` of a period, of filters and of access."""
        conditions = [
            SQL("fact.at >= %s AND fact.at < %s", bounds[0], bounds[-1]),
            SQL("fact.company_id IN %s", tuple(self.env.companies.ids)),
        ]
        chosen = {
            "team_id": self._get_team_scope(filters),
            "agent_id": filters.agent_ids or None,
            "channel_id": filters.channel_ids or None,
            "reason_id": filters.reason_ids or None,
        }
        conditions += [
            SQL("%s IN %s", SQL.identifier("fact", name), ids or (0,))
            for name, ids in chosen.items()
            if ids is not None
        ]
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_team_scope(self, filters):
        """The teams that count: those asked for that the user may see.

        :return: tuple of ids, None for all; an empty one for none
        """
        allowed = self._get_allowed_team_ids()
        if allowed is None:
            return filters.team_ids or None
        return tuple(set(filters.team_ids or allowed) & set(allowed))

    # --- tickets behind -------------------------------------------------------------

    @api.model
    def _get_trace(self, metric, filters, periods):
        """The ids of the tickets that a figure was counted from, as ``SQL``.

        Facts that are too recent to tell are not in the figure, nor here.
        """
        bounds = get_bounds(periods)
        return SQL(
            "SELECT fact.ticket_id FROM (%s) fact"
            " WHERE fact.value IS NOT NULL AND fact.ticket_id IS NOT NULL AND %s",
            self._get_facts(metric, bounds),
            self._get_scope(filters, bounds),
        )


class Cells:
    """The figure of a period and group; an empty one where nothing happened."""

    def __init__(self, metric, cells, bases):
        self.metric, self.cells, self.bases = metric, cells, bases

    def __call__(self, number, group):
        row = self.cells.get((number, group), _EMPTY)
        return make_figure(self.metric, row, self.bases[number])
