from odoo import api, fields, models


class SupportIdentity(models.Model):
    _inherit = "support.identity"

    name = fields.Char(readonly=True, help="How the sender calls himself there.")
    last_message_at = fields.Datetime(
        readonly=True,
        help="When the customer wrote last on this channel (the provider's time).",
    )
    last_external_id = fields.Char(readonly=True)

    def _compute_display_name(self):
        for identity in self:
            sender = identity.name or identity.sender_key
            identity.display_name = f"{sender} ({identity.channel_id.name})"

    @api.model
    def _continue_private(self, channel, key, public):
        """The identity of a public author on the channel for private messages.

        :param public: the ``support.identity`` of the public comment
        """
        # sudo: support.identity: an agent answers somebody who wrote to the store
        identity = self.sudo()._get_or_create(channel, key)
        identity.write(
            {
                "name": identity.name or public.name,
                "last_message_at": max(
                    filter(None, [identity.last_message_at, public.last_message_at])
                ),
            }
        )
        return identity.with_env(self.env)

    def _note_message(self, message):
        """Remember when the customer wrote last, and how he calls himself.

        :param message: ``tools.incoming_message.IncomingMessage``
        """
        self.ensure_one()
        values = {}
        if not self.last_message_at or message.sent_at > self.last_message_at:
            values = {
                "last_message_at": message.sent_at,
                "last_external_id": message.external_id,
            }
        if message.sender_name and message.sender_name != self.name:
            values["name"] = message.sender_name
        if values:
            # sudo: support.identity: the worker notes what the provider told
            self.sudo().write(values)
