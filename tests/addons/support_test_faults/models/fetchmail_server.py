from odoo import models

from ..faults import die_at


class DyingConnection:
    """A mailbox connection whose process can die before a mail is marked as seen."""

    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def handled_message(self, number):
        """Die, when asked, in place of marking the mail."""
        die_at("before_seen")
        self._connection.handled_message(number)


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    def _connect__(self, allow_archived=False):  # noqa: PLW3201
        connection = super()._connect__(allow_archived=allow_archived)
        return DyingConnection(connection)
