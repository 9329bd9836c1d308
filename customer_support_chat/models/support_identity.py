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
                # The comment lets the store write a first time. Whoever is known there
                # has a time of its own, which no public word makes longer.
                "last_message_at": identity.last_message_at or public.last_message_at,
            }
        )
        return identity.with_env(self.env)

    def _learn_sender_key(self, sender_key):
        """The provider tells by what name somebody takes private messages, who was
        known by a public comment alone.

        One message is what a comment allows: the next may leave once the customer has
        written. What waits goes there too, for the comment takes no second one.

        :return: the ``support.identity`` that has this name
        """
        self.ensure_one()
        domain = [
            ("channel_id", "=", self.channel_id.id),
            ("sender_key", "=", sender_key),
        ]
        known = self.search(domain, limit=1)
        if not known:
            self.write({"sender_key": sender_key, "last_message_at": False})
            return self
        tickets = self.env["support.ticket"]
        tickets.search([("answer_identity_id", "=", self.id)]).write(
            {"answer_identity_id": known.id}
        )
        events = self.env["support.channel.event"]
        events.search([("identity_id", "=", self.id)]).write({"identity_id": known.id})
        return known

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
