import logging
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

CHUNK = 50
# A record that fails stands aside, so that the others behind it get their turn.
PAUSE_AFTER_FAILURE = timedelta(hours=1)


@contextmanager
def conflicts_left_to_the_next_run(env):
    """Leave what a person or another worker is changing to the next run of a job.

    Without it the job would end at the first record that somebody else has changed
    meanwhile, and the records behind it would wait.
    """
    try:
        yield
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        env.cr.rollback()


class SupportDueJobMixin(models.AbstractModel):
    """Records for which something is due at a moment, and the job that does it.

    The moment stands in a column with a partial index, so that a run reads what is
    due and nothing else, however many records there are. The model that inherits it
    names the column and says what happens (``_run_due``).
    """

    _name = "support.due.job.mixin"
    _description = "Job for What Is Due"

    _due_job_column = "check_at"

    def _run_due(self, now):
        """Do what is due for one record, and set its column to the next moment.

        :param datetime now: the moment of the run
        """
        raise NotImplementedError

    @api.model
    def _cron_run_due(self, batch_size=1000):
        """Do what is due; a few records share a commit."""
        now, column = fields.Datetime.now(), self._due_job_column
        domain = [(column, "<", now)]
        progress = self.env["ir.cron"]
        records = self.search(domain, order=f"{column}, id", limit=batch_size)
        total = len(records)
        if total == batch_size:
            total = self.search_count(domain)
        time_left = progress._commit_progress(remaining=total)
        for start in range(0, len(records), CHUNK):
            if not time_left:
                break
            time_left = records[start : start + CHUNK]._run_due_chunk(now)

    def _run_due_chunk(self, now):
        """Handle those of these records that nobody else holds, and commit.

        :return: seconds left for the job
        """
        progress = self.env["ir.cron"]
        with conflicts_left_to_the_next_run(self.env):
            self._run_due_locked(now)
            return progress._commit_progress(len(self))
        return progress._commit_progress()

    def _run_due_locked(self, now):
        records = self.try_lock_for_update(allow_referencing=True)
        records.invalidate_recordset()
        for record in records:
            moment = record[self._due_job_column]
            if moment and moment < now:
                record._run_due_safely(now)

    def _run_due_safely(self, now):
        try:
            with self.env.cr.savepoint():
                self._run_due(now)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            # What a person wrote may stand in the error: its kind has to do.
            _logger.warning("%s: due job failed: %s", self, type(error).__name__)
            self[self._due_job_column] = now + PAUSE_AFTER_FAILURE
