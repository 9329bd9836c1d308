"""Conversations as they come about: a mail in, an agent's answer, a mail out."""

from . import corpus
from .corpus.replies import Conversation


def open_conversations(rig, count: int) -> list[Conversation]:
    """Return tickets that customers opened by mail and an agent answered.

    :param Rig rig: with its server running
    """
    openings = corpus.ordinary(count)
    for mail in openings:
        rig.mailbox.put(mail.raw)
    rig.settle()
    agent = rig.client("rig_rita")
    tickets = {fate.mail: fate.ticket_id for fate in rig.balance(openings).fates}
    for ticket_id in tickets.values():
        agent.call(
            "support.ticket",
            "message_post",
            [ticket_id],
            body="We look into it. Which colour is the lamp?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
    rig.settle()
    return [_read(rig, mail, ticket_id) for mail, ticket_id in tickets.items()]


def _read(rig, opening, ticket_id: int) -> Conversation:
    answer = rig.sink.wait_for(opening.sender, count=2).message
    number = rig.store.query(
        "SELECT number FROM support_ticket WHERE id = %s", (ticket_id,)
    )[0][0]
    return Conversation(
        ticket_id=ticket_id,
        number=number,
        customer=opening.sender,
        opening_id=f"<{opening.uuid}@customer.example>",
        message_id=answer["Message-Id"],
        reply_to=str(answer["Reply-To"] or answer["From"]),
    )
