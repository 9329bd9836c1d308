from odoo import api, fields, models
from odoo.tools import ormcache


class SupportChannel(models.Model):
    """A way in and out for messages: one small door for each.

    What arrives goes through ``_receive``; what a ticket answers goes through
    ``_deliver``. Other addons add kinds and override the steps.
    """

    _name = "support.channel"
    _description = "Support Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("email", "E-mail"),
            ("web_form", "Web form"),
            ("portal", "Customer portal"),
            ("phone", "Phone"),
            ("backoffice", "Back office"),
        ],
        required=True,
    )

    def write(self, vals):
        result = super().write(vals)
        if "kind" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @ormcache("channel_id")
    def _begins_with_customer(self, channel_id):
        """Whether tickets on a channel begin with a customer's message."""
        # sudo: support.channel: customers open tickets without reading channels
        kind = self.sudo().browse(channel_id).kind
        return bool(kind) and kind not in ("phone", "backoffice")

    def _receive(self, message):
        """Take one message in: find who wrote, find or open the ticket, add it.

        :param message: ``tools.incoming_message.IncomingMessage``
        :return: the ``support.ticket`` that holds the message now
        """
        self.ensure_one()
        message = message.written_until(fields.Datetime.now())
        identity = self._find_identity(message)
        ticket = self._find_open_ticket(identity, message)
        if not ticket:
            ticket = self._create_ticket(identity, message)
        ticket._append(message)
        return ticket

    def _find_identity(self, message):
        """The ``support.identity`` of the sender; made when it is new."""
        return self.env["support.identity"]._get_or_create(self, message.sender_key)

    def _find_open_ticket(self, identity, message):
        """The open ticket that this message goes on with; may be empty."""
        return self.env["support.ticket"].search(
            [("identity_id", "=", identity.id), ("closed_at", "=", False)], limit=1
        )

    def _create_ticket(self, identity, message):
        """A new ticket for a first message (the message itself is added later)."""
        return self.env["support.ticket"].create(
            self._prepare_ticket_values(identity, message)
        )

    def _prepare_ticket_values(self, identity, message):
        known = "partner_id" if identity.is_verified else "claimed_partner_id"
        return {
            "name": message.subject or message.body[:80] or self.name,
            "channel_id": self.id,
            "identity_id": identity.id,
            known: identity.partner_id.id,
            "partner_name": message.sender_name,
            "email_from": message.email,
            "phone": message.phone,
        }

    def _deliver(self, ticket, message):
        """Send ``message`` (a ``mail.message``) out; Odoo delivers e-mail itself."""
