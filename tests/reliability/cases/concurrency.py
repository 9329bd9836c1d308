"""C01 to C10: the same thing at the same time, by clients with their own sessions."""

import contextlib
import threading
import xmlrpc.client
from collections.abc import Callable, Iterator, Sequence

from requests import Response

from store_setup.rpc import RpcError

from .. import corpus
from ..at_once import at_once, count_refused, find_errors
from ..clients import Client
from ..mail import Mail
from ..rig import Rig
from .base import Case, Result, check_acknowledgements


class Take(Case):
    """C01: two agents take one ticket."""

    id, title = "C01", "Two agents take one ticket at once"

    def run(self, rig: Rig) -> Result:
        """Make tickets; let both take each; count owners and assignments by SQL."""
        rounds = rig.scale(200, 8)
        agents = [rig.client("rig_rita"), rig.client("rig_paulo")]
        team = rig.ids["team"]
        values = [{"name": f"Take {n}", "team_id": team} for n in range(rounds)]
        tickets = rig.rpc("support.ticket", "create", values)
        wins, losses, others = 0, 0, []
        for ticket in tickets:
            answers = at_once([_taking(agent, ticket) for agent in agents])
            wins += sum(not isinstance(one, Exception) for one in answers)
            losses += count_refused(answers)
            others += find_errors(answers)
        owned, assignments = rig.store.query(
            "SELECT (SELECT count(*) FROM support_ticket"
            "   WHERE id = ANY(%s) AND user_id IS NOT NULL),"
            " (SELECT count(*) FROM support_ticket_event"
            "   WHERE ticket_id = ANY(%s) AND kind = 'assign')",
            (tickets, tickets),
        )[0]
        figures = {"rounds": rounds, "owned": owned, "assignments": assignments}
        fair = wins == losses == rounds
        problems = [] if fair else [f"{wins} won, {losses} were told"]
        if not owned == assignments == rounds:
            problems.append("a ticket has no owner, or was given twice")
        return Result(figures, problems + others[:3])


def _taking(agent: Client, ticket: int) -> Callable[[], object]:
    return lambda: agent.call("support.ticket", "action_take", [ticket])


class SameMail(Case):
    """C03: one mail comes through two pipes and two pollers of its mailbox."""

    id, title = "C03", "The same mail through several doors at once"

    def run(self, rig: Rig) -> Result:
        """Send each mail through all doors; count rows and messages by SQL."""
        mails = [mail.repeated(3) for mail in corpus.ordinary(rig.scale(500, 12))]
        self.send(rig, mails)
        rig.settle()
        problems = check_acknowledgements(rig, mails)
        return Result.of(rig.balance(mails), problems)

    def send(self, rig: Rig, mails: Sequence[Mail]) -> None:
        """Hand over every mail by two pipes and the mailbox at the same moment."""
        direct = [make_door(rig), make_door(rig)]
        with rig.polling(), _second_poller(rig):
            for number, mail in enumerate(mails):
                at_the_mailbox = mail.again[1]
                # The scripts take long to start: every tenth mail comes by them.
                doors = direct if number % 10 else [rig.pipe, rig.pipe_to_odoo]
                copies = (mail.raw, mail.again[0])
                actions = [
                    lambda door=door, raw=raw: door(raw)
                    for door, raw in zip(doors, copies, strict=True)
                ]
                actions.append(lambda raw=at_the_mailbox: rig.mailbox.put(raw))
                failed = [one for one in at_once(actions) if isinstance(one, Exception)]
                if failed:
                    raise failed[0]


def make_door(rig: Rig) -> Callable[[bytes], object]:
    """Return what a mail gateway calls, without the start of a process."""
    proxy = xmlrpc.client.ServerProxy(f"{rig.server.url}/xmlrpc/2/object")
    login = (rig.name, rig.ids["gate"], rig.gate_key)

    def deliver(raw: bytes) -> object:
        mail = [False, xmlrpc.client.Binary(raw)]
        return proxy.execute_kw(*login, "mail.thread", "message_process", mail)

    return deliver


@contextlib.contextmanager
def _second_poller(rig: Rig) -> Iterator[None]:
    """Poll the mailbox by a second server entry, in an HTTP worker, all the time."""
    done = threading.Event()
    rpc = rig.server.rpc()

    def poll() -> None:
        while not done.wait(0.3):
            with contextlib.suppress(RpcError):
                rpc("fetchmail.server", "fetch_mail", [rig.ids["fetchers"][1]])

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class WithoutIndex(SameMail):
    """PROOF: the same without the unique indexes must show doubles; runs last."""

    id = "PROOF"
    title = "Without the unique index the rig sees duplicates (and must)"

    def run(self, rig: Rig) -> Result:
        """Drop the indexes in this database and expect C03 to fail."""
        dropped = rig.store.drop_unique_indexes()
        result = super().run(rig)
        seen = result.figures["duplicated"] > 0
        result.figures["dropped"] = dropped
        result.problems = [] if seen else ["no duplicate was seen without the index"]
        return result


