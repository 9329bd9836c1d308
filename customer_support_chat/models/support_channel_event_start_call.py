"""A call that an agent starts from a ticket: a row of the outbox for the PBX."""

from datetime import timedelta
from uuid import uuid4

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

# Nobody waits any longer with the receiver in the hand.
STARTS_WITHIN = timedelta(minutes=2)


class SupportChannel(models.Model):
    _inherit = "support.channel"

    call_url = fields.Char(
        "Address for calls",
        groups="base.group_system",
        copy=False,
        help="Where the telephone system takes orders to call somebody. With it, "
        "tickets have a button Call. Signed with the same secret.",
    )

    @api.constrains("call_url")
    def _check_call_url(self):
        for channel in self.filtered("call_url"):
            if not channel.call_url.startswith(("https://", "http://127.0.0.1")):
                raise ValidationError(
                    self.env._("The address for calls begins with https://.")
                )

    @api.model
    def _find_calling_channel(self):
        """The telephone system, in sudo, that starts calls for us; may be empty."""
        # sudo: support.channel: its address is for the administrator alone
        domain = [("kind", "=", "phone"), ("call_url", "!=", False)]
        return self.sudo().search([*domain, ("state", "=", "active")], limit=1)


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    can_call = fields.Boolean(compute="_compute_can_call")

    @api.depends("phone")
    def _compute_can_call(self):
        channel = self.env["support.channel"]._find_calling_channel()
        for ticket in self:
            ticket.can_call = bool(channel and ticket.phone)

    def action_call(self):
        """Have the telephone system ring this agent, then the customer.

        :raise UserError: without a number or a telephone system, or when the call of
            this case is being started already
        """
        self.ensure_one()
        self.check_access("write")
        channel = self.env["support.channel"]._find_calling_channel()
        if not channel or not self.phone:
            raise UserError(self.env._("There is no number, or nothing to call with."))
        number = channel._get_provider()._format_number(self.phone)
        identities = self.env["support.identity"].sudo()
        # sudo: support.identity, support.channel.event: the system's own rows
        identity = identities._get_or_create(channel, number)
        values = {
            "channel_id": channel.id,
            "kind": "call",
            "identity_id": identity.id,
            "ticket_id": self.id,
            "text": self.env.user.login,
            "our_key": str(uuid4()),
        }
        events = self.env["support.channel.event"].sudo()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                events.create(values)
        except UniqueViolation:
            raise UserError(self.env._("The call is being started already.")) from None
        events._trigger_sending()
        self._message_log(body=self.env._("Asked the telephone to call %s.", number))


class SupportChannelEvent(models.Model):
    _inherit = "support.channel.event"

    kind = fields.Selection(
        selection_add=[("call", "A call to start")], ondelete={"call": "cascade"}
    )

    _call_unique = models.UniqueIndex(
        "(ticket_id) WHERE kind = 'call' AND state IN ('pending', 'sending')"
    )
    _call_name_idx = models.Index(
        "(channel_id, external_id) WHERE kind = 'call' AND external_id IS NOT NULL"
    )

    def _start_sending(self):
        if self.kind == "call" and self.next_attempt_at < self._get_call_border():
            self._mark_failed(self.env._("it was not started in time"))
            return False
        return super()._start_sending()

    @api.model
    def _get_call_border(self):
        return fields.Datetime.now() - STARTS_WITHIN

    def _send_later(self, error):
        """A call is made now or not at all."""
        if self.kind == "call":
            return self._mark_failed(str(error))
        return super()._send_later(error)

    def _mark_unknown(self, reason):
        """Whoever wanted to call hears whether the telephone rings."""
        if self.kind == "call":
            return self.write({"state": "unknown", "error": reason[:300]})
        return super()._mark_unknown(reason)

    def _tell_not_delivered(self):
        calls = self.filtered(lambda event: event.kind == "call")
        for call in calls:
            ticket = call.ticket_id._in_reader_language()
            ticket._message_log(
                body=ticket.env._("The call could not be started: %s", call.error)
            )
        return super(SupportChannelEvent, self - calls)._tell_not_delivered()

    def _find_started_ticket(self, call):
        """The ticket from which an agent started this call; may be empty.

        :param call: ``tools.provider_events.PhoneCall``
        """
        domain = [("kind", "=", "call"), ("channel_id", "=", self.channel_id.id)]
        found = self.browse()
        if call.request_key:
            found = self.search([*domain, ("our_key", "=", call.request_key)], limit=1)
        if not found:
            named = ("external_id", "=", call.external_id)
            found = self.search([*domain, named], limit=1)
        return found.ticket_id._get_survivor() if found.ticket_id else found.ticket_id
