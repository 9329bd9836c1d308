"""The one place where facts become figures."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import metric as metric_tools
from ..tools.metric import RATIO, SPREAD, make_figure
from ..tools.metric_period import get_bounds
from ..tools.metric_sql import of_a_period

# By what a figure can be cut: the columns of facts.
GROUPS = {
    "team": ("team_id", "support.team"),
    "agent": ("agent_id", "res.users"),
    "channel": ("channel_id", "support.channel"),
    "reason": ("reason_id", "support.reason"),
}
# What a ticket is about: the columns of the analysis of tickets
# (``support.ticket.report``), for all figures that are counted from tickets.
TICKET_PARTS = {
    "product": ("product_id", "product.product"),
    "category": ("categ_id", "product.category"),
    "carrier": ("carrier_id", "delivery.carrier"),
    "promotion": ("program_id", "loyalty.program"),
    "country": ("country_id", "res.country"),
    "website": ("website_id", "website"),
}
# Further parts, of those figures whose facts have such a column.
PARTS = TICKET_PARTS | {
    "lot": ("lot_id", "stock.lot"),
    "supplier": ("supplier_id", "res.partner"),
    "department": ("department_id", "support.department"),
}
ALL_GROUPS = GROUPS | PARTS
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

        :param str group_by: a key of ``GROUPS``, or one of ``PARTS`` that it has
        :raise UserError: if it has no such parts
        :return: dict of id (False for none) and ``tools.metric.Figure``
        """
        found = self._aggregate(metric, filters, [period], group_by)
        return {group: found(0, group) for _number, group in found.cells}

    @api.model
    def _aggregate(self, metric, filters, periods, group_by=None):
        bounds = get_bounds(periods)
        column, counted = SQL("0"), SQL()
        count = SQL("count(fact.value)")
        if group_by:
            column = self._get_group_column(metric, group_by)
        if metric.counted:
            counted = SQL(", %s AS counted", SQL.identifier("fact", metric.counted))
            count = SQL("count(DISTINCT fact.counted)")
        # Looked up once for each fact, however often the figure asks for its value:
        # named twice in here, PostgreSQL would look it up twice.
        query = SQL(
            """
            WITH fact AS MATERIALIZED (
                SELECT fact.at, fact.value, fact.business, %(column)s AS group_id
                       %(counted)s
                  FROM (%(facts)s) fact
                 WHERE %(scope)s)
            SELECT width_bucket(fact.at, %(bounds)s::timestamp[]) - 1 AS bucket,
                   fact.group_id,
                   %(count)s AS n,
                   count(*) - count(fact.value) AS pending,
                   sum(fact.value) AS total %(times)s
              FROM fact
             GROUP BY 1, 2
            """,
            bounds=bounds,
            column=column,
            counted=counted,
            count=count,
            times=_TIMES if metric.kind in SPREAD else SQL(),
            facts=self._get_facts(metric, bounds),
            scope=self._get_scope(filters, bounds, metric),
        )
        rows = self._read_facts(query)
        cells = {
            (row["bucket"], group_by and (row["group_id"] or False)): row
            for row in rows
        }
        get_base = self._get_base(metric, filters, bounds, group_by)
        return Cells(metric, cells, get_base)

    @api.model
    def _get_base(self, metric, filters, bounds, group_by):
        """What a ratio is for a hundred of, as a function of period and group."""
        if metric.kind != RATIO:
            return lambda _number, _group: None
        if group_by in metric.groups:
            counts = getattr(self, metric.group_base)(group_by, bounds)
            return lambda number, group: counts.get((number, group), 0)
        counts = getattr(self, metric.base)(filters, bounds)
        return lambda number, _group: counts[number]

    @api.model
    def _get_facts(self, metric, bounds):
        return getattr(self, metric.source)(metric.argument, bounds)

    @api.model
    def _read_facts(self, query):
        """Run a query on facts; what is cached is written first."""
        self.env.flush_all()
        self.env.cr.execute(of_a_period(query))
        return self.env.cr.dictfetchall()

    @api.model
    def _get_scope(self, filters, bounds, metric):
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
        conditions += self._get_part_scope(filters, metric)
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
            self._get_scope(filters, bounds, metric),
        )


class Cells:
    """The figure of a period and group; an empty one where nothing happened."""

    def __init__(self, metric, cells, get_base):
        self.metric, self.cells, self.get_base = metric, cells, get_base

    def __call__(self, number, group):
        row = self.cells.get((number, group), _EMPTY)
        return make_figure(self.metric, row, self.get_base(number, group))
