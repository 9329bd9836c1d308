"""A file that could not be fetched while the access was revoked: it comes later."""

import json

from odoo import fields, models

from ..tools.provider_errors import ProviderRevoked


class SupportChannelEvent(models.Model):
    _inherit = "support.channel.event"

    kind = fields.Selection(
        selection_add=[("file", "A customer's file")], ondelete={"file": "cascade"}
    )
    file_ids = fields.One2many(
        "support.channel.event",
        "parent_id",
        "Files to come",
        domain=[("kind", "=", "file")],
    )

    def _keep_file(self, key, name):
        """Remember a file of this message until somebody has mended the access.

        :param key: the provider's name for the file
        :param name: what we call it
        """
        self.create(
            {
                "channel_id": self.channel_id.id,
                "kind": "file",
                "payload": json.dumps([key, name]),
                "parent_id": self.id,
            }
        )

    def _read_file(self):
        """Put a file where the customer's message stands."""
        message = self.message_id
        if not message:
            # It was taken away meanwhile.
            self.state = "ignored"
            return
        key, name = json.loads(self.payload)
        channel = self.channel_id
        try:
            # sudo: support.channel: the worker uses the account's token
            content, _type = channel._get_provider()._fetch_media(channel.sudo(), key)
        except ProviderRevoked as error:
            channel._pause(str(error))
            # It waits with the channel; this costs no attempt.
            now = fields.Datetime.now()
            self.write({"attempts": self.attempts - 1, "next_attempt_at": now})
            return
        message._add_channel_file(name, content)
        self.state = "done"

    def _ignore_files(self, messages):
        """Fetch nothing more for messages that their author has deleted."""
        waiting = self.search(
            [
                ("kind", "=", "file"),
                ("message_id", "in", messages.ids),
                ("state", "in", ("pending", "quarantined")),
            ]
        )
        waiting.write({"state": "ignored", "payload": False})
