"""Running programs: to their end with a log, or as services with a process file."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .console import Failure
from .paths import log_folder, state_folder

SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def find_program(*names: str) -> str | None:
    """Return the path of the first program that is there, else ``None``."""
    folders = os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS])
    found = (shutil.which(name, path=folders) for name in names)
    return next(filter(None, found), None)


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    env: dict[str, str] | None = None,
    log_name: str = "setup",
    stdin: str | None = None,
    on_line: Callable[[str], None] | None = None,
    mend: str = "",
) -> str:
    """Run `command` to its end and return its output, which is also logged.

    :param what: what the command does, for the message when it fails
    :param on_line: called with each line of output as it comes
    :raise Failure: when the command does not end well
    """
    log = log_folder() / f"{log_name}.log"
    lines = []
    process = subprocess.Popen(
        [str(part) for part in command],
        env=env,
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with process, log.open("a") as file, _ended(process):
        if stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        for line in process.stdout:
            file.write(line)
            lines.append(line)
            if on_line:
                on_line(line)
    if process.returncode:
        last = "".join(lines[-12:]).strip() or f"exit code {process.returncode}"
        raise Failure(what, last, mend or f"see the whole log in {log}")
    return "".join(lines)


@contextlib.contextmanager
def _ended(process: subprocess.Popen):
    try:
        yield
    except BaseException:
        process.terminate()
        raise


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    """Tell whether a server could listen on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Service:
    """A process that goes on after the command that started it."""

    name: str
    pid: int
    started: str
    log: str
    options: str = ""

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        keep: Sequence[int] = (),
        options: str = "",
    ) -> "Service":
        """Start `command` on its own, with a log and a process file.

        :param keep: descriptors that the process holds open, for example locks
        :param options: what it was started with, to be compared at the next start
        """
        log = log_folder() / f"{name}.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=tuple(keep),
            )
        try:
            started, _state = _process_facts(process.pid)
            service = cls(name, process.pid, started, str(log), options)
            # Another command of this checkout may look at the file at this moment.
            complete = service._file.with_suffix(f".{service.pid}")
            complete.write_text(json.dumps(asdict(service)))
            complete.replace(service._file)
        except BaseException:
            # Without its file nobody would find it to end it.
            process.kill()
            raise
        return service

    @classmethod
    def find(cls, name: str) -> "Service | None":
        """Return the running service `name` of this checkout, if there is one."""
        return next((one for one in cls.all() if one.name == name), None)

    @classmethod
    def all(cls) -> "list[Service]":
        """Return the running services of this checkout."""
        services = []
        for file in state_folder().glob("*.service"):
            # Another command may end its service while we look.
            with contextlib.suppress(FileNotFoundError):
                services.append(cls(**json.loads(file.read_text())))
        for service in services:
            if not service.is_running():
                service._file.unlink(missing_ok=True)
        return [service for service in services if service.is_running()]

    @property
    def _file(self) -> Path:
        return state_folder() / f"{self.name}.service"

    def is_running(self) -> bool:
        """Tell whether it lives; a later process of the same number is another."""
        started, state = _process_facts(self.pid)
        return bool(started) and started == self.started and state != "Z"

    def stop(self, patience: float = 20) -> None:
        """Ask it to end; after `patience` seconds end it and what it started."""
        if self.is_running():
            self._signal(os.kill, signal.SIGTERM)
            deadline = time.monotonic() + patience
            while self.is_running() and time.monotonic() < deadline:
                time.sleep(0.05)
            self._signal(os.killpg, signal.SIGKILL)
        self._file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it and all that it started at once, as a power cut would."""
        self._signal(os.killpg, signal.SIGKILL)
        self._file.unlink(missing_ok=True)

    def _signal(self, send: Callable[[int, int], None], number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            send(self.pid, number)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)

    def log_tail(self, lines: int = 12) -> str:
        """Return the last lines of its log."""
        text = Path(self.log).read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def _process_facts(pid: int) -> tuple[str, str]:
    """Return when the process started and its state; empty when there is none."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return "", ""
        return fields[19], fields[0]
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.split(None, 1)
    return (shown[1].strip(), shown[0][0]) if len(shown) == 2 else ("", "")
