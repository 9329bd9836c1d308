"""An answer on its way out: checked while the agent looks on, sent by a worker."""

from datetime import timedelta
from uuid import uuid4

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.plain_text import get_plain_text, split_text
from ..tools.provider_errors import WindowClosed


class SupportChannel(models.Model):
    _inherit = "support.channel"

    def _deliver(self, ticket, message):
        """Queue an answer for the provider; the parts of a long one stay in order.

        :raise UserError: for a person's answer that cannot leave now, with the ways
            that are open; an automatic one leaves a note instead
        """
        if not self.is_messaging:
            return super()._deliver(ticket, message)
        identity = ticket.sudo().answer_identity_id
        template = self.env.context.get("support_message_template")
        is_human = ticket._get_message_author_kind(message) == "human"
        # Whoever answers the case reads why an automatic one did not leave.
        words = {"lang": self.env.lang if is_human else ticket._get_reader_lang()}
        reason = self.with_context(**words)._get_refusal(
            ticket.with_context(**words), identity, message, template
        )
        if reason and is_human:
            raise UserError(reason)
        events = self._create_answers(ticket, identity, message, template)
        if reason:
            events.write({"state": "failed", "error": reason[:300]})
            events[:1]._tell_not_delivered()
        else:
            events._trigger_sending(events[:1].held_until or None)
        return None

    def _get_refusal(self, ticket, identity, message, template):
        """Why this answer must not leave, and what can be done; empty when it may."""
        if not template and self._is_window_closed(identity):
            return self.env._(
                "%(channel)s lets a store write freely only within %(hours)s hours of"
                " the customer's last message. Send an approved template instead, or"
                " choose another way in “Answer by”, such as e-mail.",
                channel=self.name,
                hours=self._get_provider()._reply_window_hours,
            )
        if message.attachment_ids and not self._get_provider()._sends_files:
            return self.env._(
                "%s takes no files from us. Send a link, or answer by e-mail.",
                self.name,
            )
        if self._get_provider()._is_public:
            return ticket._get_private_words_refusal(get_plain_text(message.body))
        return ""

    def _create_answers(self, ticket, identity, message, template):
        """One row for each part of the answer."""
        provider = self._get_provider()
        text = get_plain_text(message.body)
        if template:
            parts = [{"text": text, **template}]
        else:
            parts = [{"text": p} for p in split_text(text, provider._max_length)]
        parts += [{"attachment_id": file.id} for file in message.attachment_ids]
        shared = {
            "channel_id": self.id,
            "kind": "answer",
            "identity_id": identity.id,
            "ticket_id": ticket.id,
            "message_id": message.id,
            "thread_key": ticket.answer_thread_key,
            "reply_to": provider._is_public and self._find_comment(ticket),
            "is_public": provider._is_public,
            **self._prepare_hold_values(ticket, message),
        }
        # sudo: support.channel.event: people write answers, not rows of the outbox
        return (
            self.env["support.channel.event"]
            .sudo()
            .create(
                [
                    {**shared, **part, "part": number, "our_key": str(uuid4())}
                    for number, part in enumerate(parts)
                ]
            )
        )

    def _prepare_hold_values(self, ticket, message):
        """An automatic notice waits for the customer's hours."""
        at = ticket._is_notice(message) and ticket._get_notice_time()
        return {"next_attempt_at": at, "held_until": at} if at else {}

    def _find_comment(self, ticket):
        """The provider's name of the customer's last public words in this case."""
        # sudo: support.channel.event: found for the answer, not shown
        events = self.env["support.channel.event"].sudo()
        domain = [
            ("ticket_id", "=", ticket.id),
            ("channel_id", "=", self.id),
            ("kind", "=", "message"),
        ]
        last = events.search(domain, order="sent_at desc, id desc", limit=1)
        return last.comment_key or last.external_id

    # --- from public to private -------------------------------------------------

    def _find_private_channel(self):
        """The channel for private messages of the same account; may be empty."""
        kind = self._get_provider()._private_kind
        domain = [("kind", "=", kind), ("account_key", "=", self.account_key)]
        # sudo: support.channel: also for an agent; nothing of it is shown
        return self.sudo().search(domain, limit=1) if kind else self.browse()

    def _get_private_key(self, ticket, identity):
        """How this channel addresses somebody who has only written in public."""
        comment = identity.channel_id._find_comment(ticket)
        return self._get_provider()._get_private_key(identity.sender_key, comment)

    # --- the time in which one may write ----------------------------------------

    def _get_window_end(self, identity):
        """Until when the customer may be written to freely; False when always."""
        hours = self._get_provider()._reply_window_hours
        last = identity.last_message_at
        if not hours:
            return False
        return (last or fields.Datetime.from_string("2000-01-01")) + timedelta(
            hours=hours
        )

    def _is_window_closed(self, identity):
        end = self._get_window_end(identity)
        return bool(end) and end < fields.Datetime.now()

    def _check_window(self, identity, template):
        """Look again when it leaves: it may have waited for long.

        :raise WindowClosed: when the provider would refuse it
        """
        if template or not self._is_window_closed(identity):
            return
        if not identity.last_message_at:
            raise WindowClosed(
                self.env._("the customer has to write first before more can be sent")
            )
        raise WindowClosed(
            self.env._("the time to write freely was over before it could leave")
        )
