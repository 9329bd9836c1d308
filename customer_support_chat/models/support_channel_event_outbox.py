"""The worker for what leaves: one row, one call, each step committed."""

import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.provider_errors import (
    ProviderBusy,
    ProviderError,
    ProviderRevoked,
    ProviderSilent,
)
from .support_channel_busy import get_next_time

_logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
# A worker that was killed in the middle of a call leaves its row like this.
LOST_AFTER = timedelta(minutes=3)
# How often the outcome of a call is written anew beside receipts that come meanwhile.
NOTING_ATTEMPTS = 5


class SupportChannelEvent(models.Model):
    _inherit = "support.channel.event"

    @api.model
    def _cron_send(self, batch_size=200):
        """Send what waits: in order for each customer, each row committed by itself."""
        progress = self.env["ir.cron"]
        self._give_up_lost()
        time_left = progress._commit_progress(remaining=len(self._find_sendable(200)))
        while time_left:
            events = self._find_sendable(batch_size)
            if not events:
                break
            for event in events:
                if not time_left:
                    return
                event._send_once()
                time_left = progress._commit_progress(1)

    @api.model
    def _find_sendable(self, limit):
        """The next answer of each customer that may leave now.

        An answer waits for the earlier ones to the same customer, so that none
        overtakes another, but for no notice that waits for the customer's hours; a
        customer whose channel is paused waits for it.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT event.id
                     FROM support_channel_event event
                     JOIN support_channel channel ON channel.id = event.channel_id
                    WHERE event.kind IN ('answer', 'call')
                      AND event.state = 'pending'
                      AND event.next_attempt_at <= %(now)s
                      AND channel.state = 'active'
                      AND (channel.busy_until IS NULL OR channel.busy_until <= %(now)s)
                      AND NOT EXISTS (
                          SELECT 1
                            FROM support_channel_event earlier
                           WHERE earlier.identity_id = event.identity_id
                             AND earlier.kind = 'answer'
                             AND earlier.state IN ('pending', 'sending')
                             AND (earlier.held_until IS NULL
                                  OR earlier.held_until <= %(now)s)
                             AND earlier.id < event.id)
                 ORDER BY event.next_attempt_at, event.id
                    LIMIT %(limit)s""",
                now=fields.Datetime.now(),
                limit=limit,
            )
        )
        return self.browse([row[0] for row in rows])

    @api.model
    def _give_up_lost(self):
        """Mark what a killed worker was sending: nobody knows whether it arrived."""
        border = fields.Datetime.now() - LOST_AFTER
        lost = self.search([("state", "=", "sending"), ("write_date", "<", border)])
        for event in lost.try_lock_for_update():
            event._in_reader_language()._mark_unknown("worker")

    def _send_once(self):
        """Make one call; the row says what is being done before it is done."""
        event = self._in_reader_language()
        try:
            is_ours = event._start_sending()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Somebody else wrote the row: it stays due.
            self.env.cr.rollback()
            return
        if is_ours:
            event._note_outcome(event._make_call())

    def _make_call(self):
        """Call the provider; return what notes its outcome on the row."""
        try:
            sent = self._call_provider()
        except ProviderSilent as error:
            return partial(self._mark_unknown, str(error))
        except ProviderRevoked as error:
            return partial(self._wait_for_admin, error)
        except ProviderBusy as error:
            return partial(self._send_later, error)
        except ProviderError as error:
            return partial(self._mark_failed, str(error))
        except Exception as error:
            # An error of ours, before or after the call: never send blindly again.
            _logger.warning("Answer %s failed: %s", self.id, type(error).__name__)
            return partial(self._mark_unknown, type(error).__name__)
        return partial(self._note_sent, sent)

    def _note_outcome(self, note):
        """Commit what became of the call.

        A receipt may be faster than the provider's answer, and writes the same row:
        what it committed is seen anew, and no silence takes it back.

        :param note: what writes the outcome on the row
        """
        for left in reversed(range(NOTING_ATTEMPTS)):
            # Nothing waits to be written: this only lets us see what others wrote.
            self.env.cr.rollback()
            self.invalidate_recordset()
            if self.state == "done" and note.func != self._note_sent:
                return
            try:
                note()
                self.env["ir.cron"]._commit_progress()
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if not left:
                    raise

    def _start_sending(self):
        """Commit that this worker makes the call now.

        :return: False when another one does, or there is nothing to do any more
        """
        self.invalidate_recordset()
        if not self.try_lock_for_update() or self.state != "pending":
            return False
        if not self.channel_id._may_send():
            # A call for somebody else, a moment ago, paused the account.
            return False
        self.write({"state": "sending", "attempts": self.attempts + 1})
        self.env["ir.cron"]._commit_progress()
        return True

    def _call_provider(self):
        channel = self.channel_id
        channel._check_window(self.identity_id, self.template_id)
        # sudo: support.channel: the worker uses the account's token
        return channel._get_provider()._send(
            channel.sudo(),
            self.identity_id.sender_key,
            self.text or "",
            self.attachment_id,
            self.our_key,
            reply_to=self.reply_to,
            template=self.template_id,
            values=self.template_values,
        )

    # --- outcomes ---------------------------------------------------------------

    def _note_sent(self, sent):
        self._mark_sent(sent.external_id)
        self.channel_id._end_holding_back()
        self._learn_recipient(sent.recipient_key)

    def _mark_sent(self, external_id):
        self.write(
            {
                "state": "done",
                "external_id": external_id or self.external_id,
                "sent_at": fields.Datetime.now(),
                "delivery": self.delivery or "sent",
                "error": False,
            }
        )

    def _learn_recipient(self, recipient_key):
        """Whoever was known by a public comment alone has a name for messages now."""
        identity = self.identity_id
        if recipient_key and recipient_key != identity.sender_key:
            waiting = self._find_waiting_answers(identity, "pending")
            known = identity._learn_sender_key(recipient_key)
            if self.channel_id._is_window_closed(known):
                waiting._hold()

    # --- what waits for the customer's next message -------------------------------

    @api.model
    def _find_waiting_answers(self, identity, state):
        return self.search(
            [
                ("identity_id", "=", identity.id),
                ("kind", "=", "answer"),
                ("state", "=", state),
            ]
        )

    def _hold(self):
        """Keep what one private message to a comment left over, such as a file."""
        self.write({"state": "held"})
        for ticket in self.ticket_id:
            ticket = ticket._in_reader_language()
            text = ticket.env._(
                "Only one private message may follow a public comment. The rest of your"
                " answer leaves once the customer has written back."
            )
            ticket._message_log(body=text)

    @api.model
    def _release_held(self, identity):
        """The customer has written: now the rest may leave."""
        held = self._find_waiting_answers(identity, "held")
        if held:
            held.write({"state": "pending", "next_attempt_at": fields.Datetime.now()})
            self._trigger_sending()

    def _send_later(self, error):
        """Wait as long as the provider asks, else longer each time, then give up."""
        if error.whole_account:
            return self._wait_with_account(error)
        if self.attempts >= MAX_ATTEMPTS:
            return self._mark_failed(str(error))
        at = get_next_time(self.attempts, error)
        self.write({"state": "pending", "next_attempt_at": at, "error": str(error)})
        self._trigger_sending(at)

    def _wait_with_account(self, error):
        """The others of the account would be refused as well; this costs no attempt."""
        at = self.channel_id._hold_back(error)
        self._wait_for_channel(error)
        self._trigger_sending(at)

    def _wait_for_admin(self, error):
        """Nothing is lost: the answer leaves when the channel is resumed."""
        self._wait_for_channel(error)
        self.channel_id._pause(str(error))

    def _wait_for_channel(self, error):
        self.write(
            {
                "state": "pending",
                "attempts": self.attempts - 1,
                "next_attempt_at": fields.Datetime.now(),
                "error": str(error),
            }
        )

    def _mark_unknown(self, reason):
        """The provider may have it or not: a person decides, no machine sends twice."""
        self.write({"state": "unknown", "error": reason[:300]})
        self._tell_agents(
            self.env._(
                "Nobody knows whether your answer arrived: the connection to %s broke"
                " while it was sent. Look there before you send it again.",
                self.channel_id.name,
            )
        )

    def _mark_failed(self, reason):
        self.write({"state": "failed", "error": reason[:300]})
        self._tell_not_delivered()

    def _tell_not_delivered(self):
        """Leave a red note on the ticket, so that the agent finds another way."""
        answer = self._in_reader_language()
        _ = answer.env._
        answer._tell_agents(
            _(
                "Your answer did not reach the customer by %(channel)s: %(error)s",
                channel=answer.channel_id.name,
                error=answer.error or _("the provider gives no reason"),
            )
        )

    def _tell_agents(self, text):
        """A note and something to do for the ticket's agent."""
        for event in self.filtered("ticket_id"):
            event.ticket_id._note_failed_answer(text)
