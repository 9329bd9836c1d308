"""Faults to order: each is a file in a folder that the rig and the server share.

Without the folder in the environment nothing ever happens.
"""

import os
import signal
import time
from pathlib import Path

FOLDER_VARIABLE = "SUPPORT_TEST_FAULTS"


def die_at(point: str) -> None:
    """Kill this process when `point` is armed; one armed file is one death."""
    folder = _folder()
    if not folder:
        return
    done = folder / f"{point}.{os.getpid()}.{time.time_ns()}.done"
    try:
        (folder / point).rename(done)
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


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


def _folder() -> Path | None:
    name = os.environ.get(FOLDER_VARIABLE)
    return Path(name) if name else None
