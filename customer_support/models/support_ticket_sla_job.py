"""The job that notices deadlines: it reads only the tickets for which one is due."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools import sla_target

_logger = logging.getLogger(__name__)

CHUNK = 50
# A ticket that fails stands aside, so that the others behind it get their turn.
PAUSE_AFTER_FAILURE = timedelta(hours=1)


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model
    def _cron_sla(self, batch_size=1000):
        """Do what is due at the deadlines of tickets; a few share a commit."""
        now = fields.Datetime.now()
        domain = [("sla_check_at", "<", now)]
        progress = self.env["ir.cron"]
        tickets = self.search(domain, order="sla_check_at, id", limit=batch_size)
        total = self.search_count(domain) if len(tickets) == batch_size else 0
        time_left = progress._commit_progress(remaining=total or len(tickets))
        for start in range(0, len(tickets), CHUNK):
            if not time_left:
                break
            time_left = tickets[start : start + CHUNK]._run_sla_chunk(now)

    def _run_sla_chunk(self, now):
        """Handle those of these tickets that nobody else holds, and commit.

        :return: seconds left for the job
        """
        progress = self.env["ir.cron"]
        try:
            self._run_sla_locked(now)
            return progress._commit_progress(len(self))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # An agent or another job was faster; the tickets stay due.
            self.env.cr.rollback()
            return progress._commit_progress()

    def _run_sla_locked(self, now):
        tickets = self.try_lock_for_update(allow_referencing=True)
        tickets.invalidate_recordset()
        for ticket in tickets:
            if ticket.sla_check_at and ticket.sla_check_at < now:
                ticket._run_sla_safely(now)

    def _run_sla_safely(self, now):
        try:
            with self.env.cr.savepoint():
                self._run_sla(now)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.warning(
                "The deadlines of ticket %s failed: %s", self.id, type(error).__name__
            )
            self.sla_check_at = now + PAUSE_AFTER_FAILURE

    def _run_sla(self, now):
        """Do what is due at the deadlines of one ticket, and plan the next look."""
        self.ensure_one()
        self._refresh_deadlines()
        self._record_missed_targets(now)
        self.sla_check_at = self._find_next_sla_check(now)

    def _record_missed_targets(self, now):
        """Record the targets that run and whose deadlines have passed."""
        state, targets = self._get_clock_state(), self._get_target_seconds()
        rows = [
            self._prepare_missed_values(
                kind, sla_target.get_key(kind, state), targets, deadline
            )
            for kind, deadline in self._get_running_deadlines(state, targets).items()
            if deadline < now
        ]
        return self._create_sla_results(rows)

    def _get_running_deadlines(self, state, targets):
        """The deadlines of this ticket that run now, by kind."""
        if self.exclusion:
            return {}
        deadlines = {
            kind: self[sla_target.DEADLINES[kind]]
            for kind in sla_target.get_running(state)
            if targets[kind]
        }
        return {kind: deadline for kind, deadline in deadlines.items() if deadline}

    def _find_next_sla_check(self, now):
        """When this ticket is due for the job again; False when it is not."""
        deadlines = self._get_running_deadlines(
            self._get_clock_state(), self._get_target_seconds()
        )
        moments = [moment for moment in deadlines.values() if moment >= now]
        return min(moments, default=False)
