"""Faults to order: each is a file in a folder that the rig and the server share.

Without the folder in the environment nothing ever happens.
"""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

FOLDER_VARIABLE = "SUPPORT_TEST_FAULTS"


def die_at(point: str) -> None:
    """Kill this process when `point` is armed; one armed file is one death.

    A number in the file says at which pass, by whatever process, it happens.
    """
    folder = _folder()
    if not folder:
        return
    try:
        order = (folder / point).read_text()
    except FileNotFoundError:
        return
    times, _space, word = order.partition(" ")
    if _count_pass(folder / f"{point}.{word}.passed") < int(times or 1):
        return
    done = folder / f"{point}.{os.getpid()}.{time.time_ns()}.done"
    try:
        (folder / point).rename(done)
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _count_pass(file: Path) -> int:
    # In a file, as a job that is given its next seconds may be in another process.
    with file.open("ab") as passes:
        passes.write(b".")
        return passes.tell()


def fail_when_asked(subject: str) -> None:
    """Raise or hang at a mail whose subject asks for it, while the fault is on.

    :raise RuntimeError: at a subject with ``RIG-RAISE``
    """
    folder = _folder()
    if not folder or not subject:
        return
    if "RIG-RAISE" in subject and (folder / "raise.on").exists():
        raise RuntimeError("This mail fails on purpose")
    if "RIG-HANG" in subject and (folder / "hang.on").exists():
        (folder / f"hanging.{os.getpid()}").touch()
        time.sleep(3600)


def get_clock_shift() -> timedelta:
    """Return by how much this server's clock is wrong."""
    folder = _folder()
    if not folder:
        return timedelta()
    try:
        return timedelta(seconds=float((folder / "clock").read_text() or 0))
    except FileNotFoundError:
        return timedelta()


def _folder() -> Path | None:
    name = os.environ.get(FOLDER_VARIABLE)
    return Path(name) if name else None
