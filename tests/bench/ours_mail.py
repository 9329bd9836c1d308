"""Mail that answers a ticket, and what Odoo asks to find mails that go in circles."""

import uuid
from collections.abc import Callable

from odoo import SUPERUSER_ID, api

from .scenarios import MAIL, MAILS

TICKET = "support.ticket"
# The Message-Id of the message number 0, 1, ... that a ticket is loaded with.
MESSAGE_ID = "<{place}-{ticket}@bench.example>"
ANSWER = MAIL.replace("Date:", "References: {first}\nDate:")


class AnsweringMail:
    """Customers who write again about tickets that were loaded."""

    portions = {"mail": MAILS, "mail_answer": MAILS}
    address: str
    answered = 0

    @property
    def mail_scenarios(self) -> dict[str, Callable[[api.Environment], list[int]]]:
        """What is measured, by name."""
        return {"mail_answer": self.take_in_answers, "loop": self.look_for_loops}

    def user_of(self, scenario: str) -> int:
        """Return the user who does `scenario`: the mail server and its jobs."""
        is_mail = scenario in self.mail_scenarios
        return SUPERUSER_ID if is_mail else super().user_of(scenario)

    def before(self, env: api.Environment, scenario: str) -> None:
        """Let the customers of the next open tickets write; this is not timed."""
        super().before(env, scenario)
        if scenario in self.mail_scenarios:
            domain = [("closed_at", "=", False), ("id", "<=", self.size.tickets)]
            self.tickets = env[TICKET].search(
                domain, order="id", offset=self.answered, limit=MAILS
            )
            self.answers = [self._write_answer(ticket) for ticket in self.tickets]
            self.answered += MAILS * (scenario == "mail_answer")

    def _write_answer(self, ticket) -> bytes:
        mail = ANSWER.format(
            sender=ticket.email_normalized,
            address=self.address,
            number=ticket.id,
            unique=uuid.uuid4(),
            first=MESSAGE_ID.format(place=0, ticket=ticket.id),
        )
        return mail.replace("\n", "\r\n").encode()

    def take_in_answers(self, env: api.Environment) -> list[int]:
        """Take in what a mailbox hands over, all of it twice, and work it off."""
        for raw in self.answers * 2:
            env["mail.thread"].message_process(None, raw)
            env.cr.commit()
        env["support.incoming.mail"]._cron_process()
        return [MAILS]

    def look_for_loops(self, env: api.Environment) -> list[int]:
        """Let Odoo ask how much an address wrote: new tickets, and to one ticket."""
        ticket = self.tickets[:1]
        mail = {
            "email_from": ticket.email_normalized,
            "author_id": ticket.partner_id.id,
            "to": self.address,
        }
        return [
            int(ticket._detect_loop_sender(None, mail, [(TICKET, thread_id)]))
            for thread_id in (0, ticket.id)
        ]

    def check(self, env: api.Environment, scenario: str, result: list) -> list:
        """See that each answer stands in its ticket, once."""
        if scenario != "mail_answer":
            return super().check(env, scenario, result)
        mails = env["support.incoming.mail"].search([], order="id desc", limit=MAILS)
        kept = mails.filtered(lambda m: m.outcome == "appended" and m.duplicates == 1)
        return [len(kept.ticket_id & self.tickets)]


def ledger_sql() -> str:
    """Return the INSERT of the mails that opened the tickets into the ledger."""
    first = MESSAGE_ID.format(place=0, ticket="' || ticket.id || '")
    return f"""
        INSERT INTO support_incoming_mail (content_key, message_slot, message_id,
               email_from, subject, size, received_at, team_id, company_id, state,
               outcome, ticket_id, duplicates, attempts, create_uid, write_uid,
               create_date, write_date)
        SELECT 'bench-' || ticket.id, 'bench-' || ticket.id, '{first}',
               ticket.email_normalized, ticket.name, 1000, ticket.opened_at,
               ticket.team_id, ticket.company_id, 'done', 'ticket_created', ticket.id,
               0, 1, 1, 1, ticket.opened_at, ticket.opened_at
          FROM support_ticket AS ticket
          JOIN support_channel AS channel ON channel.id = ticket.channel_id
         WHERE channel.kind = 'email'"""
