"""What a person sees: steps with their elapsed time, and failures in one line."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

QUIET_SECONDS = 15


class Failure(Exception):
    """Something that the reader has to know and can mend.

    :param what: what did not work
    :param why: the cause, as far as it is known
    :param mend: the command or the change that mends it
    """

    def __init__(self, what: str, why: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.mend = what, why, mend

    def __str__(self) -> str:
        why = f": {self.why}" if self.why else ""
        mend = f" To mend it: {self.mend}" if self.mend else ""
        return f"{self.what}{why}.{mend}"


def say(text: str = "") -> None:
    """Print one line beside the output of the command itself."""
    print(text, file=sys.stderr, flush=True)


class Step:
    """One long piece of work: shows that it goes on, how far, and how long it took."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail = ""
        self._start = time.monotonic()
        self._done = threading.Event()
        self._live = sys.stderr.isatty()
        self._thread = threading.Thread(target=self._show, daemon=True)
        self._thread.start()

    def tell(self, detail: str) -> None:
        """Say how far the work has come, for example ``42 of 128 modules``."""
        self.detail = detail

    def note(self, line: str) -> None:
        """Print a line that stays, for example the first figures of a long run."""
        self._write(f"  {line}", end="\n")

    def finish(self, mark: str) -> None:
        """Replace the progress by the closing line."""
        self._done.set()
        self._thread.join()
        self._write(f"{mark} {self.title} ({self._elapsed()})", end="\n")

    def _elapsed(self) -> str:
        return duration(time.monotonic() - self._start)

    def _show(self) -> None:
        while not self._done.wait(0.2 if self._live else QUIET_SECONDS):
            detail = f", {self.detail}" if self.detail else ""
            self._write(
                f"… {self.title} ({self._elapsed()}{detail})",
                end="" if self._live else "\n",
            )

    def _write(self, line: str, end: str) -> None:
        # On a terminal each line replaces the one before it.
        start = "\r\033[K" if self._live else ""
        sys.stderr.write(start + line + end)
        sys.stderr.flush()


@contextlib.contextmanager
def step(title: str) -> Iterator[Step]:
    """Show `title` with progress while the block runs."""
    shown = Step(title)
    mark = "✗"
    try:
        yield shown
        mark = "✓"
    finally:
        shown.finish(mark)


def duration(seconds: float) -> str:
    """Return `seconds` as people read them: ``0.4 s``, ``12 s``, ``3 min 5 s``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def run_command(main: Callable[[list[str]], int | None]) -> None:
    """Run the `main` of a command and end the process with its exit code."""
    # Being asked to end is no reason to leave things lying about.
    signal.signal(signal.SIGTERM, lambda *_arguments: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        say(f"✗ {failure}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("Interrupted. The same command goes on where it stopped.")
        sys.exit(130)
