import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .support_due_job_mixin import conflicts_left_to_the_next_run

_logger = logging.getLogger(__name__)

# Minutes until the next try, by the number of tries made after the first.
RETRY_MINUTES = (2, 10, 30, 120, 360, 720)
# What sending again cannot mend.
FINAL_FAILURES = (
    "mail_email_invalid",
    "mail_email_missing",
    "mail_from_invalid",
    "mail_from_missing",
    "mail_spam",
)


class ValuesByRecord(dict):
    """Values of ``mail.mail`` by the id of the record that each mail is about.

    A class of its own: what comes from outside in a context is never one.
    """


class MailMail(models.Model):
    """Mail of tickets that could not be sent is tried again, then reported."""

    _inherit = "mail.mail"

    support_retries = fields.Integer("Repeated Tries", readonly=True)
    support_retry_at = fields.Datetime("Next Try", readonly=True)
    support_given_up = fields.Boolean("Given Up", readonly=True)

    _support_failed_idx = models.Index(
        "(id) WHERE state = 'exception' AND support_given_up IS NOT TRUE"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Give each mail of a template what is its own, before it is written.

        ``support_mail_values`` in the context: ``ValuesByRecord``.
        """
        own = self.env.context.get("support_mail_values")
        if isinstance(own, ValuesByRecord):
            for vals in vals_list:
                vals.update(own.get(vals.get("res_id"), {}))
        return super().create(vals_list)

    @api.model
    def _cron_support_retry(self, batch_size=500):
        """Queue failed mail of tickets again; tell the agents when it is hopeless."""
        domain = self._get_support_failed_domain()
        failed = self.search(domain, limit=batch_size)
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=self.search_count(domain))
        for mail in failed:
            with conflicts_left_to_the_next_run(self.env):
                if mail.try_lock_for_update(allow_referencing=True):
                    mail._support_retry()
            if not progress._commit_progress(1):
                break

    @api.model
    def _get_support_failed_domain(self):
        now = fields.Datetime.now()
        due = Domain("support_retry_at", "=", False)
        due |= Domain("support_retry_at", "<=", now)
        domain = Domain("state", "=", "exception")
        domain &= Domain("model", "=", "support.ticket")
        return domain & Domain("support_given_up", "!=", True) & due

    def _support_retry(self):
        """Plan the next try, queue the mail when it is due, or give up."""
        if self.failure_type in FINAL_FAILURES or self.support_retries >= len(
            RETRY_MINUTES
        ):
            self._support_give_up()
        elif not self.support_retry_at:
            pause = timedelta(minutes=RETRY_MINUTES[self.support_retries])
            self.support_retry_at = fields.Datetime.now() + pause
        else:
            self.write(
                {
                    "state": "outgoing",
                    "support_retries": self.support_retries + 1,
                    "support_retry_at": False,
                }
            )
            # sudo: ir.cron: sends the mail queue earlier
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _support_give_up(self):
        self.support_given_up = True
        ticket = self.env["support.ticket"].browse(self.res_id).exists()
        partners = self.recipient_ids.mapped("email_normalized")
        addresses = ", ".join(filter(None, [self.email_to, *partners]))
        text = self.env._(
            "A mail to %(addresses)s could not be sent and will not be tried again: "
            "%(reason)s",
            addresses=addresses or "?",
            reason=self.failure_reason or self.failure_type or "",
        )
        ticket._log_mail_note([text])
        _logger.warning("Mail %s of a ticket could not be sent for good.", self.id)
