"""The rig put together: mailbox, sink, server, store, and the ways that mails take."""

import contextlib
import itertools
import os
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from store_setup import Environment, OdooServer, database, paths
from store_setup.smtp_sink import SmtpSink

from . import ledger, prepare_store
from .clients import Client
from .conversation import open_conversations
from .corpus.replies import Conversation
from .killer import Killer
from .ledger import Balance
from .mail import Mail
from .mailbox import Mailbox
from .store import Store

OWN_GATE = paths.ROOT / "customer_support/static/scripts/support-mailgate.py"
ODOO_GATE = "mail/static/scripts/odoo-mailgate.py"
# A pipe of the mail server hands over small mails; the rest come by the mailbox.
GATE_LIMIT = 10**6
# Seconds; a slow machine must not look like a mail that hangs.
LONGEST_CRON = 600


class Rig:
    """A store with its mail servers, ready to be filled and broken.

    A context manager: what it started has ended when the block is left.

    :param quick: the short form, for the ordinary run of all tests
    :param port: the store's port; a free one when it is 0
    """

    def __init__(self, env: Environment, quick: bool, port: int = 0) -> None:
        self.env, self.quick = env, quick
        self.name = f"support_rig_{paths.checkout_key()}_{os.getpid()}"
        self.faults = paths.state_folder() / f"{self.name}-faults"
        self.store = Store(env.connection(self.name))
        self.mailbox = Mailbox(self.name)
        self.sink = SmtpSink()
        self.server = OdooServer(
            env,
            self.name,
            name=self.name,
            port=port,
            workers=2 if quick else 4,
            options={
                "max_cron_threads": 2,
                "limit_time_real_cron": LONGEST_CRON,
                "limit_time_cpu": 600,
                "limit_time_real": 600,
                "limit_memory_hard": 0,
                "limit_memory_soft": 0,
            },
            variables={"SUPPORT_TEST_FAULTS": str(self.faults)},
        )
        self.ids: dict[str, int] = {}
        self._logged_in: dict[str, Client] = {}
        self.gate_key = secrets.token_hex(20)
        self.gate_retries = 0
        self._turn = itertools.count()
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Rig":
        with self._stack as stack:
            template = database.addons_template(tests=True)
            database.copy(database.ensure_template(self.env, template), self.name)
            stack.callback(database.drop, self.name)
            self.faults.mkdir(exist_ok=True)
            stack.callback(shutil.rmtree, self.faults)
            stack.enter_context(self.mailbox)
            stack.enter_context(self.sink)
            self.store.leave_only_mail_crons()
            stack.enter_context(self.server)
            self.killer = Killer(self.server.service.pid, self.faults)
            self.rpc = self.server.rpc()
            self.ids = prepare_store.prepare(self.rpc, self.mailbox, self.sink)
            self.store.add_api_key(self.ids["gate"], self.gate_key)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exception) -> None:
        self._stack.close()

    def restart(self, longest_cron: int = LONGEST_CRON) -> None:
        """Start the server anew.

        :param longest_cron: seconds after which Odoo kills a cron worker
        """
        self.server.stop()
        self.server.options["limit_time_real_cron"] = longest_cron
        self.server.start()
        self.killer.main_pid = self.server.service.pid

    @contextlib.contextmanager
    def clock_shifted(self, **by: float) -> Iterator[None]:
        """Let the server's clock be wrong while the block runs.

        :param by: as of ``timedelta``, for example ``hours=-1``
        """
        clock = self.faults / "clock"
        new = clock.with_suffix(".new")
        # In whole seconds, as Odoo's moments are.
        new.write_text(str(round(timedelta(**by).total_seconds())))
        new.rename(clock)
        try:
            yield
        finally:
            clock.unlink()

    def scale(self, full: int, quick: int) -> int:
        """Return the size of a case in this run."""
        return quick if self.quick else full

    def client(self, login: str = "") -> Client:
        """Return a new client of the store; all those of one login share its session.

        To log in takes half a second each time, as it should.
        """
        if not login:
            return Client(self.server.url)
        if login not in self._logged_in:
            self._logged_in[login] = Client(self.server.url, login)
        return self._logged_in[login].twin()

    def send(self, mails: Iterable[Mail]) -> None:
        """Hand the mails over, by mailbox and by both pipes in turn, in parallel."""
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(self._send_one, list(mails)))

    def _send_one(self, mail: Mail) -> None:
        for raw in (mail.raw, *mail.again):
            self._choose_way(mail)(raw)

    def _choose_way(self, mail: Mail) -> Callable[[bytes], None]:
        turn = next(self._turn) % 8
        if mail.shape.only_mailbox or len(mail.raw) > GATE_LIMIT or turn < 6:
            return self.mailbox.put
        # Odoo's own script reads text and cannot take 8-bit mail.
        return self.pipe_to_odoo if turn == 6 and mail.raw.isascii() else self.pipe

    def pipe(self, raw: bytes) -> None:
        """Pipe a mail through the script of this addon."""
        settings = {
            "URL": self.server.url,
            "DATABASE": self.name,
            "USER": prepare_store.GATE_LOGIN,
            "PASSWORD": self.gate_key,
        }
        self._run_gate(
            raw,
            [OWN_GATE],
            {f"SUPPORT_MAILGATE_{key}": value for key, value in settings.items()},
        )

    def pipe_to_odoo(self, raw: bytes) -> None:
        """Pipe a mail through Odoo's script."""
        folders = map(Path, self.env.odoo.addons_paths)
        gate = next(one / ODOO_GATE for one in folders if (one / ODOO_GATE).exists())
        options = [
            "--host=127.0.0.1",
            f"--port={self.server.port}",
            f"-d{self.name}",
            f"-u{self.ids['gate']}",
            f"-p{self.gate_key}",
            "--retry-status",
        ]
        self._run_gate(raw, [gate, *options], {})

    def _run_gate(self, raw: bytes, command: list, variables: dict[str, str]) -> None:
        """Do as a mail server does: run the script, and again while it fails."""
        for _attempt in range(60):
            done = subprocess.run(
                [self.env.python, *command],
                input=raw,
                capture_output=True,
                env=os.environ | variables,
            )
            if not done.returncode:
                return
            self.gate_retries += 1
            time.sleep(0.5)
        raise RuntimeError(f"{command[0]}: {done.returncode} {done.stderr.decode()}")

    def settle(
        self,
        patience: float = 900,
        each_time: Callable[[], object] | None = None,
    ) -> bool:
        """Let the server work until mailbox and spool are empty.

        :param each_time: called again and again until then
        :return: whether they became empty in `patience` seconds
        """
        deadline = time.monotonic() + patience
        calm = 0
        while calm < 2 and time.monotonic() < deadline:
            if each_time:
                each_time()
            waiting = self.count_in_flight()
            calm = 0 if waiting else calm + 1
            if waiting:
                self.store.skip_waiting_times()
                self.poll()
            time.sleep(0.35)
        return calm >= 2

    def poll(self) -> None:
        """Have the mails fetched, worked on and sent now."""
        self.killer.prefer_cron_workers()
        self.store.trigger_crons()

    def wait(self, condition: Callable[[], object], patience: float) -> bool:
        """Wait until `condition` holds; tell whether it came to hold."""
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    @cached_property
    def conversations(self) -> list[Conversation]:
        """Tickets that customers opened by mail and an agent has answered."""
        return open_conversations(self, 10)

    def solve(self, conversation: Conversation) -> None:
        """Let the agent solve a ticket."""
        agent = self.client("rig_rita")
        agent.call("support.ticket", "action_close", [conversation.ticket_id])

    def count_in_flight(self) -> int:
        """Return how many mails are not decided yet, in the mailbox and the spool."""
        return self.mailbox.count_unseen() + self.store.count_waiting()

    def balance(self, mails: Sequence[Mail]) -> Balance:
        """Return the ledger of these mails as the database has it now."""
        rows = self.store.read_rows({mail.uuid for mail in mails})
        return ledger.join(mails, rows, self.store.read_messages(rows))

    @contextlib.contextmanager
    def polling(self) -> Iterator[None]:
        """Have the mails fetched again and again while the block runs."""
        done = threading.Event()

        def poll() -> None:
            while not done.wait(0.4):
                self.poll()

        thread = threading.Thread(target=poll)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
