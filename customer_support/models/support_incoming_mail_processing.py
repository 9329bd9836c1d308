import logging
import traceback
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .support_attempt_mixin import CONFLICT_RETRIES

_logger = logging.getLogger(__name__)

# Seconds until the next attempt, by the number of attempts made.
BACKOFF = (30, 120, 600)
WAIT_FOR_ANSWERED = timedelta(seconds=30)


class SupportIncomingMail(models.Model):
    """The worker of the spool, for one mail: three attempts, whatever happens."""

    _name = "support.incoming.mail"
    _inherit = ["support.incoming.mail", "support.attempt.mixin"]

    _attempt_pauses = BACKOFF
    _max_attempts = len(BACKOFF)

    def _process_once(self):
        """Make one attempt; whatever happens to it, the mail keeps its row."""
        if self._count_attempt():
            self._make_attempt()

    def _make_attempt(self):
        """Process a mail whose attempt is counted, in a transaction of its own."""
        for _ in range(CONFLICT_RETRIES):
            try:
                self._process_locked()
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Somebody else wrote the same ticket: not the mail's fault.
                self.env.cr.rollback()
            except Exception as error:
                self._fail(error)
                return
        self._postpone()

    def _may_try_now(self):
        now = fields.Datetime.now()
        if self.state != "spooled" or self.next_attempt_at > now:
            return False
        # Its attempts are over: it waits for no other mail.
        if self._has_attempts_left() and self._waits_for_answered():
            self.next_attempt_at = now + WAIT_FOR_ANSWERED
            return False
        return True

    def _give_up(self):
        self._quarantine("worker_killed")

    def _process_locked(self):
        self.invalidate_recordset()
        # Whoever holds the lock is processing it; who held it has changed the state.
        if not self.try_lock_for_update() or self.state != "spooled":
            return
        with self.env.cr.savepoint():
            self._process()
        # Trackings and mails are written by the commit: its failure is ours too.
        self.env["ir.cron"]._commit_progress()

    def _waits_for_answered(self):
        """Whether the mail answers an earlier one that still waits in the spool.

        Processed first, it would become a ticket of its own.
        """
        return bool(self._filter_waiting_for_answered())

    def _filter_waiting_for_answered(self):
        """Return those of these mails that answer an earlier one in the spool."""
        references = {mail: set((mail.references or "").split()) for mail in self}
        answered = set().union(*references.values())
        if not answered:
            return self.browse()
        domain = [("state", "=", "spooled"), ("message_id", "in", list(answered))]
        spooled = self.search_fetch(domain, ["message_id"])
        return self.filtered(
            lambda mail: any(
                other.id < mail.id and other.message_id in references[mail]
                for other in spooled
            )
        )

    def _fail(self, error):
        """Keep the reason, and give up after the last attempt."""
        self.env.cr.rollback()
        self.invalidate_recordset()
        # The trace may hold the sender's words: it goes to the row, not to the log.
        trace = "".join(traceback.format_exception(error))[-8000:].replace("\x00", "")
        _logger.warning(
            "Incoming mail %s, attempt %s failed: %s",
            self.id,
            self.attempts,
            type(error).__name__,
        )
        values = {"error": trace}
        if self._has_attempts_left():
            self._trigger_processing(self.next_attempt_at)
        else:
            values |= self._prepare_quarantine_values("processing_failed")
        self._write_at_once(values)

    def _postpone(self):
        """Give back the attempt: the database was busy, not the mail broken."""
        pause = timedelta(seconds=BACKOFF[0])
        self._write_at_once(
            {
                "attempts": self.attempts - 1,
                "next_attempt_at": fields.Datetime.now() + pause,
            }
        )

    def _write_at_once(self, values):
        """Write and commit, again when another delivery of the mail is just counted.

        An error here would be taken for one of the whole job, and the reason why the
        mail failed would be forgotten.
        """
        for _ in range(CONFLICT_RETRIES):
            try:
                self.write(values)
                self.env["ir.cron"]._commit_progress()
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        _logger.warning("Incoming mail %s is locked for long.", self.id)

    @api.model
    def _acknowledge_due(self, batch_size=200):
        """Acknowledge the new tickets; together, since each text costs less then.

        What is due is kept with the ticket, so that a killed worker forgets nobody.
        """
        due = self.search([("needs_acknowledgement", "=", True)], limit=batch_size)
        due = due.try_lock_for_update()
        if not due:
            return
        try:
            due.needs_acknowledgement = False
            with self.env.cr.savepoint():
                due.ticket_id._send_acknowledgement()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Another job counts the same address: they stay due for the next run.
            self.env.cr.rollback()
        except Exception as error:
            # A text that a manager wrote; the next mails must not wait for its repair.
            _logger.warning("Acknowledgement failed: %s", type(error).__name__)
            text = self.env._("The acknowledgement failed: check its template.")
            due.ticket_id._log_mail_note([text])
        self.env["ir.cron"]._commit_progress()

    def _quarantine(self, reason):
        self.write(self._prepare_quarantine_values(reason))

    @api.model
    def _prepare_quarantine_values(self, reason):
        return {"state": "quarantined", "reason": reason, "next_attempt_at": False}
