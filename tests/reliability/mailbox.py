"""The mailbox that Odoo polls, on a real IMAP server."""

import itertools
import time

from store_setup import ImapServer


class Mailbox(ImapServer):
    """One mailbox, filled as a mail server fills it.

    IMAP's APPEND refuses NUL bytes and changes line ends; a mail written into the
    Maildir stays as it is.
    """

    account = "support"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._count = itertools.count()

    def start(self) -> "Mailbox":
        """Start it and make the mailbox, so that mail can come in parallel."""
        super().start()
        folder = self.folder / "mail" / self.account
        for part in (folder, *(folder / name for name in ("tmp", "new", "cur"))):
            part.mkdir()
            self.give(part)
        return self

    def put(self, raw: bytes) -> None:
        """Deliver a mail: written aside, then moved to where it is seen."""
        folder = self.folder / "mail" / self.account
        name = f"{time.time_ns()}.{next(self._count)}.rig"
        aside = folder / "tmp" / name
        aside.write_bytes(raw)
        self.give(aside)
        aside.rename(folder / "new" / name)

    def count_unseen(self) -> int:
        """Return how many mails nobody has handled yet."""
        with self.open(self.account) as connection:
            connection.select("INBOX", readonly=True)
            return len(connection.search(None, "UNSEEN")[1][0].split())
