"""The runs that keep the roll-up: which days have changed, and counting them anew."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .support_metric_rollup import CHUNK_DAYS

# A transaction that was open during the last run may have written lines with lower
# numbers than those seen: each run looks back so far. No request of Odoo lives as long.
MARGIN = timedelta(hours=1)
# Two runs at once would count the same days: the second one leaves it to the first.
_LOCK = 781_204_511


class SupportMetricRollupRun(models.Model):
    """One time that the roll-up was brought up to date, and how far it looked.

    What has changed is read from the numbers of the append-only logs, which costs no
    query where tickets are written; what no log knows is marked in
    ``support_metric_rollup_stale`` (``support_metric_rollup_change``).
    """

    _name = "support.metric.rollup.run"
    _description = "Update of Support Figures"
    _log_access = False
    _order = "id desc"
    _rec_name = "started_at"

    started_at = fields.Datetime("Begun on", required=True, readonly=True)
    is_done = fields.Boolean("Done", readonly=True)
    event_id = fields.Integer("Last line of the history", readonly=True)
    result_id = fields.Integer("Last result of a target", readonly=True)
    zones = fields.Json("Time zones of the companies", readonly=True)
    first_day = fields.Date("First day counted", readonly=True)
    last_day = fields.Date("Last day counted", readonly=True)

    def init(self):
        """Make the table of days to be counted anew: written and emptied, no more."""
        self.env.cr.execute(
            """CREATE TABLE IF NOT EXISTS support_metric_rollup_stale (
                   day date NOT NULL)"""
        )

    # --- the job ------------------------------------------------------------------

    @api.model
    def _cron_refresh(self):
        """Bring the roll-up up to date; each chunk of days is committed by itself."""
        if not self._lock_roll_up():
            return
        progress = self.env["ir.cron"]
        # What a run has begun is ended before something new is looked for.
        run = self.search([("is_done", "=", False)], limit=1) or self._start()
        if not progress._commit_progress(remaining=len(self._get_stale_days())):
            return
        while self._lock_roll_up():
            days = self._get_stale_days()[:CHUNK_DAYS]
            if not days:
                run._finish()
                return
            run._count(days)
            if not progress._commit_progress(len(days)):
                return

    @api.model
    def _refresh(self):
        """Bring the roll-up up to date within this transaction.

        :return: whether it was done; another one is at it otherwise
        """
        if not self._lock_roll_up():
            return False
        run = self._start()
        days = self._get_stale_days()
        for start in range(0, len(days), CHUNK_DAYS):
            run._count(days[start : start + CHUNK_DAYS])
        run._finish()
        return True

    @api.model
    def _lock_roll_up(self):
        """Whether this transaction alone may count; until it ends."""
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return self.env.cr.fetchone()[0]

    @api.model
    def _get_current(self):
        """The run whose result is read; none while the first one is under way."""
        return self.search([("is_done", "=", True)], limit=1)

    @api.model
    def _start(self):
        """Note which days have changed since the runs before, and begin a run."""
        # Facts are read by SQL.
        self.env.flush_all()
        now = fields.Datetime.now()
        zones = self.env["support.metric.rollup"]._get_zones()
        before = self._get_current()
        if before and before.zones != zones:
            # Every day begins at another moment: nothing of it can be kept.
            self.search([("id", "!=", 0)]).unlink()
            self.env.cr.execute("DELETE FROM support_metric_rollup")
            before = self.browse()
        metrics = self.env["support.metric"]
        changed = (
            metrics._get_changed_moments(before._get_margin(now))
            if before
            else metrics._get_all_moments()
        )
        self._mark(changed, zones)
        if before:
            self._mark_pending()
        return self.create({**self._get_logs(), "started_at": now, "zones": zones})

    @api.model
    def _get_logs(self):
        """How far the logs have come."""
        self.env.cr.execute(
            """SELECT coalesce((SELECT max(id) FROM support_ticket_event), 0),
                      coalesce((SELECT max(id) FROM support_sla_result), 0)"""
        )
        return dict(zip(("event_id", "result_id"), self.env.cr.fetchone(), strict=True))

    def _get_margin(self, now):
        """The run from which on changes are looked for: an old one, else the first."""
        old = self.search([("started_at", "<=", now - MARGIN)], limit=1)
        return old or self.search([], order="id", limit=1)

    @api.model
    def _mark(self, moments, zones=None):
        """Note that the days of some moments have to be counted anew.

        :param moments: ``SQL`` of a SELECT with the column ``at``
        :param dict zones: see ``support.metric.rollup._get_zones``
        """
        zones = zones or self.env["support.metric.rollup"]._get_zones()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO support_metric_rollup_stale (day)
                SELECT DISTINCT (moment.at AT TIME ZONE 'UTC'
                                 AT TIME ZONE zone.name)::date
                  FROM (%s) moment
                 CROSS JOIN unnest(%s::text[]) AS zone(name)
                 WHERE moment.at IS NOT NULL
                """,
                moments,
                sorted(set(zones.values())) or ["UTC"],
            )
        )

    @api.model
    def _mark_pending(self):
        """Note the days with facts that were too recent to tell."""
        self.env.cr.execute(
            """INSERT INTO support_metric_rollup_stale (day)
               SELECT DISTINCT day FROM support_metric_rollup
                WHERE grain = 'day' AND pending > 0"""
        )

    @api.model
    def _get_stale_days(self):
        self.env.cr.execute(
            "SELECT DISTINCT day FROM support_metric_rollup_stale ORDER BY day"
        )
        return [day for (day,) in self.env.cr.fetchall()]

    def _count(self, days):
        self.env["support.metric.rollup"]._count_days(days, self.zones)
        self.env.cr.execute(
            "DELETE FROM support_metric_rollup_stale WHERE day = ANY(%s)", [days]
        )

    def _finish(self):
        """Let figures be read as of this run; forget runs of no more use."""
        self.env.cr.execute(
            "SELECT min(day), max(day) FROM support_metric_rollup WHERE grain = 'day'"
        )
        first_day, last_day = self.env.cr.fetchone()
        self.write({"is_done": True, "first_day": first_day, "last_day": last_day})
        # The next run may have to look back as far as this one.
        kept = self._get_margin(self.started_at)
        over = Domain("is_done", "=", False) | Domain("id", "<", kept.id)
        self.search(Domain("id", "<", self.id) & over).unlink()
