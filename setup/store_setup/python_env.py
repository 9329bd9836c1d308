"""The virtual environment with the pinned Python packages."""

import hashlib
import shutil
import sys
from pathlib import Path

from .console import Failure, step
from .locks import locked
from .paths import ROOT, subfolder
from .processes import run

REQUIREMENTS = ROOT / "setup" / "requirements.txt"
OLDEST_PYTHON, NEWEST_PYTHON = (3, 10), (3, 13)


def ensure() -> Path:
    """Return the Python of the environment, made anew when its pins changed.

    :raise Failure: when the packages cannot be installed
    """
    _check_version()
    folder = subfolder() / f"python-{_key()}"
    python = folder / "bin" / "python"
    with locked(folder.name):
        if not (folder / "COMPLETE").exists():
            _build(folder, python)
    return python


def _check_version() -> None:
    version = sys.version_info[:2]
    if not OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        raise Failure(
            f"Python {version[0]}.{version[1]} does not fit",
            "Odoo 19 takes 3.10 to 3.13",
            "python3.11 setup/run",
        )


def _key() -> str:
    base = f"{sys.base_prefix} {sys.version}".encode()
    return hashlib.sha256(REQUIREMENTS.read_bytes() + base).hexdigest()[:10]


def _build(folder: Path, python: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with step("Installing Python packages") as progress:

        def tell(line: str) -> None:
            if line.startswith(("Collecting", "Installing")):
                progress.tell(line.strip()[:60])

        run(
            [sys.executable, "-m", "venv", folder],
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
