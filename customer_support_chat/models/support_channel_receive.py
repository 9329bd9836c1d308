"""A customer's message on its way into a ticket."""

from odoo import models

from odoo.addons.customer_support.tools.incoming_message import IncomingMessage
from odoo.addons.customer_support.tools.text_direction import drop_turns

from ..tools.provider_errors import (
    ProviderBusy,
    ProviderError,
    ProviderRevoked,
    ProviderSilent,
)

MAX_MEDIA_BYTES = 25 * 1024 * 1024
MAX_TEXT = 20_000


class SupportChannel(models.Model):
    _inherit = "support.channel"

    def _prepare_incoming(self, message, event):
        """What the door takes, of what the provider told.

        :param message: ``tools.provider_events.ProviderMessage``
        :param event: its ``support.channel.event``
        :raise ProviderBusy: when a file cannot be fetched for now, or ProviderSilent
        """
        self.ensure_one()
        files, missing = self._fetch_files(message, event)
        lines = [message.text[:MAX_TEXT], self._get_placeholder(message), *missing]
        return IncomingMessage(
            sender_key=message.sender_key,
            sender_name=self.env["mail.message"]._mask_support_numbers(
                message.sender_name[:100]
            ),
            body="\n".join(filter(None, lines)).replace("\x00", ""),
            sent_at=message.sent_at,
            external_id=message.external_id,
            phone=message.phone,
            attachments=files,
            thread_key=message.thread_key,
        )

    def _get_placeholder(self, message):
        """Words for what cannot be shown here."""
        kind = message.placeholder
        return kind and self.env._("[%s: to be seen in the provider's app]", kind)

    def _fetch_files(self, message, event):
        """The files of a message.

        :return: pairs of name and content, and a line for each that cannot be had
        """
        files, missing = [], []
        for key, name, _kind in message.media:
            try:
                content, _type = self._get_provider()._fetch_media(self.sudo(), key)
                files.append((name, content))
            except (ProviderBusy, ProviderSilent):
                # To fetch a file twice does no harm.
                if event._has_attempts_left():
                    raise
                missing.append(self._get_missing_line(name))
            except ProviderRevoked as error:
                # The words must not wait for an administrator, the file may.
                self._pause(str(error))
                event._keep_file(key, name)
                missing.append(self._get_waiting_line(name))
            except ProviderError:
                missing.append(self._get_missing_line(name))
        return files, missing

    def _get_missing_line(self, name):
        return self.env._("[%s: the file could not be fetched]", name)

    def _get_waiting_line(self, name):
        return self.env._("[%s: the file comes once the account works again]", name)

    # --- the ticket -------------------------------------------------------------

    def _find_open_ticket(self, identity, message):
        """The case that goes on, also on another channel and shortly after its end."""
        if not self.is_messaging:
            return super()._find_open_ticket(identity, message)
        ticket = self._find_case_of(identity, message)
        ticket = ticket and ticket._get_survivor()
        if ticket and ticket._is_reopen_window_over():
            ticket = ticket._get_running_case()
        return ticket.browse() if ticket._is_over_for_good() else ticket

    def _find_case_of(self, identity, message):
        """The latest case of this sender, else the only open one of this customer."""
        tickets = self.env["support.ticket"]
        own = self._find_own_case(identity, message)
        if own and not own._is_over_for_good():
            return own
        if not identity.is_verified or not identity.partner_id or message.thread_key:
            return own
        # A customer who has proven who it is goes on with the case on another channel.
        open_domain = [
            ("partner_id", "=", identity.partner_id.id),
            ("closed_at", "=", False),
        ]
        others = tickets.search(open_domain, limit=2)
        return others if len(others) == 1 else own

    def _find_own_case(self, identity, message):
        """The latest case that is answered to this sender, else one that he began."""
        tickets = self.env["support.ticket"]
        domain = [
            ("answer_identity_id", "=", identity.id),
            ("answer_thread_key", "=", message.thread_key or False),
        ]
        answered = self._find_answered_case(message)
        answered = answered or tickets.search(domain, order="id desc", limit=1)
        if answered and not answered._get_survivor().closed_at:
            return answered
        begun = self._find_begun_case(identity, message)
        return begun if begun and not begun.closed_at else answered or begun

    def _find_begun_case(self, identity, message):
        """A case that this sender began, wherever its answers go by now.

        They go by e-mail, or in private, when an agent or the customer chose so. A
        customer's case is open to whoever is proven to be this customer alone. Of a
        public author, the case of the same post is meant.
        """
        proven = identity.is_verified and identity.partner_id.id
        domain = [
            ("identity_id", "=", identity.id),
            ("partner_id", "in", [False, proven]),
        ]
        if message.thread_key:
            domain.append(("channel_event_ids.thread_key", "=", message.thread_key))
        # Those that are open come first.
        return self.env["support.ticket"].search(
            domain, order="closed_at desc, id desc", limit=1
        )

    def _find_answered_case(self, message):
        """The case in which the public answer stands that this comment answers."""
        events = self.env["support.channel.event"]
        if not message.thread_key:
            return self.env["support.ticket"]
        domain = [
            ("kind", "=", "answer"),
            ("channel_id", "=", self.id),
            ("external_id", "=", message.thread_key),
        ]
        return events.search(domain, limit=1).ticket_id

    def _prepare_ticket_values(self, identity, message):
        values = super()._prepare_ticket_values(identity, message)
        if not self.is_messaging:
            return values
        team = self.team_id or self.env["support.team"]._get_default_team()
        return {
            **values,
            "name": message.subject or self._get_ticket_name(message.body),
            "partner_name": message.sender_name or message.sender_key,
            "team_id": team.id,
            # The case begins when the customer writes, not when we hear of it.
            "opened_at": message.sent_at,
            "answer_identity_id": identity.id,
            "answer_thread_key": message.thread_key or False,
        }

    def _get_ticket_name(self, text):
        """What a case is called that begins with these words."""
        first_line = (text.strip().splitlines() or [self.name])[0]
        return " ".join(drop_turns(first_line).split())[:80].strip()

    def _find_identity(self, message):
        identity = super()._find_identity(message)
        if self.is_messaging:
            identity._note_message(message)
            self.env["support.channel.event"]._release_held(identity)
            # Kept on the row, so that who wrote is looked for once.
            event_id = self.env.context.get("support_channel_event")
            self.env["support.channel.event"].browse(event_id).identity_id = identity
        return identity

    def _after_receive(self, identity, ticket, message):
        """Let the channel's bot answer, if it has one.

        :param message: ``tools.provider_events.ProviderMessage``
        """
        if self.is_messaging and message.text and not message.is_public:
            # The bot keeps what it was asked.
            text = self.env["mail.message"]._mask_support_numbers(message.text)
            self.env["support.bot"]._answer_message(self, identity, ticket, text)
