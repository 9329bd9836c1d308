"""What is written to a customer unasked: whether it may be, and the mail."""

from odoo import models
from odoo.tools import formataddr

DAY = 24 * 3600


class SupportOutreachMixin(models.AbstractModel):
    """One mail to one customer, which a rule of the store sends.

    The model that inherits it has ``partner_id``, ``email``, ``company_id`` and
    ``rule_id``, whose ``quiet_days`` say how long the customer is left alone after it.
    """

    _name = "support.outreach.mixin"
    _description = "Mail to a Customer, Unasked"

    def _is_blacklisted(self):
        # sudo: mail.blacklist: whether this address stands there, no more
        blacklist = self.env["mail.blacklist"].sudo()
        return bool(blacklist.search_count([("email", "=", self.email)], limit=1))

    def _claim_quiet_period(self):
        """Whether the customer may be written to; then nobody else does so for a while.

        The row of the counter is unique: of two jobs that want to write to one customer
        at the same moment the database lets one. Without a rule the customer is written
        to in any case.
        """
        if not self.rule_id.quiet_days:
            return True
        # sudo: support.rate.limit: counts, and keeps a hash of the address only
        limits = self.env["support.rate.limit"].sudo()
        key = f"{self.company_id.id}-{self.email}"
        seconds = self.rule_id.quiet_days * DAY
        return limits._hit_with_transaction(self._get_quiet_counter(), key, 1, seconds)

    def _get_quiet_counter(self):
        """The name of the counter: what shares it shares the quiet period."""
        raise NotImplementedError

    def _send_mail(self, template):
        """Queue one mail to this customer; the mail job sends it.

        :param template: the ``mail.template``
        :return: the id of the ``mail.mail``
        """
        return template.send_mail(self.id, email_values=self._prepare_mail_values())

    def _prepare_mail_values(self):
        """What the mail has beside the words of its template.

        The template's own recipients do not count: who was judged is written to.
        """
        return {
            "recipient_ids": [],
            "email_to": formataddr((self.partner_id.name, self.email)),
            "author_id": self.company_id.partner_id.id,
            "reply_to": self._get_mail_reply_to() or False,
            "message_type": "auto_comment",
            "headers": repr(self._prepare_mail_headers()),
        }

    def _prepare_mail_headers(self):
        return self.env["support.ticket"]._prepare_automatic_headers()

    def _get_mail_reply_to(self):
        """The address that an answer goes to; empty: that of the company."""
        raise NotImplementedError
