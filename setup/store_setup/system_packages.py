"""What the system has to bring: found by its programs, installed with apt."""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .console import Failure, say, step
from .paths import is_root
from .processes import find_program, run

POSTGRESQL_FOLDER = Path("/usr/lib/postgresql")
# So apt calls what it asks for after it was killed.
REPAIR = "dpkg --configure -a"


@dataclass(frozen=True)
class Need:
    """A Debian package, and how to see that the machine has what is in it."""

    package: str
    purpose: str
    is_there: Callable[[], bool]


def postgresql_program(name: str) -> str | None:
    """Return the path of a program of PostgreSQL; Debian keeps some off the path."""
    folders = sorted(
        POSTGRESQL_FOLDER.glob("*/bin"), key=lambda path: -float(path.parent.name)
    )
    found = (folder / name for folder in folders if (folder / name).exists())
    return str(next(found, "")) or find_program(name)


def _has_program(*names: str) -> Callable[[], bool]:
    return lambda: find_program(*names) is not None


def _has_python_venv() -> bool:
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def _venv_package() -> str:
    return "python{}.{}-venv".format(*sys.version_info)


DATABASE = Need(
    "postgresql", "the database", lambda: postgresql_program("initdb") is not None
)
DATABASE_CLIENT = Need("postgresql-client", "the database", _has_program("createdb"))
PYTHON_VENV = Need(_venv_package(), "Python packages", _has_python_venv)
PROXY = Need("nginx", "the proxy before several workers", _has_program("nginx"))
MAIL_SERVER = Need("dovecot-imapd", "mail tests", _has_program("dovecot"))
BROWSER = Need("chromium", "browser tests", _has_program("chromium"))
TESTS = (PROXY, MAIL_SERVER, BROWSER)


def missing(needs: Sequence[Need]) -> list[Need]:
    """Return those of `needs` that the machine does not have."""
    return [need for need in needs if not need.is_there()]


def install_command(packages: Sequence[str], *, as_root: bool) -> list[str]:
    """Return the command that installs `packages`."""
    prefix = [] if as_root else ["sudo"]
    return [*prefix, "apt-get", "install", "--yes", *packages]


def ensure(needs: Sequence[Need]) -> None:
    """Install what is missing of `needs`.

    :raise Failure: without apt or the right to use it; it names the command
    """
    lacking = missing(needs)
    if not lacking:
        return
    packages = [need.package for need in lacking]
    names = ", ".join(f"{need.package} ({need.purpose})" for need in lacking)
    say(f"The system lacks {names}.")
    _check_rights(packages)
    with step(f"Installing {', '.join(packages)} with apt"):
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", *packages)
    still = [need.package for need in missing(needs)]
    if still:
        raise Failure(
            f"{', '.join(still)} was installed but its program is not found",
            mend="put its folder on PATH",
        )


def _check_rights(packages: Sequence[str]) -> None:
    command = shlex.join(install_command(packages, as_root=is_root()))
    if not shutil.which("apt-get"):
        raise Failure(
            f"{', '.join(packages)} cannot be installed",
            "this system has no apt",
            f"install the same programs your system's way (on Debian: {command})",
        )
    if not is_root() and not _may_sudo():
        raise Failure(
            f"{', '.join(packages)} cannot be installed",
            "that takes root's rights",
            command,
        )


def _may_sudo() -> bool:
    if not shutil.which("sudo"):
        return False
    # With a terminal sudo may ask for the password; without one it must not.
    ask = [] if sys.stdin.isatty() else ["-n"]
    return subprocess.run(["sudo", *ask, "true"], check=False).returncode == 0


def _apt(*arguments: str) -> None:
    prefix = [] if is_root() else ["sudo", "-n"]
    try:
        run(
            [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments],
            what=f"apt-get {arguments[0]} failed",
            env=os.environ | {"LC_ALL": "C.UTF-8"},
            log_name="apt",
        )
    except Failure as failure:
        if REPAIR not in failure.why:
            raise
        command = shlex.join([*(prefix[:1]), *REPAIR.split()])
        raise Failure(
            failure.what,
            "an installation was interrupted before",
            f"{command}, then the same command again",
        ) from failure
