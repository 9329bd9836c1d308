"""B01 to B08, B24 to B33: every shape of mail, alone in a conversation of its own."""

from .. import corpus
from ..ledger import Balance
from ..mail import LEAD, PASSED, Mail, Shape
from ..rig import Rig
from .base import Case, MailFamily

MANY = 4
TITLES = {
    "B01": "Unknown, wrong and missing charsets",
    "B02": "NUL bytes",
    "B03": "Broken structure and mails broken by chance",
    "B04": "Deep nesting",
    "B06": "HTML that a sanitiser could swallow",
    "B07": "Hostile files",
    "B08": "Huge and broken headers",
    "B12": "A ticket's number is no key",
    "B13": "Cc gives nobody access",
    "B14": "Reply-To that differs",
    "B24": "Hostile file names",
    "B25": "Odd names",
    "B26": "Senders that are missing or broken",
    "B28": "Hostile and odd subjects",
    "B32": "Dates that cannot be",
    "B33": "Unusual mails",
}


class ShapeFamily(MailFamily):
    """All shapes of one case of the catalogue."""

    def __init__(self, case: str) -> None:
        self.id, self.title = case, TITLES[case]

    def mails(self, rig: Rig) -> list[Mail]:
        """Return one mail of each shape; of many, the short form takes some."""
        shapes = corpus.shapes(self.id)
        step = rig.scale(1, -(-len(shapes) // MANY))
        return corpus.make(shapes[::step])

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Check that the words of the mail can be read in the ticket."""
        return check_words(rig, balance)


class BrokenFamily(ShapeFamily):
    """B03: in the full run with five thousand mutants."""

    def mails(self, rig: Rig) -> list[Mail]:
        """Return the broken shapes and the mutants."""
        return super().mails(rig) + corpus.make(corpus.mutated(rig.scale(5000, 5)))

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Ask nothing more of mails that are broken."""
        return []


class OpenFamily(ShapeFamily):
    """B13: strangers in Cc and To become followers of nothing."""

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Count the followers among those that stood in Cc."""
        followers = rig.store.query(
            "SELECT count(*) FROM mail_followers"
            " JOIN res_partner ON res_partner.id = partner_id"
            " WHERE res_model = 'support.ticket'"
            "   AND email_normalized ~ '^cc[0-9]+@customer.example$'"
        )[0][0]
        problems = [f"{followers} people in Cc follow tickets"] if followers else []
        return super().check(rig, balance) + problems


class LeadFamily(MailFamily):
    """Another application's alias in the same mailbox works as before."""

    id, title = "PASS", "Mails for another model's alias"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return ordinary mails to that alias."""
        plain = Shape(
            "PASS", "lead", lambda s: s.mail(), frozenset((PASSED,)), acknowledged=False
        )
        return corpus.make([plain] * rig.scale(100, 3), LEAD)


def check_words(rig: Rig, balance: Balance) -> list[str]:
    """Return the tickets in whose first message the mark cannot be read."""
    sound = [
        fate
        for fate in balance.find("ticket")
        if fate.mail.shape.well_formed
        and f"Mark {fate.mail.uuid}".encode() in fate.mail.raw
    ]
    problems = []
    for fate in sound:
        if not rig.store.is_readable(fate.messages[0].id, fate.mail.uuid):
            shape = fate.mail.shape
            problems.append(f"its words are missing: {shape.case} {shape.name}")
    return problems


def cases() -> list[Case]:
    """Return one case a family of shapes."""
    special = {"B03": BrokenFamily, "B13": OpenFamily}
    families = [special.get(case, ShapeFamily)(case) for case in TITLES]
    return [*families, LeadFamily()]
