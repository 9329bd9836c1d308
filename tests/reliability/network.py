"""A messaging network as the sandbox plays it, connected with the rig's store."""

import contextlib
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from sandbox import Sandbox, formats
from sandbox.formats import Said

from .prepare_store import find_id
from .rig import Rig

SECRET = "rig-secret"
JOBS = (
    "customer_support_chat.ir_cron_support_receive",
    "customer_support_chat.ir_cron_support_send",
)
PATIENCE = 300
# How many people write at once: each has a case of their own.
CUSTOMERS = 50
MARK = re.compile(r"\b[a-z]\d\d-\d+(?=\.)")
# What comes in, and what leaves.
IN, OUT = ("body", "message"), ("answer",)


class Network:
    """One account at a network, and the store's channel for it.

    :param kind: of the channel
    :param values: of the channel, beside those that every one needs
    """

    def __init__(
        self, rig: Rig, sandbox: Sandbox, account: str, kind: str, **values
    ) -> None:
        self.rig, self.sandbox, self.kind, self.account = rig, sandbox, kind, account
        wanted = {
            "name": f"Rig {kind} {account}",
            "kind": kind,
            "account_key": account,
            "team_id": rig.ids["team"],
            "app_secret": SECRET,
            "access_token": SECRET,
            "api_url": sandbox.api_url(kind),
        }
        [self.channel] = rig.rpc("support.channel", "create", [wanted | values])
        self.path = urlsplit(self.read("webhook_url")).path
        sandbox.connect(kind, account, rig.server.url + self.path, SECRET)
        self.jobs = [find_id(rig.rpc, job) for job in JOBS]
        rig.store.query(
            "UPDATE ir_cron SET active = true, failure_count = 0 WHERE id = ANY(%s)",
            (self.jobs,),
        )
        self._people = itertools.cycle(range(CUSTOMERS))

    def read(self, name: str):
        """Return one column of the channel, as an administrator sees it."""
        [read] = self.rig.rpc("support.channel", "read", [self.channel], [name])
        return read[name]

    def write(self, **values) -> None:
        """Change the channel as an administrator does."""
        self.rig.rpc("support.channel", "write", [self.channel], values)

    def call(self, method: str) -> None:
        """Press a button of the channel as an administrator."""
        self.rig.rpc("support.channel", method, [self.channel])

    # --- what customers write -----------------------------------------------------

    def say(self, *texts: str, sender: str = "", at: float | None = None) -> dict:
        """Return the content of a body with one message for each text.

        :param sender: one customer for all of them; several in turn when it is empty
        """
        said = [
            Said(
                f"wamid.{text}",
                sender or f"55119987{next(self._people):05}",
                "Ana",
                text,
                at or time.time(),
            )
            for text in texts
        ]
        return formats.message(self.sandbox.accounts[self.kind], *said)

    def body(self, *texts: str, **options) -> bytes:
        """Return a signed-to-be body with one message for each text."""
        return formats.write(self.say(*texts, **options))

    def post(self, body: bytes, headers: dict | None = None) -> int:
        """Post a body with its proof; return the status."""
        return self.sandbox.post_body(self.kind, body, headers)

    def insist(self, body: bytes) -> None:
        """Post a body again until it is confirmed, as the network does."""
        for _attempt in range(60):
            with contextlib.suppress(OSError):
                if self.post(body) == 200:
                    return
            time.sleep(0.5)
        raise RuntimeError("The store confirms nothing")

    def open_tickets(self, count: int, text: str = "Oi") -> list[int]:
        """Let so many customers write for the first time; return their tickets."""
        for number in range(count):
            self.insist(self.body(f"{text} {number}", sender=f"55118{number:08}"))
        self.settle()
        rows = self.rig.store.query(
            "SELECT DISTINCT ticket_id FROM support_channel_event"
            " WHERE channel_id = %s AND kind = 'message' AND ticket_id IS NOT NULL",
            (self.channel,),
        )
        return [ticket for (ticket,) in rows]

    # --- the store's work ---------------------------------------------------------

    def work(self, kinds: tuple[str, ...] = IN) -> None:
        """Let the jobs run now, and let no row of these kinds wait for its turn."""
        self.rig.killer.prefer_cron_workers()
        # What is due already is let alone: a worker may be about to take it.
        self.rig.store.query(
            "UPDATE support_channel_event"
            "   SET next_attempt_at = now() AT TIME ZONE 'UTC'"
            " WHERE id IN (SELECT id FROM support_channel_event"
            "   WHERE state = 'pending' AND kind IN %s AND channel_id = %s"
            "     AND next_attempt_at > now() AT TIME ZONE 'UTC' + interval '1 second'"
            "   FOR UPDATE SKIP LOCKED)",
            (kinds, self.channel),
        )
        self.rig.store.trigger(self.jobs)

    def count_waiting(self, kinds: tuple[str, ...] = IN) -> int:
        """Return how many rows of this channel are not decided yet."""
        return self.rig.store.count(
            "SELECT count(*) FROM support_channel_event WHERE channel_id = %s"
            " AND state IN ('pending', 'sending') AND kind IN %s",
            self.channel,
            kinds,
        )

    def settle(
        self,
        kinds: tuple[str, ...] = IN,
        patience: float = PATIENCE,
        each_time: Callable[[], object] | None = None,
    ) -> bool:
        """Let the store work until nothing of these kinds waits."""

        def is_calm() -> bool:
            if each_time:
                each_time()
            self.work(kinds)
            time.sleep(0.4)
            return not self.count_waiting(kinds)

        return self.rig.wait(is_calm, patience)

    # --- what came of it ----------------------------------------------------------

    def count_messages(self, marks: list[str]) -> Counter:
        """Return how often each mark stands in a message of a ticket, by SQL.

        :param marks: such as ``w04-1``; each stood before a full stop
        """
        found: Counter[str] = Counter()
        for (body,) in self.rig.store.query(
            "SELECT body FROM mail_message WHERE model = 'support.ticket'"
            " AND message_type = 'comment'"
        ):
            found.update(MARK.findall(body or ""))
        return Counter({mark: found[mark] for mark in marks})

    def count_events(self, kind: str, state: str) -> int:
        """Return how many rows of this channel are of a kind and in a state."""
        return self.rig.store.count(
            "SELECT count(*) FROM support_channel_event"
            " WHERE channel_id = %s AND kind = %s AND state = %s",
            self.channel,
            kind,
            state,
        )

    def count_answers(self) -> dict[str, int]:
        """Return how many answers are in each state."""
        rows = self.rig.store.query(
            "SELECT state, count(*) FROM support_channel_event"
            " WHERE channel_id = %s AND kind = 'answer' GROUP BY state",
            (self.channel,),
        )
        return dict(rows)

    def find_broken_jobs(self) -> list[str]:
        """Return a line for each job that failed as a whole: that is never right."""
        rows = self.rig.store.query(
            "SELECT cron_name, failure_count FROM ir_cron"
            " WHERE id = ANY(%s) AND failure_count > 0",
            (self.jobs,),
        )
        return [f"{name} failed {count} times" for name, count in rows]


@contextlib.contextmanager
def network(
    rig: Rig, account: str, kind: str = "whatsapp", **values
) -> Iterator[Network]:
    """A network with an account of its own, which is silent when the block is left."""
    with Sandbox() as sandbox:
        made = Network(rig, sandbox, account, kind, **values)
        try:
            yield made
        finally:
            made.write(active=False)


def judge(found: Counter) -> tuple[dict, list[str]]:
    """Return the figures of marks that should each be there once, and what is wrong."""
    lost = sum(count == 0 for count in found.values())
    doubled = sum(count > 1 for count in found.values())
    figures = {"messages": len(found), "lost": lost, "duplicated": doubled}
    return figures, [f"{lost} lost, {doubled} doubled"] if lost or doubled else []


def answer(agent, ticket: int, words: str) -> None:
    """Answer a ticket as an agent does in the back office.

    :param Client agent: who is logged in
    """
    agent.call(
        "support.ticket",
        "message_post",
        [ticket],
        body=words,
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )
