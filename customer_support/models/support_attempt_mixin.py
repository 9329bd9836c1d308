import random
from datetime import timedelta

from odoo import api, fields, models

# How often what met another writer is done again at once, before it has to wait.
CONFLICT_RETRIES = 5


class SupportAttemptMixin(models.AbstractModel):
    """Rows that a worker tries a few times, each time later, before it gives them up.

    The model that inherits it has the columns ``state``, ``attempts`` and
    ``next_attempt_at``, and says which rows are due and what becomes of one that
    nobody could work on.
    """

    _name = "support.attempt.mixin"
    _description = "Attempts of a Worker"

    # Seconds until the next attempt, by the number of attempts made; the row is given
    # up after ``_max_attempts`` of them.
    _attempt_pauses = ()
    _max_attempts = 0

    def _may_try_now(self):
        """Whether this row, which is locked and freshly read, may be worked on now."""
        raise NotImplementedError

    def _give_up(self):
        """What becomes of a row whose last attempt ended the worker itself."""
        raise NotImplementedError

    def _count_attempt(self):
        """Commit the attempt before it is made: one that kills the worker counts too.

        :return: whether the row may be worked on now
        """
        self.invalidate_recordset()
        if not self.try_lock_for_update() or not self._may_try_now():
            return False
        if not self._has_attempts_left():
            self._give_up()
            return False
        self.write(self._prepare_attempt_values(self.attempts))
        self.env["ir.cron"]._commit_progress()
        return True

    @api.model
    def _prepare_attempt_values(self, attempts):
        """What is written before an attempt, by the number of those before it."""
        pause = self._attempt_pauses[attempts] * random.uniform(1, 1.3)
        return {
            "attempts": attempts + 1,
            "next_attempt_at": fields.Datetime.now() + timedelta(seconds=pause),
        }

    def _has_attempts_left(self):
        """Whether another attempt may follow those that were made."""
        return self.attempts < self._max_attempts
