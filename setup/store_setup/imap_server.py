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
from .processes import Service, find_program, free_port, run

PASSWORD = "secret"
PATIENCE = 20
# Dovecot refuses to serve as root, who lends it a user that every system has.
LENT_USER = "nobody"
COMMON = """\
protocols = imap
listen = 127.0.0.1
base_dir = {sockets}
state_dir = {folder}/state
log_path = /dev/stderr
ssl = no
auth_mechanisms = plain login
mail_max_userip_connections = 100
first_valid_uid = 0
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
service imap-login {{
  chroot =
  inet_listener imap {{
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
UNTIL_2_3 = """\
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""
# Dovecot wants its version on the first line.
VERSION_LINES = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"
SINCE_2_4 = """\
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
namespace inbox {{
  inbox = yes
}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}/mail/%{{user}}
  }}
}}
"""


def template_of(version: str) -> str:
    """Return the configuration to fill in, in the words of this Dovecot.

    :param version: what ``dovecot --version`` prints, as ``2.3.19.1 (9b53102964)``
    """
    numbers = tuple(int(part) for part in version.split()[0].split(".")[:2])
    if numbers < (2, 4):
        return COMMON + UNTIL_2_3
    return VERSION_LINES + COMMON + SINCE_2_4


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
        dovecot = find_program("dovecot")
        config.write_text(self._render(_version_of(dovecot)))
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

    def _render(self, version: str) -> str:
        return template_of(version).format(
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


def _version_of(dovecot: str) -> str:
    return run([dovecot, "--version"], what="Dovecot does not tell its version")
