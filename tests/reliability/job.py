"""A job of the store that runs several times at once, as Odoo alone never lets it."""

import time
from collections.abc import Callable
from functools import partial

from store_setup.rpc import Rpc, RpcError

from .at_once import at_once
from .prepare_store import find_id
from .rig import Rig

PATIENCE = 240


class Job:
    """One job and copies of it: two by the cron workers, two more by "Run now".

    Odoo locks the row of a job while it runs, so that only copies of the row bring two
    workers to the same data at the same moment; a worker that was thought to be dead,
    or a second server, would do the same. A context manager.

    :param name: the XML id of the ``ir.cron``
    """

    def __init__(self, rig: Rig, name: str) -> None:
        self.rig, self.failures = rig, list[str]()
        original = find_id(rig.rpc, name)
        copies = [rig.rpc("ir.cron", "copy", [original])[0] for _ in range(3)]
        self.scheduled, self.by_hand = copies[:2], [copies[2], original]
        self._sessions = [rig.server.rpc() for _ in self.by_hand]

    def __enter__(self) -> "Job":
        return self

    def __exit__(self, *_exception) -> None:
        self._switch("false")

    def _switch(self, active: str) -> None:
        # By SQL: the server's own call would wait for a job that runs.
        self.rig.store.query(
            f"UPDATE ir_cron SET active = {active}, nextcall = '2090-01-01'"
            " WHERE id = ANY(%s)",
            (self.scheduled,),
        )

    def run_until(
        self, is_done: Callable[[], object], patience: float = PATIENCE
    ) -> bool:
        """Let all of them run at the same moment, again and again.

        :return: whether `is_done` came to hold
        """
        self._switch("true")

        def step() -> bool:
            self.rig.store.trigger(self.scheduled)
            self.rig.killer.prefer_cron_workers()
            pairs = zip(self._sessions, self.by_hand, strict=True)
            self._note(at_once([partial(_run_now, *pair) for pair in pairs]))
            return bool(is_done())

        is_over = self.rig.wait(step, patience)
        self._switch("false")
        self._note_scheduled()
        return is_over

    def run_scheduled(self, count: int = 2) -> None:
        """Wake so many cron workers, and do not wait for them."""
        self._switch("true")
        self.rig.killer.prefer_cron_workers()
        self.rig.store.trigger(self.scheduled[:count])

    def run_until_death(self, point: str, at: int) -> bool:
        """Let one cron worker run the job and die at pass number `at` of a point.

        Odoo gives a job some seconds at a time, so that it is woken until then.
        Nobody goes on with the job afterwards: what was kept can be counted.

        :return: whether it died
        """
        killer = self.rig.killer
        killer.arm(point, at)
        end = time.monotonic() + PATIENCE
        while killer.is_armed(point) and time.monotonic() < end:
            self._run_once()
        return not killer.is_armed(point)

    def _run_once(self) -> None:
        """Let one cron worker run the job, and return when it has ended or died."""
        before = self._count_runs()
        self.run_scheduled(1)
        self.rig.wait(lambda: self._count_runs() > before, PATIENCE)
        # Odoo holds the row while the job runs: this waits for the worker's end, and
        # comes before another worker.
        self._switch("false")

    def _count_runs(self) -> int:
        sql = "SELECT count(*) FROM ir_cron_progress WHERE cron_id = %s"
        return self.rig.store.count(sql, self.scheduled[0])

    def _note(self, answers: list[object]) -> None:
        # Odoo gives an error of a job back as a window for the administrator.
        self.failures += [repr(one)[:300] for one in answers if one is not True]

    def _note_scheduled(self) -> None:
        self.failures += [
            f"job {row_id} failed {count} times"
            for row_id, count in self.rig.store.query(
                "SELECT id, failure_count FROM ir_cron"
                " WHERE id = ANY(%s) AND failure_count > 0",
                (self.scheduled,),
            )
        ]


def _run_now(rpc: Rpc, job: int) -> object:
    try:
        return rpc("ir.cron", "method_direct_trigger", [job])
    except RpcError as error:
        # It is running: Odoo says so to the second administrator who clicks.
        return error.name == "odoo.exceptions.UserError" or error
