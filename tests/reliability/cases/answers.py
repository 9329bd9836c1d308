"""C02 and C06: several agents answer one ticket at the same moment."""

from collections.abc import Callable, Sequence

from ..at_once import at_once, count_refused, find_errors
from ..clients import Client
from ..rig import Rig
from .base import Case, Result

TICKET = "support.ticket"
PATIENCE = 180
# Odoo gives a request up that was in the way of others five times, and says so.
GIVEN_UP_LIMIT = 0.001


def open_ticket(rig: Rig, customer: str, name: str) -> int:
    """Return a ticket of a customer who is known by an address alone."""
    values = {"name": name, "team_id": rig.ids["team"], "email_from": customer}
    return rig.rpc(TICKET, "create", [values])[0]


def answering(agent: Client, ticket: int, words: str) -> Callable[[], object]:
    """Return what sends one public answer, in a tab of its own."""
    twin = agent.twin()
    return lambda: twin.call(
        TICKET,
        "message_post",
        [ticket],
        body=words,
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )


def check_answers(
    rig: Rig, ticket: int, customer: str, words: Sequence[str]
) -> list[str]:
    """Return what was lost or doubled of answers with these words."""
    rig.wait(lambda: len(rig.sink.to(customer)) >= len(words), PATIENCE)
    rig.settle()
    mails = [mail.text for mail in rig.sink.to(customer)]
    bodies = [
        body
        for (body,) in rig.store.query(
            "SELECT body FROM mail_message WHERE model = %s AND res_id = %s",
            (TICKET, ticket),
        )
    ]
    found = {"messages": bodies, "mails to the customer": mails}
    problems = [
        f"{count} {what} with {word!r}"
        for word in words
        for what, texts in found.items()
        if (count := sum(word in text for text in texts)) != 1
    ]
    counts = rig.store.query(
        "SELECT reply_count, (SELECT count(*) FROM support_ticket_event"
        "   WHERE ticket_id = ticket.id AND kind = 'reply')"
        " FROM support_ticket AS ticket WHERE id = %s",
        (ticket,),
    )[0]
    if counts != (len(words), len(words)):
        problems.append(f"{counts} replies counted instead of {len(words)}")
    return problems[:3]


class TwoAnswers(Case):
    """C02: both answers are kept, and each agent hears of the other's."""

    id, title = "C02", "Two agents answer one ticket at once"

    def run(self, rig: Rig) -> Result:
        """Answer at once; count messages, mails and warnings."""
        rounds = rig.scale(50, 3)
        agents = [rig.client(login) for login in ("rig_rita", "rig_paulo")]
        names = ["Rita Alves", "Paulo Reis"]
        problems: list[str] = []
        for number in range(rounds):
            problems += self._round(rig, agents, names, number)
        return Result({"rounds": rounds, "answers": rounds * 2}, problems)

    def _round(
        self, rig: Rig, agents: list[Client], names: list[str], number: int
    ) -> list[str]:
        customer = f"c02-{number}@customer.example"
        ticket = open_ticket(rig, customer, f"Two answers {number}")
        words = [f"C02 answer {number} of agent {place}." for place in (1, 2)]
        at_once([answering(agents[0], ticket, f"C02 greeting {number}.")])
        first = [_report(agent, ticket, 0) for agent in agents]
        seen = [one["last_message_id"] for one in first]
        problems = []
        if [one["name"] for one in _report(agents[0], ticket, 0)["others"]] != names[
            1:
        ]:
            problems.append("nobody was told that a colleague is writing")
        pairs = zip(agents, words, strict=True)
        problems += find_errors(at_once([answering(a, ticket, w) for a, w in pairs]))
        news = [
            _report(agent, ticket, known)["news"]
            for agent, known in zip(agents, seen, strict=True)
        ]
        # Rita's own greeting is no news to her: she has to hear of Paulo all the same.
        if news != names[::-1]:
            problems.append(f"told of a new answer: {news}")
        greeting = f"C02 greeting {number}."
        return problems + check_answers(rig, ticket, customer, [*words, greeting])


def _report(agent: Client, ticket: int, known: int) -> dict:
    return agent.call(
        TICKET, "report_presence", [ticket], doing="writing", last_message_id=known
    )


class ManyWriters(Case):
    """C06: twenty clients write one ticket; what Odoo repeats happens once.

    A request may be given up after five tries, which happens where each takes seconds.
    """

    id, title = "C06", "Twenty clients write one ticket at once"
    clients = 20

    def run(self, rig: Rig) -> Result:
        """Answer and change fields at once; count by SQL and in the mailbox."""
        rounds = rig.scale(25, 1)
        agents = [rig.client(login) for login in ("rig_rita", "rig_paulo")]
        problems, given_up = [], 0
        for number in range(rounds):
            customer = f"c06-{number}@customer.example"
            ticket = open_ticket(rig, customer, f"Many writers {number}")
            words = [f"C06 answer {number}-{n}." for n in range(self.clients)]
            actions = [
                answering(agents[n % 2], ticket, word) for n, word in enumerate(words)
            ]
            actions += [
                _renaming(agents[n % 2], ticket, f"Written {n}") for n in range(4)
            ]
            answers = at_once(actions)
            problems += find_errors(answers)
            given_up += count_refused(answers)
            # Who was told that it failed may not find it done all the same.
            done = [
                word
                for word, answer in zip(words, answers, strict=False)
                if not isinstance(answer, Exception)
            ]
            undone = set(words).difference(done)
            problems += check_answers(rig, ticket, customer, done)
            problems += _find_undone(rig, customer, undone)
        writes = rounds * (self.clients + 4)
        if given_up > max(1, writes * GIVEN_UP_LIMIT):
            problems.append(f"{given_up} of {writes} writes were given up")
        return Result({"writes": writes, "given_up": given_up}, problems)


def _find_undone(rig: Rig, customer: str, words: set[str]) -> list[str]:
    texts = [mail.text for mail in rig.sink.to(customer)]
    sent = [word for word in words if any(word in text for text in texts)]
    return [f"sent, though the agent was told that it failed: {word}" for word in sent]


def _renaming(agent: Client, ticket: int, name: str) -> Callable[[], object]:
    twin = agent.twin()
    return lambda: twin.call(TICKET, "write", [ticket], {"name": name})


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [TwoAnswers(), ManyWriters()]
