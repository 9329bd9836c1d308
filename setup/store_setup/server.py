"""A real Odoo server: one process, or several workers behind nginx."""

import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from . import nginx, odoo_config
from .console import Failure
from .environment import Environment
from .processes import Service, free_port
from .rpc import Rpc

PATIENCE = 180


@dataclass
class OdooServer:
    """Odoo serving one database on a port of this machine.

    A context manager: the server has answered when the block starts, and has
    ended when it is left.

    :param name: of the service, its log and its configuration file
    :param port: where people reach it; a free one when it is 0
    :param workers: 0 for one process with threads; else so many processes, and
        nginx in front, which sends the websocket to Odoo's evented process
    :param options: options of Odoo's configuration file
    :param variables: environment variables of the server alone
    """

    env: Environment
    database: str
    name: str = "odoo"
    port: int = 0
    workers: int = 0
    options: dict[str, object] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        self.config: Path | None = None
        self.service: Service | None = None
        self.proxy: Service | None = None

    def __enter__(self) -> "OdooServer":
        return self.start()

    def __exit__(self, *_error) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The store's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The server's log, which goes on over restarts."""
        return Path(self.service.log)

    def start(self, facts: str = "") -> "OdooServer":
        """Start it and wait until it answers.

        :param facts: what it was started with, for a later start to compare
        """
        ports = self._odoo_ports()
        self.config = odoo_config.write(
            self.env, self.name, self.database, **(ports | self.options)
        )
        self.service = Service.start(
            self.name,
            self.env.odoo_command("server", "-c", self.config),
            env=self.env.process_variables | self.variables,
            keep=self.env.keep,
            options=facts,
        )
        if self.workers:
            self.proxy = nginx.start(
                f"{self.name}-nginx",
                port=self.port,
                http_port=ports["http_port"],
                gevent_port=ports["gevent_port"],
            )
        try:
            self.wait()
            if self.workers:
                self.wait("/websocket/health")
        except BaseException:
            self.stop()
            raise
        return self

    def _odoo_ports(self) -> dict[str, object]:
        if not self.workers:
            return {"http_port": self.port, "gevent_port": free_port(), "workers": 0}
        return {
            "http_port": free_port(),
            "gevent_port": free_port(),
            "workers": self.workers,
            "proxy_mode": True,
        }

    def wait(self, path: str = "/web/health?db_server_status=1") -> None:
        """Wait until `path` answers with a page.

        :raise Failure: when the server ends or stays silent
        """
        deadline = time.monotonic() + PATIENCE
        while not self._answers(path):
            if not self.service.is_running():
                raise Failure(
                    "Odoo ended while it started",
                    self.service.log_tail(),
                    f"see the whole log in {self.log}",
                )
            if time.monotonic() > deadline:
                raise Failure(
                    f"Odoo does not answer at {self.url}{path}",
                    f"nothing came for {PATIENCE} s",
                    f"see the log in {self.log}",
                )
            time.sleep(0.1)

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def rpc(self, login: str = "admin", password: str = "admin") -> Rpc:
        """Return a client that acts as the user `login`."""
        return Rpc(self.url, self.database, login, password)

    def stop(self) -> None:
        """End it as an administrator would."""
        for service in (self.proxy, self.service):
            if service:
                service.stop()
        if self.config:
            self.config.unlink(missing_ok=True)

    def kill(self) -> None:
        """End Odoo's processes at once, as a power cut would; nginx goes on."""
        self.service.kill()
