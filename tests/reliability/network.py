"""WhatsApp as the sandbox plays it, connected with the rig's store."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
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


class Network:
    """WhatsApp as the sandbox plays it, connected with the rig's store."""

    def __init__(self, rig: Rig, sandbox: Sandbox, account: str) -> None:
        self.rig, self.sandbox, self.account = rig, sandbox, account
        values = {
            "name": "Rig WhatsApp",
            "kind": "whatsapp",
            "account_key": account,
            "team_id": rig.ids["team"],
            "app_secret": SECRET,
            "access_token": SECRET,
            "api_url": sandbox.api_url("whatsapp"),
        }
        [self.channel] = rig.rpc("support.channel", "create", [values])
        [read] = rig.rpc("support.channel", "read", [self.channel], ["webhook_url"])
        self.path = urlsplit(read["webhook_url"]).path
        sandbox.connect("whatsapp", account, rig.server.url + self.path, SECRET)
        self.jobs = [find_id(rig.rpc, job) for job in JOBS]
        rig.store.query(
            "UPDATE ir_cron SET active = true WHERE id = ANY(%s)", (self.jobs,)
        )

    def body(self, *texts: str) -> bytes:
        """Return a signed-to-be body with one message for each text."""
        said = [
            Said(f"wamid.{text}", "5511998765432", "Ana", text, time.time())
            for text in texts
        ]
        return formats.write(formats.message(self.sandbox.accounts["whatsapp"], *said))

    def post(self, body: bytes, headers: dict | None = None) -> int:
        """Post a body with its proof; return the status."""
        return self.sandbox.post_body("whatsapp", body, headers)

    def insist(self, body: bytes) -> None:
        """Post a body again until it is confirmed, as the network does."""
        for _attempt in range(60):
            with contextlib.suppress(OSError):
                if self.post(body) == 200:
                    return
            time.sleep(0.5)
        raise RuntimeError("The store confirms nothing")

    def work(self) -> None:
        """Let the jobs run now, and let no row wait for its next attempt."""
        self.rig.killer.prefer_cron_workers()
        self.rig.store.query(
            "UPDATE support_channel_event"
            "   SET next_attempt_at = now() AT TIME ZONE 'UTC'"
            " WHERE id IN (SELECT id FROM support_channel_event"
            "   WHERE state = 'pending' AND kind <> 'answer'"
            "   FOR UPDATE SKIP LOCKED)"
        )
        self.rig.store.trigger(self.jobs)

    def settle(self, kinds: tuple[str, ...] = ("body", "message")) -> bool:
        """Let the store work until nothing of these kinds waits."""

        def is_calm() -> bool:
            self.work()
            time.sleep(0.5)
            return not self.rig.store.count(
                "SELECT count(*) FROM support_channel_event"
                " WHERE state IN ('pending', 'sending') AND kind IN %s",
                kinds,
            )

        return self.rig.wait(is_calm, PATIENCE)

    def count_messages(self, marks: list[str]) -> Counter:
        """Return how often each mark stands in a message of a ticket, by SQL."""
        rows = self.rig.store.query(
            "SELECT body FROM mail_message WHERE model = 'support.ticket'"
            " AND message_type = 'comment'"
        )
        text = "\n".join(body or "" for (body,) in rows)
        return Counter({mark: text.count(f"{mark}.") for mark in marks})


@contextlib.contextmanager
def network(rig: Rig, account: str) -> Iterator[Network]:
    """A network with an account of its own."""
    with Sandbox() as sandbox:
        yield Network(rig, sandbox, account)


def judge(found: Counter) -> tuple[dict, list[str]]:
    """Return the figures of marks that should each be there once, and what is wrong."""
    lost = sum(count == 0 for count in found.values())
    doubled = sum(count > 1 for count in found.values())
    figures = {"messages": len(found), "lost": lost, "duplicated": doubled}
    return figures, [f"{lost} lost, {doubled} doubled"] if lost or doubled else []
