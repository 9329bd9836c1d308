"""The roll-up of figures by day, team and channel, for spans of years."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.metric import DURATION
from ..tools.metric_buckets import count_sql
from ..tools.metric_period import Period, get_bounds
from ..tools.metric_sql import of_a_period

# So many days in a row are counted by one query a figure.
CHUNK_DAYS = 31
# Coarser rows are sums of finer ones: (grain, of which).
COARSER = (("month", "day"), ("year", "month"))
_COUNTS = (
    *("n", "pending", "total", "business_n", "business_total"),
    *("counts", "business_counts"),
)
_COLUMNS = SQL(
    "grain, day, company_id, team_id, channel_id, metric_key, %s",
    SQL(", ").join(map(SQL.identifier, _COUNTS)),
)


class SupportMetricRollup(models.Model):
    """What happened on a day, in a month or year: numbers that add up.

    A row is of one figure, company, team and channel. Beside numbers and sums it has
    the counts of durations by bucket (``tools/metric_buckets``, which says how close
    percentiles are): two columns that are numbers too long for a field, so that the
    database adds them up.

    Facts stay the truth: ``support.metric.rollup.run`` finds the days on which
    something has changed since its last run and counts them anew.
    """

    _name = "support.metric.rollup"
    _description = "Support Figures by Day"
    _log_access = False
    _order = "day desc, id desc"
    _rec_name = "metric_key"

    grain = fields.Selection(
        [("day", "Day"), ("month", "Month"), ("year", "Year")],
        "Span",
        required=True,
        readonly=True,
    )
    day = fields.Date(
        "First day",
        required=True,
        readonly=True,
        help="In the time zone of the company's working hours.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    team_id = fields.Many2one("support.team", readonly=True, ondelete="set null")
    channel_id = fields.Many2one("support.channel", readonly=True, ondelete="set null")
    metric_key = fields.Char("Figure", required=True, readonly=True)
    n = fields.Integer("Counted", readonly=True)
    pending = fields.Integer("Too recent to tell", readonly=True)
    total = fields.Float("Sum", readonly=True)
    business_n = fields.Integer("Counted in working hours", readonly=True)
    business_total = fields.Float("Sum in working hours", readonly=True)

    # A day is found by this, and cannot be counted twice.
    _cell_unique = models.UniqueIndex(
        "(grain, day, metric_key, company_id, COALESCE(team_id, 0),"
        " COALESCE(channel_id, 0))",
        "This day has been counted already.",
    )

    def init(self):
        """Make the columns that hold counts by bucket, one number each."""
        for name in ("counts", "business_counts"):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s numeric",
                    SQL.identifier(self._table),
                    SQL.identifier(name),
                )
            )

    @api.model
    def _get_zones(self):
        """The time zone of each company's days.

        :return: dict of company id, as JSON has it, and name of the zone
        """
        # sudo: res.company, resource.calendar: their time zones alone
        companies = self.env["res.company"].sudo().search([("id", "!=", 0)])
        return {
            str(company.id): company.resource_calendar_id.tz or "UTC"
            for company in companies
        }

    @api.model
    def _count_days(self, days, zones):
        """Count some days anew, and the months and years that they belong to.

        :param list days: dates
        :param dict zones: see ``_get_zones``
        """
        self._delete("day", days)
        for zone in sorted(set(zones.values())):
            companies = [int(one) for one in zones if zones[one] == zone]
            for first, last in _get_runs(days):
                period = Period(first, last, zone)
                for metric in self.env["support.metric"]._get_rollup_metrics():
                    self._count_period(metric, period, companies)
        for grain, of_which in COARSER:
            days = sorted({_get_start(grain, day) for day in days})
            self._delete(grain, days)
            self._sum_up(grain, of_which, days)

    @api.model
    def _delete(self, grain, days):
        self.env.cr.execute(
            SQL(
                "DELETE FROM support_metric_rollup WHERE grain = %s AND day = ANY(%s)",
                grain,
                list(days),
            )
        )

    @api.model
    def _count_period(self, metric, period, companies):
        """Write the rows of one figure for the days of a period."""
        metrics = self.env["support.metric"]
        bounds = get_bounds(period.split_days())
        query = SQL(
            """
            INSERT INTO support_metric_rollup (%(columns)s)
            WITH fact AS MATERIALIZED (
                SELECT fact.at, fact.company_id, fact.team_id, fact.channel_id,
                       fact.value, fact.business
                  FROM (%(facts)s) fact
                 WHERE fact.at >= %(start)s AND fact.at < %(end)s
                   AND fact.company_id = ANY(%(companies)s))
            SELECT 'day', %(first)s::date + (
                       width_bucket(fact.at, %(bounds)s::timestamp[]) - 1),
                   fact.company_id, fact.team_id, fact.channel_id, %(key)s,
                   count(fact.value), count(*) - count(fact.value),
                   coalesce(sum(fact.value), 0),
                   count(fact.business), coalesce(sum(fact.business), 0),
                   %(counts)s, %(business_counts)s
              FROM fact
             GROUP BY 2, 3, 4, 5
            """,
            columns=_COLUMNS,
            first=period.first,
            bounds=bounds,
            key=metric.key,
            facts=metrics._get_facts(metric, bounds),
            start=bounds[0],
            end=bounds[-1],
            companies=companies,
            **self._get_bucket_columns(metric),
        )
        self.env.cr.execute(of_a_period(query))

    @api.model
    def _get_bucket_columns(self, metric):
        timed = metric.kind == DURATION
        return {
            name: count_sql(SQL.identifier("fact", column)) if timed else SQL("NULL")
            for name, column in (("counts", "value"), ("business_counts", "business"))
        }

    @api.model
    def _sum_up(self, grain, of_which, days):
        """Write the rows of some months or years as sums of finer rows."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO support_metric_rollup (%(columns)s)
                SELECT %(grain)s, span.day, part.company_id, part.team_id,
                       part.channel_id, part.metric_key, %(sums)s
                  FROM unnest(%(days)s::date[]) AS span(day)
                  JOIN support_metric_rollup part
                    ON part.grain = %(of_which)s AND part.day >= span.day
                   AND part.day < span.day + %(length)s::interval
                 GROUP BY 2, 3, 4, 5, 6
                """,
                columns=_COLUMNS,
                grain=grain,
                of_which=of_which,
                sums=SQL(", ").join(
                    SQL("sum(%s)", SQL.identifier("part", name)) for name in _COUNTS
                ),
                days=days,
                length=f"1 {grain}",
            )
        )


def _get_start(grain, day):
    """The first day of the month or year of a day."""
    return fields.Date.start_of(day, grain)


def _get_runs(days):
    """Days that follow each other, as (first, last), none too long for one query."""
    runs = []
    for day in sorted(days):
        last = runs and runs[-1][-1]
        is_next = last and (day - last).days == 1
        if is_next and len(runs[-1]) < CHUNK_DAYS:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [(run[0], run[-1]) for run in runs]
