"""The worker for what arrived: a body becomes messages, a message goes to a ticket."""

import hashlib
import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from odoo.addons.customer_support.models.support_attempt_mixin import CONFLICT_RETRIES

from ..tools import provider_events as told
from ..tools.provider_errors import ProviderBusy, ProviderSilent

_logger = logging.getLogger(__name__)

# Seconds until the next attempt, by the number of attempts made.
BACKOFF = (10, 60, 300, 600)
# What is worked on, in this order.
RECEIVED_KINDS = ("body", "message", "file")
# A provider repeats what it sent for seven days at most; what is older is a replay.
OLDEST = timedelta(days=8)


class SupportChannelEvent(models.Model):
    _name = "support.channel.event"
    _inherit = ["support.channel.event", "support.attempt.mixin"]

    _attempt_pauses = BACKOFF
    _max_attempts = len(BACKOFF)

    @api.model
    def _cron_receive(self, batch_size=500):
        """Work on what arrived, bodies first; each row is committed by itself."""
        progress = self.env["ir.cron"]
        time_left = progress._commit_progress(remaining=self._count_received())
        for kind in RECEIVED_KINDS:
            for event in self._find_received(kind, batch_size):
                if not time_left:
                    return
                event._receive_once()
                time_left = progress._commit_progress(1)
        progress._commit_progress(remaining=self._count_received())

    @api.model
    def _get_received_domain(self, kinds=RECEIVED_KINDS):
        """What is due; a file waits until the access is mended."""
        return [
            ("kind", "in", kinds),
            ("state", "=", "pending"),
            ("next_attempt_at", "<=", fields.Datetime.now()),
            "|",
            ("kind", "!=", "file"),
            ("channel_id.state", "=", "active"),
        ]

    @api.model
    def _count_received(self):
        return self.search_count(self._get_received_domain())

    @api.model
    def _find_received(self, kind, limit):
        """What is due, in the order in which the customers wrote."""
        domain = self._get_received_domain((kind,))
        return self.search(domain, order="sent_at, id", limit=limit)

    def _receive_once(self):
        """Make one attempt; whatever happens to it, the row stays."""
        try:
            is_ours = self._count_attempt()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Another worker has it.
            self.env.cr.rollback()
            return
        if is_ours:
            self._receive_beside_others()

    def _receive_beside_others(self):
        """Work on it, at once again when somebody else wrote the same ticket.

        A message that waited for its next attempt would be overtaken by the customer's
        later words.
        """
        for left in reversed(range(CONFLICT_RETRIES)):
            try:
                return self._receive_locked()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self.env.cr.rollback()
                if not left:
                    self._fail_receiving(error, type(error).__name__)
            except (ProviderBusy, ProviderSilent) as error:
                return self._fail_receiving(error, str(error))
            except Exception as error:
                # A customer's words may stand in the error: its kind has to do.
                return self._fail_receiving(error, type(error).__name__)

    def _may_try_now(self):
        return self.state == "pending"

    def _give_up(self):
        self.state = "quarantined"

    def _receive_locked(self):
        self.invalidate_recordset()
        if not self.try_lock_for_update() or self.state != "pending":
            return
        event = self._in_reader_language()
        with self.env.cr.savepoint():
            # _read_body, _read_message or _read_file
            getattr(event, f"_read_{event.kind}")()
            event._mask_payload()
        self.env["ir.cron"]._commit_progress()

    def _fail_receiving(self, error, reason):
        self.env.cr.rollback()
        self.invalidate_recordset()
        _logger.warning(
            "Channel message %s, attempt %s failed: %s",
            self.id,
            self.attempts,
            type(error).__name__,
        )
        values = {"error": reason[:300]}
        if self._has_attempts_left():
            self._trigger_receiving(self.next_attempt_at)
        else:
            values["state"] = "quarantined"
        self.write(values)

    # --- a body -----------------------------------------------------------------

    def _read_body(self):
        """Make a row of each message in the body, and apply the rest at once."""
        channel = self.channel_id
        events = channel._get_provider()._parse(json.loads(self.payload))
        ignored = 0
        for event in events:
            target = channel._find_account(event)
            if not target:
                ignored += 1
            elif isinstance(event, told.BrokenEntry):
                self._keep_broken(target, event)
            elif isinstance(event, told.ProviderMessage):
                self._keep_message(target, event)
            else:
                self._apply(target, event)
        if ignored:
            channel._count_ignored(ignored)
        self.state = "done" if ignored < len(events) or not events else "ignored"
        self._trigger_receiving()

    def _keep_message(self, channel, event):
        """Insert the row of a message; a second one of the same name dies here.

        So does an edit that is told after the end of what it edits.
        """
        if self._is_taken_back(channel, event.comment_key):
            return
        state = "ignored" if self._is_too_old(event.sent_at) else "pending"
        self.env.cr.execute(
            SQL(
                """INSERT INTO support_channel_event
                               (channel_id, kind, state, external_id, payload, sent_at,
                                thread_key, comment_key, is_public, parent_id,
                                attempts, next_attempt_at, create_uid, create_date,
                                write_uid, write_date)
                        VALUES (%(channel)s, 'message', %(state)s, %(name)s,
                                %(payload)s, %(sent_at)s, %(thread)s, %(comment)s,
                                %(public)s, %(parent)s, 0, %(now)s, %(uid)s, %(now)s,
                                %(uid)s, %(now)s)
                   ON CONFLICT (channel_id, external_id) WHERE kind = 'message'
                    DO NOTHING""",
                channel=channel.id,
                state=state,
                name=event.external_id,
                payload=self._mask_kept(told.write_message(event), state),
                sent_at=event.sent_at,
                thread=event.thread_key or None,
                comment=event.comment_key or None,
                public=event.is_public,
                parent=self.id,
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )

    def _is_too_old(self, sent_at):
        return fields.Datetime.now() - sent_at > OLDEST

    def _keep_broken(self, channel, event):
        """Keep an entry that nobody understood, where a person sees it."""
        digest = hashlib.sha256(event.entry.encode()).hexdigest()[:32]
        name = f"broken:{digest}"
        domain = [("channel_id", "=", channel.id), ("external_id", "=", name)]
        if self.search_count([*domain, ("kind", "=", "message")], limit=1):
            return
        self.create(
            {
                "channel_id": channel.id,
                "kind": "message",
                "state": "quarantined",
                "external_id": name,
                "payload": event.entry,
                "parent_id": self.id,
                "error": event.error,
            }
        )

    # --- a message --------------------------------------------------------------

    def _read_message(self):
        """Hand a customer's message to the channel's one door."""
        if (self.external_id or "").startswith("broken:"):
            return self._retry_broken()
        message = told.read_message(self.payload)
        channel = self.channel_id
        if message.is_echo:
            return self._read_echo(message)
        if isinstance(message, told.PhoneCall):
            return self._read_call(message)
        incoming = channel._prepare_incoming(message, self)
        # A page or a drawing that says it is a picture is kept as text: nobody runs it.
        ticket = channel.with_context(
            support_channel_event=self.id, attachments_mime_plainxml=True
        )._receive(incoming)
        self.write({"state": "done", "ticket_id": ticket.id})
        self.file_ids.write({"ticket_id": ticket.id, "message_id": self.message_id.id})
        channel._after_receive(self.identity_id, ticket, message)

    def _retry_broken(self):
        """Read an entry again that was not understood, after an update of the addon."""
        raise ValueError("not understood")

    def _read_echo(self, message):
        """What the store wrote in the provider's own app; our own answers are known."""
        domain = [
            ("channel_id", "=", self.channel_id.id),
            ("kind", "=", "answer"),
            ("external_id", "=", message.external_id),
        ]
        if self.search_count(domain, limit=1):
            self.state = "ignored"
            return
        if self._count_unfinished(message.sender_key):
            raise ProviderBusy("echo")
        identity = self.env["support.identity"]._get_or_create(
            self.channel_id, message.sender_key
        )
        ticket = self.channel_id._find_open_ticket(identity, message)
        if ticket:
            _ = ticket._in_reader_language().env._
            text = _("Written in the provider's own app: %s", message.text)
            ticket._log_mail_note([text])
        self.write({"state": "done", "ticket_id": ticket.id})

    def _count_unfinished(self, sender_key):
        """Answers to somebody whose name at the provider we do not know yet."""
        domain = [
            ("channel_id", "=", self.channel_id.id),
            ("kind", "=", "answer"),
            ("state", "in", ("sending", "unknown")),
            ("identity_id.sender_key", "=", sender_key),
        ]
        return self.search_count(domain, limit=1)
