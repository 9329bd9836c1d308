"""The virtual environment with the pinned Python packages."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .console import Failure, step
from .locks import locked
from .paths import ROOT, subfolder
from .processes import run

REQUIREMENTS = ROOT / "setup" / "requirements.txt"
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
# A distribution compiles its own with profiles: faster than most that were built here.
SYSTEM_PYTHON = Path("/usr/bin/python3")
TELL = """
import ensurepip, sys, venv
print(*sys.version_info[:2], sys.base_prefix, sys.version)
"""


def ensure() -> Path:
    """Return the Python of the environment, made anew when its pins changed.

    :raise Failure: when the packages cannot be installed
    """
    base, facts = choose()
    folder = subfolder() / f"python-{_key(facts)}"
    python = folder / "bin" / "python"
    with locked(folder.name):
        if not (folder / "COMPLETE").exists():
            _build(base, folder, python)
    return python


def choose() -> tuple[Path, str]:
    """Return the Python to make the environment of, and what tells it from others.

    It is the system's, unless a version was asked for, as in ``python3.12 setup/run``.

    :raise Failure: when Odoo does not run with it
    """
    running = Path(sys.executable)
    if not re.search(r"\d\.\d", running.name) and (facts := _ask(SYSTEM_PYTHON)):
        return SYSTEM_PYTHON, facts
    version = sys.version_info[:2]
    if not OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        raise Failure(
            f"Python {version[0]}.{version[1]} does not fit",
            "Odoo 19 and its packages take 3.11 to 3.13",
            "python3.11 setup/run",
        )
    return running, f"{sys.base_prefix} {sys.version}"


def _ask(python: Path) -> str:
    """Return what tells this Python from others; nothing when it does not fit."""
    try:
        told = subprocess.run(
            [python, "-I", "-c", TELL], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    major, minor, facts = (told.stdout or "0 0 ").split(" ", 2)
    fits = OLDEST_PYTHON <= (int(major), int(minor)) <= NEWEST_PYTHON
    return facts.strip() if fits else ""


def _key(facts: str) -> str:
    pins = REQUIREMENTS.read_bytes()
    return hashlib.sha256(pins + facts.encode()).hexdigest()[:10]


def _build(base: Path, folder: Path, python: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with step("Installing Python packages") as progress:

        def tell(line: str) -> None:
            if line.startswith(("Collecting", "Installing")):
                progress.tell(line.strip()[:60])

        run(
            [base, "-m", "venv", folder],
            what="A virtual environment cannot be made",
            log_name="pip",
        )
        run(
            [python, "-m", "pip", "install", "--requirement", REQUIREMENTS],
            what="The Python packages cannot be installed",
            log_name="pip",
            on_line=tell,
            mend="check the network and try again",
        )
    (folder / "COMPLETE").touch()
