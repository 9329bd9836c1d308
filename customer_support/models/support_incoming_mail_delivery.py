from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools import mail_classification as classification
from ..tools.incoming_mail_parser import ParsedMail, parse_mail
from ..tools.mail_authentication import FAIL
from ..tools.own_words import get_own_words
from .support_incoming_mail import TICKET_MODEL
from .support_incoming_mail_sender import CUSTOMER, FORGED, HELD_AGENT, STRANGER


@dataclass
class MailCase:
    """One mail on its way through the steps."""

    mail: ParsedMail
    kind: classification.MailKind
    dmarc: str
    namesakes: Any = ()
    answered: Any = None
    ticket: Any = None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def sender(self):
        """The sender's normalised address, or ""."""
        address = self.mail.envelope.sender
        return email_normalize(address) or address


class SupportIncomingMail(models.Model):
    """What becomes of a mail: a chain of steps, the first that answers decides."""

    _inherit = "support.incoming.mail"

    def _process(self):
        """Interpret the mail and write what became of it.

        :raises: anything; the caller counts the attempt
        """
        self.ensure_one()
        case = self._prepare_case()
        for step in self._get_steps():
            values = step(case)
            if values:
                self._settle(self._prepare_outcome(case, values))
                return

    def _prepare_outcome(self, case, values):
        """Return the values of the row of a mail whose fate is decided.

        :param MailCase case: the mail
        :param dict values: what the step that decided has returned
        """
        ticket = self.env[TICKET_MODEL].browse(values.get("ticket_id") or ())
        owner = ticket or case.ticket
        if owner and not self.company_id:
            # A mail that names no team's address belongs to whom its ticket belongs to.
            values = {**values, "company_id": owner.company_id.id}
        return values

    def _get_steps(self):
        """Return the steps in their order; each takes a case and returns the values
        of the row when it decides, or nothing."""
        if self.is_released:
            return [self._step_new]
        return [
            self._step_loop,
            self._step_report,
            self._step_answer,
            self._step_auto_reply,
            self._step_overtaken,
            self._step_flood,
            self._step_new,
        ]

    def _prepare_case(self):
        mail = parse_mail(self._get_raw_bytes())
        case = MailCase(mail, classification.classify(mail), self._get_dmarc(mail))
        case.namesakes = self._find_namesakes(mail.envelope.message_id)
        message = self._find_answered_message(mail.envelope.references)
        if message.model == TICKET_MODEL:
            case.answered = message
            ticket = self.env[TICKET_MODEL].browse(message.res_id).exists()
            case.ticket = ticket._get_survivor() if ticket else None
        return case

    @api.model
    def _find_namesakes(self, message_id):
        """Return the messages that bear the Message-Id of a mail."""
        messages = self.env["mail.message"]
        domain = [("message_id", "=", message_id)]
        names = ["model", "message_type"]
        return messages.search_fetch(domain, names) if message_id else messages

    def _settle(self, values):
        self.write(
            {"next_attempt_at": False, "error": False, "reason": False, **values}
        )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _step_loop(self, case):
        """Our own mail, come back through a list or a forwarding."""
        marker = case.mail.get_header("x-support-desk")
        is_ours = marker and marker == self.env[TICKET_MODEL]._get_desk_marker()
        if is_ours or self._is_own_address(case.sender) or self._is_own_id(case):
            return {"state": "suppressed", "reason": "loop"}
        return None

    @api.model
    def _is_own_address(self, address):
        """Whether mail to this address comes back to this database."""
        return bool(self.env[TICKET_MODEL]._filter_own_addresses([address]))

    def _is_own_id(self, case):
        """Whether the mail bears the Message-Id of a message that we sent."""
        return any(message.message_type != "email" for message in case.namesakes)

    def _step_report(self, case):
        """Bounces and read receipts: a note on the ticket, no more."""
        if case.kind.kind == classification.RECEIPT:
            return {"state": "suppressed", "reason": "receipt"}
        if case.kind.kind != classification.BOUNCE:
            return None
        return {
            "state": "suppressed",
            "reason": "bounce",
            "ticket_id": self._record_bounce(case).id,
        }

    def _step_answer(self, case):
        """An answer to one of our messages, if its sender may give one."""
        if not case.ticket:
            return None
        role = self._get_role(case)
        if role == CUSTOMER and self._begins_new_case(case):
            return None
        values = {"ticket_id": case.ticket.id}
        if case.kind.is_automatic:
            return {**values, **self._record_automatic(case, role)}
        if role in (STRANGER, FORGED):
            reason = "foreign_thread" if role == STRANGER else "dmarc_fail"
            return {**values, "state": "quarantined", "reason": reason}
        if self._is_flood_of_answers(case):
            return {**values, "state": "quarantined", "reason": "too_many"}
        message = self._append(case, role)
        reason = "agent_unverified" if role == HELD_AGENT else False
        return {
            **values,
            "state": "done",
            "outcome": "appended",
            "reason": reason,
            "mail_message_id": message.id,
        }

    def _begins_new_case(self, case):
        """Whether a customer's answer to a case closed long ago begins a new one.

        A later case that goes on from it takes the answer; mere thanks stay where
        they belong.
        """
        if case.kind.is_automatic or not case.ticket._is_reopen_window_over():
            return False
        running = case.ticket._get_running_case()
        if not running._is_reopen_window_over() and running._is_requester(case.sender):
            case.ticket, case.answered = running, case.answered.browse()
            return False
        body, files = self._render(case)
        return bool(files) or not case.ticket._is_only_thanks(get_own_words(body))

    def _step_auto_reply(self, case):
        """An answering machine that answers nothing of ours."""
        if case.kind.kind == classification.AUTO_REPLY:
            return {"state": "suppressed", "reason": "auto_reply"}
        return None

    def _step_flood(self, case):
        """More new tickets from one address than a person writes."""
        limit, since = self._get_flood_limit()
        if not case.sender:
            return None
        is_few = self._count_tickets_of(case.sender, since, limit) < limit
        if is_few or self._is_allowed_sender(case.sender):
            return None
        self._notify_flood(case)
        return {"state": "quarantined", "reason": "too_many"}

    def _step_new(self, case):
        """A new ticket, with an acknowledgement when a person wrote it to us."""
        ticket, message = self._create_ticket(case)
        is_welcome = case.kind.may_be_acknowledged and case.dmarc != FAIL
        return {
            "state": "done",
            "outcome": "ticket_created",
            "ticket_id": ticket.id,
            "mail_message_id": message.id,
            "needs_acknowledgement": is_welcome and not self.is_released,
        }

    # ------------------------------------------------------------------
    # Floods
    # ------------------------------------------------------------------

    @api.model
    def _get_flood_limit(self):
        """Return Odoo's own limit on mails in a loop: (number, since when)."""
        # sudo: ir.config_parameter: the limits of Odoo's gateway
        get_param = self.env["ir.config_parameter"].sudo().get_param
        minutes = int(get_param("mail.gateway.loop.minutes", 120))
        limit = int(get_param("mail.gateway.loop.threshold", 20))
        return limit, fields.Datetime.now() - timedelta(minutes=minutes)

    @api.model
    def _count_tickets_of(self, address, since, limit):
        """Return how many tickets an address has opened lately, up to a limit."""
        domain = [("email_normalized", "=", address), ("create_date", ">=", since)]
        return self.env[TICKET_MODEL].search_count(domain, limit=limit)

    @api.model
    def _is_allowed_sender(self, address):
        domain = [("email_normalized", "=", address)]
        return bool(self.env["mail.gateway.allowed"].search_count(domain, limit=1))

    def _is_flood_of_answers(self, case):
        limit, since = self._get_flood_limit()
        domain = [
            ("model", "=", TICKET_MODEL),
            ("res_id", "=", case.ticket.id),
            ("message_type", "=", "email"),
            ("create_date", ">=", since),
        ]
        messages = self.env["mail.message"]
        if messages.search_count(domain, limit=limit) < limit:
            return False
        return not self._is_allowed_sender(case.sender)

    def _notify_flood(self, case):
        """Tell the agents once a window that further mails are held."""
        limit, since = self._get_flood_limit()
        seconds = int((fields.Datetime.now() - since).total_seconds())
        rate_limit = self.env["support.rate.limit"]
        if not rate_limit._hit("mail_flood_notice", case.sender, 1, seconds):
            return
        domain = [("email_normalized", "=", case.sender)]
        ticket = self.env[TICKET_MODEL].search(domain, limit=1)
        text = self.env._(
            "%(count)s mails came from this address in a short time. Further ones are "
            "held in the mail ledger, where a manager can look at them.",
            count=limit,
        )
        ticket._log_mail_note([text])
