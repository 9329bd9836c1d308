"""C04 and C09: mails of one conversation that come while it is made, or merged."""

import time
from collections.abc import Callable

from ..at_once import at_once, find_errors
from ..clients import Client
from ..corpus.replies import Conversation, reply_shape
from ..ledger import Fate
from ..mail import APPENDED, SUPPORT, TICKET, Mail, Shape
from ..rig import Rig
from .answers import answering, open_ticket
from .base import Case, Result
from .concurrency import make_door

EITHER = frozenset((TICKET, APPENDED))


class MailAndReply(Case):
    """C04: a mail and the customer's own answer to it arrive together."""

    id, title = "C04", "A mail and its reply at once, in either order: one thread"

    def run(self, rig: Rig) -> Result:
        """Hand over both at the same moment; count threads by SQL."""
        pairs = [_make_pair(number) for number in range(rig.scale(100, 6))]
        doors = [make_door(rig), make_door(rig)]
        with rig.polling():
            for number, pair in enumerate(pairs):
                # Every third pair comes in the wrong order, and surely so.
                late = 0.4 if number % 3 == 2 else 0.0
                actions = [
                    _delivering(door, mail, pause)
                    for door, mail, pause in zip(doors, pair, (late, 0.0), strict=True)
                ]
                failed = find_errors(at_once(actions))
                if failed:
                    raise RuntimeError(failed[0])
        rig.settle()
        balance = rig.balance([mail for pair in pairs for mail in pair])
        fates = {fate.mail: fate for fate in balance.fates}
        split = [pair for pair in pairs if not _is_one(*(fates[one] for one in pair))]
        problems = (
            [f"{len(split)} conversations are not in one ticket"] if split else []
        )
        return Result.of(balance, problems, pairs=len(pairs), split=len(split))


def _make_pair(number: int) -> tuple[Mail, Mail]:
    first = Shape("C04", "first", lambda s: s.mail(), EITHER).make(number)
    reply = Shape(
        "C04",
        "reply",
        lambda s: s.mail(
            headers={
                "Subject": f"Re: {s.subject}",
                "In-Reply-To": f"<{first.uuid}@customer.example>",
                "References": f"<{first.uuid}@customer.example>",
            }
        ),
        EITHER,
    )
    return first, reply.make(number, sender=first.sender)


def _delivering(
    door: Callable[[bytes], object], mail: Mail, pause: float
) -> Callable[[], object]:
    def deliver() -> object:
        time.sleep(pause)
        return door(mail.raw)

    return deliver


def _is_one(first: Fate, reply: Fate) -> bool:
    outcomes = {first.outcome, reply.outcome}
    return outcomes == EITHER and first.ticket_id == reply.ticket_id


class MergeBothWays(Case):
    """C09: A is merged into B and B into A, while the customer answers on A."""

    id, title = "C09", "Merge A into B, B into A, and a mail to A, all at once"

    def run(self, rig: Rig) -> Result:
        """Merge at once; the case is in one ticket, and the answer in it."""
        rounds = rig.scale(60, 3)
        agents = [rig.client(login) for login in ("rig_rita", "rig_paulo")]
        door, problems, merged, mails = make_door(rig), [], 0, []
        for number in range(rounds):
            tickets, mail = self._prepare(rig, agents[0], number)
            mails.append(mail)
            actions = [
                _merging(agents[0], *tickets),
                _merging(agents[1], *reversed(tickets)),
                _delivering(door, mail, number % 3 / 5),
            ]
            with rig.polling():
                problems += find_errors(at_once(actions))
            rig.settle()
            wins, wrong = self._judge(rig, tickets, mail)
            merged += wins
            problems += wrong
        figures = {"rounds": rounds, "merged": merged}
        return Result.of(rig.balance(mails), problems, **figures)

    def _prepare(self, rig: Rig, agent: Client, number: int) -> tuple[list[int], Mail]:
        customer = f"c09-{number}@customer.example"
        tickets = [open_ticket(rig, customer, f"Merge {number}{n}") for n in "AB"]
        answering(agent, tickets[0], "Which of the two is it?")()
        [(message_id, name)] = rig.store.query(
            "SELECT message_id, number FROM mail_message AS message"
            "  JOIN support_ticket AS ticket ON ticket.id = res_id"
            " WHERE model = 'support.ticket' AND res_id = %s"
            "   AND message_type = 'comment'",
            (tickets[0],),
        )
        conversation = Conversation(
            tickets[0], name, customer, message_id, message_id, SUPPORT
        )
        return tickets, conversation.reply(reply_shape("C09", "reply", conversation))

    def _judge(self, rig: Rig, tickets: list[int], mail: Mail) -> tuple[int, list[str]]:
        """Return how many merges there were, and what is wrong."""
        into = dict(
            rig.store.query(
                "SELECT id, merged_into_id FROM support_ticket"
                " WHERE id = ANY(%s) AND merged_into_id IS NOT NULL",
                (tickets,),
            )
        )
        fate = rig.balance([mail]).fates[0]
        survivor = into.get(tickets[0], tickets[0])
        places = [message.record_id for message in fate.messages]
        problems = ["both are merged: a cycle"] if len(into) > 1 else []
        if places != [survivor]:
            problems.append(f"the answer is in {places} and not in {survivor}")
        left = rig.store.count(
            "SELECT count(*) FROM mail_message WHERE model = 'support.ticket'"
            " AND message_type IN ('comment', 'email') AND res_id = ANY(%s)",
            list(into),
        )
        if left:
            problems.append(f"{left} messages were left in the merged ticket")
        return len(into), problems


def _merging(agent: Client, loser: int, survivor: int) -> Callable[[], object]:
    window = agent.call(
        "support.merge",
        "create",
        [{"ticket_ids": [(6, 0, [loser, survivor])], "survivor_id": survivor}],
    )
    twin = agent.twin()
    return lambda: twin.call("support.merge", "action_merge", window)


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [MailAndReply(), MergeBothWays()]
