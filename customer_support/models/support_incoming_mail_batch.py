"""Mails that came together share a transaction, and what it has read."""

import logging
import time

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

BATCH_MAILS = 20
BATCH_BYTES = 2 * 1024 * 1024
# So long may others have to wait for what a transaction holds.
BATCH_SECONDS = 2


class SupportIncomingMail(models.Model):
    """The job of the spool: many mails, few transactions, each mail's fate its own.

    A transaction covers several mails, each with its ticket and its row. Nothing of it
    is kept when one of them fails: then each is processed by itself, and who failed
    fails alone. The attempts are committed first, so that a killed worker leaves mails
    that were tried before, and those are never put together again.
    """

    _inherit = "support.incoming.mail"

    @api.model
    def _cron_process(self, batch_size=200):
        """Process the mails that are due, in the order in which they came."""
        domain = self._get_due_domain()
        names = ["attempts", "size"]
        mails = self.search_fetch(domain, names, order="id", limit=batch_size)
        batches = mails._split_batches()
        progress = self.env["ir.cron"]
        time_left = progress._commit_progress(remaining=self.search_count(domain))
        for batch in batches:
            if not time_left:
                break
            batch._process_batch()
            time_left = progress._commit_progress(len(batch))
        self._acknowledge_due()

    @api.model
    def _get_due_domain(self):
        now = fields.Datetime.now()
        return [("state", "=", "spooled"), ("next_attempt_at", "<=", now)]

    def _split_batches(self):
        """Cut these mails into what is processed together.

        One that was tried before stands alone, since it may be what ended its worker;
        a big one too, since all mails of a batch are in memory at once.

        :return: list of ``support.incoming.mail``
        """
        batches, mails_left, bytes_left = [], 0, 0
        for mail in self:
            is_light = not mail.attempts and mail.size <= BATCH_BYTES
            if is_light and mails_left > 0 and mail.size <= bytes_left:
                batches[-1].append(mail.id)
            else:
                batches.append([mail.id])
                mails_left = BATCH_MAILS if is_light else 0
                bytes_left = BATCH_BYTES
            mails_left -= 1
            bytes_left -= mail.size
        return [self.browse(ids) for ids in batches]

    def _process_batch(self):
        """Make one attempt at each of these mails; all of them keep their rows."""
        taken = self._count_attempts_together() if len(self) > 1 else self.browse()
        left = taken
        while left:
            try:
                left = left._process_together()
            except Exception as error:
                # Whose fault it was is found out one by one. Rolled back as a whole:
                # what a failed mail has left to be done after the commit goes as well.
                self.env.cr.rollback()
                name = type(error).__name__
                _logger.info("%s mails are processed one by one: %s", len(left), name)
                break
        for mail in left:
            mail._make_attempt()
        # Such as the answer to a mail that has just been processed.
        for mail in self - taken:
            mail._process_once()

    def _count_attempts_together(self):
        """Commit the first attempt at these mails before it is made.

        :return: those that may be processed together now
        """
        self.invalidate_recordset()
        now = fields.Datetime.now()
        mails = self.try_lock_for_update().filtered(
            lambda mail: (
                mail.state == "spooled"
                and not mail.attempts
                and mail.next_attempt_at <= now
            )
        )
        mails -= mails._filter_waiting_for_answered()
        if mails:
            mails.write(self._prepare_attempt_values(0))
        self.env["ir.cron"]._commit_progress()
        return mails

    def _process_together(self):
        """Process these mails in one transaction, as many as there is time for.

        :return: those that are still to be processed
        :raises: whatever went wrong with one of them; nothing is committed then
        """
        self.invalidate_recordset()
        # Who holds a lock is at work on the mail; who held it has changed its state.
        mails = self.try_lock_for_update().filtered(lambda m: m.state == "spooled")
        mails._look_up_together()
        end = time.monotonic() + BATCH_SECONDS
        done = self.browse()
        for mail in self:
            if mail in mails:
                mail._process()
                # What follows from it, such as trackings, is done before the next mail.
                self.env.cr.flush()
            done += mail
            if time.monotonic() >= end:
                break
        self.env["ir.cron"]._commit_progress()
        return self - done
