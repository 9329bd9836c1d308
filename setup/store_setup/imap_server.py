"""A real IMAP server for tests: Dovecot, run as an ordinary user."""

import getpass
import grp
import imaplib
import pwd
import shutil
import time
from pathlib import Path

from .console import Failure
from .paths import is_root, socket_folder, state_folder
from .processes import Service, find_program, free_port

PASSWORD = "secret"
PATIENCE = 20
# Dovecot refuses to serve as root, who lends it a user that every system has.
LENT_USER = "nobody"
TEMPLATE = """\
protocols = imap
listen = 127.0.0.1
base_dir = {sockets}
state_dir = {folder}/state
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
first_valid_uid = 0
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class ImapServer:
    """Dovecot on a free port; any user name opens an empty mailbox of that name.

    A context manager: the server has answered when the block starts.
    """

    host = "127.0.0.1"
    password = PASSWORD

    def __init__(self, name: str = "imap") -> None:
        self.name = name
        self.port = free_port()
        self.folder = state_folder() / name
        self._sockets = socket_folder() / f"{name}-{self.port}"
        self.service: Service | None = None

    def __enter__(self) -> "ImapServer":
        return self.start()

    def __exit__(self, *_error) -> None:
        self.stop()

    def start(self) -> "ImapServer":
        """Start it with empty mailboxes and wait until it answers."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in (self.folder / "mail", self.folder / "state", self._sockets):
            folder.mkdir(parents=True)
            self.give(folder)
        config = self.folder / "dovecot.conf"
        config.write_text(self._render())
        dovecot = find_program("dovecot")
        self.service = Service.start(self.name, [dovecot, "-F", "-c", config])
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def user(self) -> str:
        """The user that the server runs as."""
        return LENT_USER if is_root() else getpass.getuser()

    def give(self, path: Path) -> None:
        """Let the server's user own `path`."""
        if is_root():
            shutil.chown(path, self.user, self._group)

    @property
    def _group(self) -> str:
        return grp.getgrgid(pwd.getpwnam(self.user).pw_gid).gr_name

    def _render(self) -> str:
        return TEMPLATE.format(
            folder=self.folder,
            sockets=self._sockets,
            user=self.user,
            group=self._group,
            password=PASSWORD,
            port=self.port,
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.open("probe").logout()
                return
            except (OSError, imaplib.IMAP4.error) as error:
                if time.monotonic() > deadline or not self.service.is_running():
                    raise Failure(
                        "The IMAP server does not answer",
                        self.service.log_tail() or str(error),
                        f"see the log in {self.service.log}",
                    ) from error
            time.sleep(0.1)

    def open(self, user: str) -> imaplib.IMAP4:
        """Return a connection that is logged in as `user`."""
        connection = imaplib.IMAP4(self.host, self.port, timeout=PATIENCE)
        connection.login(user, PASSWORD)
        return connection

    def deliver(self, user: str, raw: bytes) -> None:
        """Put the mail `raw` into the inbox of `user`, unread."""
        connection = self.open(user)
        try:
            answer, detail = connection.append("INBOX", None, None, raw)
        finally:
            connection.logout()
        if answer != "OK":
            raise Failure("The IMAP server refuses a mail", repr(detail))

    def stop(self) -> None:
        """End it; the mailboxes stay in `folder` until the next start."""
        if self.service:
            self.service.stop()
        shutil.rmtree(self._sockets, ignore_errors=True)
