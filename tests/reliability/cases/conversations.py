"""B09 to B12: who may write into a conversation, and who only says so."""

from .. import corpus
from ..corpus.replies import HELD, NEW, forged, honest, reply_shape
from ..ledger import Balance
from ..mail import APPENDED, QUARANTINED, SUPPORT, TICKET, Mail, Shape
from ..rig import Rig
from .base import Case, MailFamily

TRUSTED_SERVER = "mx.store.example"
TRUST = "customer_support.mail_authserv_id"


class Honest(MailFamily):
    """REPLY: the customer answers the agent, whatever the mail program does."""

    id, title = "REPLY", "The customer's reply is appended"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return honest replies in several conversations."""
        return [
            conversation.reply(shape)
            for conversation in rig.conversations[:2]
            for shape in honest("REPLY", conversation)
        ]


class DmarcFails(MailFamily):
    """B09: the trusted mail server says that the sender's address is forged."""

    id, title = "B09", "Sender's address is forged (DMARC)"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return replies and a new mail, with each verdict."""
        conversation = rig.conversations[0]
        wanted = {"fail": HELD, "pass": frozenset((APPENDED,))}
        replies = [
            conversation.reply(
                reply_shape(
                    "B09",
                    f"reply, {verdict}",
                    conversation,
                    expect,
                    headers=lambda s, verdict=verdict: _verdict(verdict),
                )
            )
            for verdict, expect in wanted.items()
        ]
        new = Shape(
            "B09",
            "new, none",
            lambda s: s.mail(headers=_verdict("none")),
            frozenset((TICKET,)),
        )
        return [*replies, *corpus.make([new])]

    def run(self, rig: Rig):
        """Send them while a mail server is trusted."""
        rig.rpc("ir.config_parameter", "set_param", TRUST, TRUSTED_SERVER)
        try:
            return super().run(rig)
        finally:
            rig.rpc("ir.config_parameter", "set_param", TRUST, False)

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Check that an unproven sender is only a claim."""
        new = [fate for fate in balance.fates if fate.mail.shape.name == "new, none"]
        proven = rig.store.query(
            "SELECT count(*) FROM support_ticket WHERE partner_id IS NOT NULL"
            " AND id IN %s",
            (tuple(fate.ticket_id or 0 for fate in new),),
        )[0][0]
        return ["an unproven sender is taken for the customer"] if proven else []


def _verdict(verdict: str) -> dict[str, str]:
    # Above the server's trace line: what the trusted server itself wrote.
    result = f"{TRUSTED_SERVER}; dmarc={verdict} header.from=customer.example"
    return {"Received": None, "Authentication-Results": result}


class ForgedAgent(MailFamily):
    """B10: a mail that says it comes from an agent, with a true Message-Id."""

    id, title = "B10", "Forged agent: never posted as agent, never relayed"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return replies in the agents' names."""
        self.conversations = rig.conversations[2:4]
        return [
            conversation.reply(
                reply_shape("B10", "as agent", conversation, (QUARANTINED, APPENDED)),
                sender=f"{login}@store.example",
            )
            for conversation in self.conversations
            for login in ("rig_rita", "rig_paulo")
        ]

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Look for the words in the customers' mail and among public messages."""
        problems = []
        marks = [fate.mail.uuid for fate in balance.fates]
        for conversation in self.conversations:
            texts = [one.text for one in rig.sink.to(conversation.customer)]
            if any(mark in text for mark in marks for text in texts):
                problems.append("a forged agent's words were relayed to the customer")
        public = rig.store.query(
            "SELECT count(*) FROM mail_message message"
            " JOIN mail_message_subtype subtype ON subtype.id = subtype_id"
            " WHERE message.id IN %s AND NOT subtype.internal",
            (tuple([m.id for f in balance.fates for m in f.messages] or [0]),),
        )[0][0]
        if public:
            problems.append(f"{public} forged agent's mails are public")
        return problems


class Strangers(MailFamily):
    """B11: a stranger who knows a Message-Id."""

    id, title = "B11", "Forged replies: not appended, no follower, no reopening"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return every forgery, at an open and at a solved conversation."""
        opened, solved, other = rig.conversations[4:7]
        rig.solve(solved)
        self.before = {one.ticket_id: _state(rig, one) for one in (opened, solved)}
        return [
            shape.make(number, SUPPORT)
            for one in (opened, solved)
            for number, shape in enumerate(forged("B11", one, other))
        ]

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Compare the conversations with what they were."""
        return [
            f"ticket {ticket} changed: {before} -> {after}"
            for ticket, before in self.before.items()
            if (after := read_state(rig, ticket)) != before
        ]


def _state(rig: Rig, conversation) -> tuple:
    return read_state(rig, conversation.ticket_id)


def read_state(rig: Rig, ticket_id: int) -> tuple:
    """Return what a mail from the wrong sender must not change."""
    return rig.store.query(
        "SELECT stage_id, reopen_count, customer_message_count, first_response_at,"
        " last_customer_message_at, waiting_since,"
        " (SELECT count(*) FROM mail_followers"
        "   WHERE res_model = 'support.ticket' AND res_id = ticket.id),"
        " (SELECT count(*) FROM mail_message"
        "   WHERE model = 'support.ticket' AND res_id = ticket.id"
        "     AND message_type = 'email')"
        " FROM support_ticket ticket WHERE id = %s",
        (ticket_id,),
    )[0]


class NumberIsNoKey(MailFamily):
    """B12: a true ticket number in the subject, from a stranger and the customer."""

    id, title = "B12b", "A true number in the subject opens a new ticket"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return mails that name the number of a ticket."""
        conversation = rig.conversations[6]
        shape = Shape(
            "B12",
            "true number",
            lambda s: s.mail(
                headers={"Subject": f"Re: [#{conversation.number}] my lamp"}
            ),
            NEW,
        )
        return [shape.make(0), conversation.reply(shape)]


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Honest(), DmarcFails(), ForgedAgent(), Strangers(), NumberIsNoKey()]
