"""B15, B16: the same mail again, and other mails that use its Message-Id."""

import uuid
from collections import Counter

from .. import corpus
from ..ledger import Balance
from ..mail import QUARANTINED, TICKET, Mail, Shape
from ..rig import Rig
from .base import Case, MailFamily
from .shapes import check_words

EITHER = frozenset((TICKET, QUARANTINED))


class MessageIds(MailFamily):
    """B15: odd Message-Ids, one that comes twice, one that two mails share."""

    id, title = "B15", "Same Message-Id: same content, different content"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return odd ones, repeated ones, and pairs that share an id."""
        count = rig.scale(20, 3)
        same = corpus.make([Shape("B15", "same content", lambda s: s.mail())] * count)
        odd = corpus.make(corpus.shapes(self.id))
        return [*odd, *(mail.repeated(3) for mail in same), *self._pairs(count)]

    def _pairs(self, count: int) -> list[Mail]:
        self.shared = [f"<{uuid.uuid4()}@shared.example>" for _ in range(count)]
        return [
            Shape("B15", f"shares {message_id}", _with_id(message_id), EITHER).make(0)
            for message_id in self.shared
            for _ in range(2)
        ]

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Of two mails that share an id, one is a ticket and one is held."""
        outcomes = {
            message_id: Counter(
                fate.outcome
                for fate in balance.fates
                if fate.mail.shape.name == f"shares {message_id}"
            )
            for message_id in self.shared
        }
        wrong = [one for one in outcomes.values() if one != {TICKET: 1, QUARANTINED: 1}]
        problems = [f"{len(wrong)} pairs: {wrong[0]}"] if wrong else []
        return problems + check_words(rig, balance)


def _with_id(message_id: str):
    return lambda stamp: stamp.mail(headers={"Message-Id": message_id})


class NoMessageId(MailFamily):
    """B16: a mail without Message-Id comes by two ways."""

    id, title = "B16", "No Message-Id, delivered twice"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return mails without Message-Id, each handed over twice."""
        shape = Shape(
            "B16",
            "none, twice",
            lambda stamp: stamp.mail(headers={"Message-Id": None}),
            acknowledged=True,
        )
        mails = corpus.make([shape] * rig.scale(30, 5))
        return [mail.repeated() for mail in mails]


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [MessageIds(), NoMessageId()]
