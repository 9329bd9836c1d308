"""The arithmetic: every mail is found once, and it is known what became of it.

``sent = tickets + appended + suppressed + quarantined + duplicates + passed``;
what is missing is lost, and lost = 0, duplicated = 0.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .mail import (
    APPENDED,
    PASSED,
    QUARANTINED,
    SUPPRESSED,
    TICKET,
    Mail,
)

UUID = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
QUARANTINE_LIMIT = 0.02
WAITING = "waiting"


@dataclass(frozen=True)
class SpoolRow:
    """What the spool says of one mail.

    :param outcome: one of `mail`'s outcomes, or ``waiting`` while it is not decided
    """

    id: int
    uuid: str
    outcome: str
    reason: str = ""
    ticket_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True)
class MessageRow:
    """One message of a conversation that holds a mail's mark."""

    id: int
    model: str
    record_id: int


@dataclass
class Fate:
    """What became of one mail, as the database tells it."""

    mail: Mail
    rows: list[SpoolRow]
    messages: list[MessageRow]

    @property
    def is_duplicated(self) -> bool:
        """Tell whether one mail was taken for two."""
        return len(self.rows) > 1 or len(self.messages) > 1

    @property
    def outcome(self) -> str | None:
        """What it became, or ``None`` when it cannot be found."""
        if not self.rows:
            elsewhere = any(one.model != "support.ticket" for one in self.messages)
            return PASSED if elsewhere else None
        outcome = self.rows[0].outcome
        if outcome == WAITING:
            return None
        # A ledger that says "ticket" where there is no message would hide a loss.
        if outcome in (TICKET, APPENDED, PASSED) and not self.messages:
            return None
        return outcome

    @property
    def reason(self) -> str:
        """Why it was suppressed or quarantined."""
        return self.rows[0].reason if self.rows else ""

    @property
    def ticket_id(self) -> int | None:
        """The ticket that it stands in."""
        found = [row.ticket_id for row in self.rows if row.ticket_id]
        found += [m.record_id for m in self.messages if m.model == "support.ticket"]
        return found[0] if found else None


@dataclass
class Balance:
    """The ledger of a set of mails."""

    fates: list[Fate]
    problems: list[str] = field(default_factory=list)

    def find(self, outcome: str | None) -> list[Fate]:
        """Return the mails with this outcome."""
        return [fate for fate in self.fates if fate.outcome == outcome]

    @property
    def sent(self) -> int:
        """How many times a mail was handed over."""
        return sum(fate.mail.copies for fate in self.fates)

    @property
    def lost(self) -> list[Fate]:
        """The mails that cannot be found."""
        return self.find(None)

    @property
    def duplicated(self) -> list[Fate]:
        """The mails that were taken for two."""
        return [fate for fate in self.fates if fate.is_duplicated]

    @property
    def duplicates(self) -> int:
        """How many deliveries of a known mail were recognised."""
        return sum(fate.mail.copies - 1 for fate in self.fates if fate.outcome)

    def check(self) -> list[str]:
        """Return the rules that are broken, in words."""
        problems = list(self.problems)
        for fate in self.lost:
            problems.append(f"lost: {_describe(fate)}")
        for fate in self.duplicated:
            problems.append(f"duplicated: {_describe(fate)}")
        for fate in self.fates:
            if fate.outcome and fate.outcome not in fate.mail.shape.expect:
                became = f"became {fate.outcome} {fate.reason}"
                problems.append(f"{became}: {_describe(fate)}")
        well_formed = [
            fate
            for fate in self.fates
            if fate.mail.shape.well_formed and QUARANTINED not in fate.mail.shape.expect
        ]
        held = sum(fate.outcome == QUARANTINED for fate in well_formed)
        if held > QUARANTINE_LIMIT * len(well_formed):
            problems.append(f"{held} of {len(well_formed)} sound mails in quarantine")
        return problems

    def figures(self) -> dict:
        """Return the numbers of the ledger."""
        reasons = Counter(fate.reason or "-" for fate in self.find(SUPPRESSED))
        return {
            "sent": self.sent,
            "tickets": len(self.find(TICKET)),
            "appended": len(self.find(APPENDED)),
            "suppressed": dict(reasons),
            "quarantined": len(self.find(QUARANTINED)),
            "duplicates": self.duplicates,
            "passed": len(self.find(PASSED)),
            "lost": len(self.lost),
            "duplicated": len(self.duplicated),
        }


def _describe(fate: Fate) -> str:
    shape = fate.mail.shape
    rows = ", ".join(f"{row.id} {row.outcome} {row.reason}" for row in fate.rows)
    messages = ", ".join(str(message.id) for message in fate.messages)
    return (
        f"{shape.case} {shape.name} {fate.mail.uuid}"
        f" (rows: {rows or 'none'}; messages: {messages or 'none'})"
    )


def join(
    mails: Iterable[Mail],
    rows: Iterable[SpoolRow],
    messages: Mapping[str, Sequence[MessageRow]],
) -> Balance:
    """Join what was sent with what is stored.

    :param messages: by the mark that they hold
    """
    by_mark = defaultdict(list)
    for row in rows:
        by_mark[row.uuid].append(row)
    return Balance(
        [
            Fate(mail, by_mark[mail.uuid], list(messages.get(mail.uuid, ())))
            for mail in mails
        ]
    )


def find_marks(content: bytes) -> set[str]:
    """Return every mark that stands in a text."""
    return {mark.decode().lower() for mark in UUID.findall(content)}


def find_own_mark(raw: bytes, sent: set[str]) -> str:
    """Return the mark of a raw mail, which may quote other mails' marks.

    :param sent: the marks that were given out; a damaged one is none of them
    """
    for label in (rb"X-Rig:\s*", rb"Mark\s+", rb""):
        for found in re.finditer(label + rb"(" + UUID.pattern + rb")", raw, re.I):
            mark = found.group(1).decode().lower()
            if mark in sent:
                return mark
    return ""
