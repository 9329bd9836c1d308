import logging

from odoo import models

_logger = logging.getLogger(__name__)


class SpooledConnection:
    """A mailbox connection that marks as handled only what is safe in the ledger.

    Odoo marks a mail as handled even when processing it failed. For ours that
    would lose it, so it stays unseen and is fetched again.
    """

    def __init__(self, connection, is_in_ledger):
        """Wrap a connection.

        :param connection: what ``fetchmail.server._connect__`` returned
        :param is_in_ledger: function of the raw mail: is it safe with us?
        """
        self._connection = connection
        self._is_in_ledger = is_in_ledger
        self._fetched = {}

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def retrieve_unread_messages(self):
        """Yield (number, raw mail), and remember the mail until it is handled."""
        for number, raw in self._connection.retrieve_unread_messages():
            self._fetched = {number: raw}
            yield number, raw

    def handled_message(self, number):
        """Mark a mail as handled, unless it is not in the ledger."""
        raw = self._fetched.pop(number, None)
        if raw is None or self._is_in_ledger(raw):
            self._connection.handled_message(number)
        else:
            _logger.warning("A mail could not be stored: it stays in the mailbox.")


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    def _connect__(self, allow_archived=False):  # noqa: PLW3201
        connection = super()._connect__(allow_archived=allow_archived)
        # sudo: support.incoming.mail: only asks whether a mail has its row
        spool = self.env["support.incoming.mail"].sudo()
        return SpooledConnection(connection, spool._is_in_ledger)
