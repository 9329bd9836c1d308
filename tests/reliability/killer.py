"""Kills workers as a power cut would: kill -9, by chance or at a chosen point."""

import contextlib
import random
import signal
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import psutil

# The points of the test addon `support_test_faults`, in the order of a mail's way.
AFTER_SPOOL_COMMIT = "after_spool_commit"
BEFORE_SEEN = "before_seen"
BEFORE_TICKET_COMMIT = "before_ticket_commit"
POINTS = (AFTER_SPOOL_COMMIT, BEFORE_SEEN, BEFORE_TICKET_COMMIT)
# In the jobs that answer children and that watch deadlines, after each record.
CHILD_ANSWER = "child_answer"
DEADLINE = "deadline"
# In the job that plans questions, after each portion; in the one that asks, after each.
QUESTION_PLANNED = "question_planned"
QUESTION_ASKED = "question_asked"


class Killer:
    """Kills the workers of one server, and counts them.

    A chosen point is armed by a file: the next worker that passes there takes the
    file away and kills itself, so that each file is one death.

    :param main_pid: the server's main process, which starts the workers
    :param faults: the folder that the test addon looks into
    """

    def __init__(self, main_pid: int, faults: Path, seed: int = 1) -> None:
        self.main_pid, self.faults = main_pid, faults
        self.random_kills = 0
        self._chance = random.Random(seed)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def kills(self) -> int:
        """How many workers have died so far."""
        return self.random_kills + sum(self.point_kills().values())

    def point_kills(self) -> dict[str, int]:
        """Return how many workers died at each chosen point."""
        done = self.faults.glob("*.done")
        return dict(Counter(file.name.split(".")[0] for file in done))

    def arm(self, point: str, times: int = 1) -> None:
        """Let the next worker that comes to `point` the given time die there."""
        order = self.faults / f"{point}.new"
        # The word makes it another order than the last one with this number.
        order.write_text(f"{times} {uuid.uuid4()}")
        order.rename(self.faults / point)

    def is_armed(self, point: str) -> bool:
        """Tell whether nobody has come to `point` yet."""
        return (self.faults / point).exists()

    def disarm(self) -> None:
        """Take back what is still armed."""
        for point in POINTS:
            (self.faults / point).unlink(missing_ok=True)

    def list_workers(self) -> list[psutil.Process]:
        """Return the HTTP and cron workers; the websocket's process is left alone."""
        return [one for one, is_evented in self._list_children() if not is_evented]

    def _list_children(self) -> list[tuple[psutil.Process, bool]]:
        """Return the server's processes, and whether each is the websocket's."""
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self.main_pid).children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    found.append((process, "gevent" in process.cmdline()))
        return found

    def kill_websocket(self) -> int:
        """Kill the process that serves the websockets; return how many there were."""
        evented = [one for one, is_evented in self._list_children() if is_evented]
        for process in evented:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return len(evented)

    def prefer_cron_workers(self) -> None:
        """Give the cron workers the priority of others; Odoo starts them lower.

        Beside other work, most of a run would be waiting for them. Only root may.
        """
        with contextlib.suppress(psutil.Error, PermissionError):
            for worker in self.list_workers():
                if worker.nice() > 0:
                    worker.nice(0)

    def kill_hanging(self) -> None:
        """Kill the workers that hang at a mail, in the place of Odoo's time limit."""
        for file in self.faults.glob("hanging.*"):
            file.unlink()
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(int(file.suffix[1:])).kill()

    def kill_one(self) -> None:
        """Kill one worker by chance."""
        workers = self.list_workers()
        if workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._chance.choice(workers).send_signal(signal.SIGKILL)
                self.random_kills += 1

    def start(self, count: int, pause: float) -> None:
        """Kill `count` workers in a thread, one every `pause` seconds on average."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(count, pause))
        self._thread.start()

    def finish(self, patience: float = 600) -> None:
        """Wait until all the kills are done, then disarm."""
        self._thread.join(timeout=patience)
        self._stopping.set()
        self._thread.join()
        self.disarm()

    def _run(self, count: int, pause: float) -> None:
        last = self.kills + count
        while (left := last - self.kills) > 0 and not self._stopping.is_set():
            if left > len(POINTS) and self._chance.random() < 0.5:
                self.arm(self._chance.choice(POINTS))
            else:
                self.kill_one()
            time.sleep(pause * self._chance.uniform(0.5, 1.5))
