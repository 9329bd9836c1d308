from contextlib import nullcontext

from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _wake_job(self, xml_id, at=None):
        """Have one of our jobs run, now or at the given time, whoever asks for it.

        :param str xml_id: of the job, which takes no arguments and gives nothing back
        :param datetime at: not before then; without it see ``_wake``
        """
        find = self.env["ir.model.data"]._xmlid_to_res_id
        # sudo: ir.cron: named by our own code, never from outside
        job = self.sudo().browse(find(xml_id, raise_if_not_found=True))
        if at:
            job._trigger(at)
        else:
            job._wake()

    def _wake(self):
        """Have this job run soon, also when thousands ask for it in a minute.

        Odoo's ``_trigger`` writes a row and opens a connection of its own each time;
        here whoever comes while a wake-up waits already leaves it at that.

        A wake-up is never lost. The one that waits is held until we have committed, so
        that the job, which takes it away before it looks, sees what we wrote; and one
        that a run has taken away just now counts no more.
        """
        self.ensure_one()
        if not self._is_woken():
            self.env.cr.execute(
                SQL(
                    """INSERT INTO ir_cron_trigger
                                   (cron_id, call_at, create_uid, create_date,
                                    write_uid, write_date)
                            SELECT id, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                              FROM ir_cron
                             WHERE id = %(cron)s AND active""",
                    cron=self.id,
                    now=fields.Datetime.now(),
                    uid=self.env.uid,
                )
            )
            if self.env.cr.rowcount:
                self.env.cr.postcommit.add(self._notifydb)

    def _is_woken(self):
        """Whether a wake-up waits that no run has taken; it stays until we commit."""
        query = SQL(
            """SELECT 1
                 FROM ir_cron_trigger
                WHERE cron_id = %s AND call_at <= %s
                LIMIT 1
                  FOR KEY SHARE SKIP LOCKED""",
            self.id,
            fields.Datetime.now(),
        )
        cr = self.env.cr
        # Where others' commits are seen, nothing can have gone since the beginning.
        is_safe = cr.connection.isolation_level == ISOLATION_LEVEL_READ_COMMITTED
        try:
            with nullcontext() if is_safe else cr.savepoint(flush=False):
                cr.execute(query, log_exceptions=False)
                return bool(cr.rowcount)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # The run that took it has ended since this transaction began.
            return False
