"""What became of a message: sent, delivered, read, deleted, liked."""

from odoo import models

from ..tools import provider_events as told
from ..tools.plain_text import get_plain_text
from ..tools.provider_errors import ProviderBusy

RANK = {False: 0, "sent": 1, "delivered": 2, "failed": 2, "read": 3}


class SupportChannelEvent(models.Model):
    _inherit = "support.channel.event"

    def _apply(self, channel, event):
        """Apply what a body tells beside messages."""
        if isinstance(event, told.DeliveryReceipt):
            self._apply_receipt(channel, event)
        elif isinstance(event, told.ReadUntil):
            self._apply_read_until(channel, event)
        elif isinstance(event, told.Removal):
            self._apply_removal(channel, event)
        elif isinstance(event, told.Reaction):
            self._apply_reaction(channel, event)

    def _find_answer(self, channel, external_id, our_key=""):
        """The row of a message of ours, by the provider's name for it or by ours."""
        domain = [("kind", "=", "answer"), ("channel_id", "=", channel.id)]
        names = [("external_id", "=", external_id)]
        if our_key:
            names = ["|", *names, ("our_key", "=", our_key)]
        return self.search([*domain, *names], limit=1)

    def _apply_receipt(self, channel, receipt):
        answer = self._find_answer(channel, receipt.external_id, receipt.our_key)
        if not answer:
            if self._is_any_being_sent(channel) and self.attempts < 3:
                # It was faster than our own commit of the provider's name.
                raise ProviderBusy("receipt")
            return
        if answer.state in ("sending", "unknown"):
            answer._mark_sent(receipt.external_id)
        answer._advance(receipt.status, receipt.error)

    def _is_any_being_sent(self, channel):
        domain = [("channel_id", "=", channel.id), ("kind", "=", "answer")]
        states = ("sending", "unknown")
        return bool(self.search_count([*domain, ("state", "in", states)], limit=1))

    def _advance(self, status, error=""):
        """Note a status; one that came late never takes back a later one."""
        for answer in self:
            if RANK.get(status, 0) <= RANK[answer.delivery]:
                continue
            answer.write({"delivery": status, "error": error or answer.error})
            if status == "failed":
                answer._tell_not_delivered()

    def _apply_read_until(self, channel, event):
        answers = self.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", "answer"),
                ("state", "=", "done"),
                ("identity_id.sender_key", "=", event.sender_key),
                ("sent_at", "<=", event.until),
                ("delivery", "not in", ("read", "failed")),
            ],
            limit=500,
        )
        answers._advance(event.status)

    def _find_message(self, channel, external_id):
        """The row of a customer's message."""
        return self.search(
            [
                ("kind", "=", "message"),
                ("channel_id", "=", channel.id),
                ("external_id", "=", external_id),
            ],
            limit=1,
        )

    def _find_edits(self, channel, external_id):
        """The rows of what a public comment said after its author edited it."""
        domain = [("channel_id", "=", channel.id), ("comment_key", "=", external_id)]
        return self.search([("kind", "=", "message"), *domain])

    def _is_taken_back(self, channel, external_id):
        """Whether a comment was deleted or hidden: its row keeps nothing it said."""
        row = self._find_message(channel, external_id) if external_id else self.browse()
        return bool(row) and not row.payload

    def _apply_removal(self, channel, event):
        """Take back a customer's message that was deleted or hidden, and its edits.

        One that was deleted before it came leaves a row, so that it stays away.
        """
        row = self._find_message(channel, event.external_id)
        for version in row | self._find_edits(channel, event.external_id):
            version._in_reader_language()._take_back()
        if not row:
            self.create(
                {
                    "channel_id": channel.id,
                    "kind": "message",
                    "state": "ignored",
                    "external_id": event.external_id,
                    "parent_id": self.id,
                }
            )

    def _take_back(self):
        """Keep nothing of what this row's message said."""
        if self.state in ("pending", "quarantined"):
            self.write({"state": "ignored", "payload": False})
            return
        self.payload = False
        self._rename_ticket()
        self.message_id._remove_channel_words()

    def _rename_ticket(self):
        """A case that is called by the words of this message loses them, too."""
        ticket, channel = self.ticket_id, self.channel_id
        text = get_plain_text(self.message_id.body)
        if text and ticket.name == channel._get_ticket_name(text):
            ticket.name = channel.name

    def _apply_reaction(self, channel, event):
        """A sign on a message is a note: it asks for no answer."""
        answer = self._find_answer(channel, event.external_id)
        ticket = (answer or self._find_message(channel, event.external_id)).ticket_id
        if ticket and event.emoji:
            ticket = ticket._in_reader_language()
            text = ticket.env._("The customer reacted with %s", event.emoji[:16])
            ticket._log_mail_note([text])