class DoubleClick(Case):
    """C07: ten parallel POSTs of one form of the portal."""

    id, title = "C07", "Ten parallel POSTs on reply and close of the portal"

    def run(self, rig: Rig) -> Result:
        """Reply ten times at once with one form, close ten times; count by SQL."""
        rounds = rig.scale(20, 2)
        problems: list[str] = []
        for number in range(rounds):
            problems += self._round(rig, number)
        return Result({"rounds": rounds, "posts": rounds * 20}, problems)

    def _round(self, rig: Rig, number: int) -> list[str]:
        ticket = rig.rpc(
            "support.ticket",
            "create",
            {
                "name": f"Click {number}",
                "team_id": rig.ids["team"],
                "partner_id": rig.ids["portal"],
            },
        )
        customer = rig.client("rig_portal")
        page = f"/my/support/{ticket}"
        form = customer.hidden_fields(page, f"{page}/reply")
        self._click(rig, customer, f"{page}/reply", message="Click mark", **form)
        replies = rig.store.query(
            "SELECT count(*) FROM mail_message WHERE model = 'support.ticket'"
            " AND res_id = %s AND body LIKE '%%Click mark%%'",
            (ticket,),
        )[0][0]
        form = customer.hidden_fields(page, f"{page}/close")
        self._click(rig, customer, f"{page}/close", **form)
        closings = rig.store.query(
            "SELECT count(*) FROM support_ticket_event WHERE ticket_id = %s"
            " AND kind = 'stage' AND payload->>'stage_kind' = 'solved'",
            (ticket,),
        )[0][0]
        counts = {"replies": replies, "closings": closings}
        return [f"{count} {what}" for what, count in counts.items() if count != 1]

    def _click(self, rig: Rig, customer: Client, path: str, **form) -> None:
        twins = [customer.twin() for _ in range(10)]
        at_once([lambda twin=twin: twin.post(path, **form) for twin in twins])


class DoubleSend(Case):
    """C07W: ten parallel POSTs of one web form, by guests and by customers."""

    id, title = "C07W", "Ten parallel POSTs of the web form"

    def run(self, rig: Rig) -> Result:
        """Send each form ten times at once; count tickets and thanks pages."""
        rounds = rig.scale(20, 2)
        problems: list[str] = []
        for number in range(rounds):
            login = "rig_portal" if number % 2 else ""
            problems += self._round(rig, login, f"Send {number}")
        return Result({"rounds": rounds, "posts": rounds * 10}, problems)

    def _round(self, rig: Rig, login: str, subject: str) -> list[str]:
        rig.store.query("DELETE FROM support_rate_limit")
        sender = rig.client(login)
        form = sender.hidden_fields("/support", "/support")
        form |= {"subject": subject, "message": "Send mark"}
        form["reason_id"] = sender.first_option("/support", "reason_id")
        if not login:
            form |= {"partner_name": "Rita", "email": "rita@guest.example"}
        twins = [sender.twin() for _ in range(10)]
        answers = at_once(
            [lambda one=one: one.post("/support", **form) for one in twins]
        )
        numbers = [
            number
            for (number,) in rig.store.query(
                "SELECT number FROM support_ticket WHERE name = %s", (subject,)
            )
        ]
        if len(numbers) != 1:
            return [f"{len(numbers)} tickets of {subject}"]
        strays = [one for one in answers if not _is_thanks(one, numbers[0])]
        return [f"{len(strays)} did not end at {subject}"] if strays else []


def _is_thanks(answer: object, number: str) -> bool:
    """Tell whether a form's answer is the page that thanks for this ticket."""
    if not isinstance(answer, Response):
        return False
    return answer.url.endswith("/support/thanks") and f"#{number}" in answer.text


class Numbers(Case):
    """C10: tickets made in parallel have numbers of their own."""

    id, title = "C10", "Parallel creates: unique numbers"

    def run(self, rig: Rig) -> Result:
        """Create from ten clients at once; count numbers by SQL."""
        each = rig.scale(100, 3)
        clients = [rig.client(login) for login in ("rig_rita", "rig_paulo") * 5]

        def create(client: Client) -> list[int]:
            values = {"name": "Number mark", "team_id": rig.ids["team"]}
            return [
                client.call("support.ticket", "create", [values])[0]
                for _ in range(each)
            ]

        answers = at_once([lambda client=client: create(client) for client in clients])
        errors = [repr(one) for one in answers if isinstance(one, Exception)][:3]
        tickets, numbers = rig.store.query(
            "SELECT count(*), count(DISTINCT number) FROM support_ticket"
            " WHERE name = 'Number mark'"
        )[0]
        wanted = each * len(clients)
        fine = tickets == numbers == wanted
        problems = [] if fine else [f"{tickets} tickets, {numbers} numbers of {wanted}"]
        return Result({"tickets": tickets, "numbers": numbers}, problems + errors)


def cases() -> list[Case]:
    """Return the cases of this file; the proof comes last of all."""
    return [
        Take(),
        SameMail(),
        DoubleClick(),
        DoubleSend(),
        Numbers(),
        WithoutIndex(),
    ]
