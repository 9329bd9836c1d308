"""B17 to B20: machines write: they stop no clock, get no answer, start no loop."""

from .. import corpus
from ..corpus.automatic import AUTO_HEADERS
from ..corpus.replies import reply_shape
from ..ledger import Balance
from ..mail import ANY, APPENDED, SUPPRESSED, Mail, Shape
from ..rig import Rig
from .base import Case, MailFamily, Result
from .conversations import read_state

LONGEST_EXCHANGE = 3


class AutoReplies(MailFamily):
    """B17: auto-replies to our mail and out of the blue."""

    id, title = "B17", "Auto-replies: no acknowledgement, no reopening, no clock"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return each variant, alone and in an open and a solved conversation."""
        opened, solved = rig.conversations[7:9]
        rig.solve(solved)
        self.before = {
            one.ticket_id: self._facts(rig, one.ticket_id) for one in (opened, solved)
        }
        # In the short form each variant comes to one of the two.
        step = rig.scale(1, 2)
        replies = [
            one.reply(
                reply_shape(
                    "B17",
                    f"{name} in a conversation",
                    one,
                    (SUPPRESSED, APPENDED),
                    headers=lambda s, headers=headers: headers,
                )
            )
            for place, one in enumerate((opened, solved))
            for name, headers in [*AUTO_HEADERS.items()][place % step :: step]
        ]
        return [*corpus.make(corpus.shapes(self.id)), *replies]

    def _facts(self, rig: Rig, ticket_id: int) -> tuple:
        # The mails themselves may be kept in the ticket; the rest stays.
        return read_state(rig, ticket_id)[:-1]

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Compare the conversations with what they were."""
        return [
            f"ticket {ticket} changed: {before} -> {after}"
            for ticket, before in self.before.items()
            if (after := self._facts(rig, ticket)) != before
        ]


class Reports(MailFamily):
    """B18: bounces and read receipts make no ticket."""

    id, title = "B18", "Bounces and read receipts"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return reports of several styles."""
        return corpus.make(corpus.shapes(self.id))


class Lists(MailFamily):
    """B19: mail through a list becomes a ticket and is not acknowledged."""

    id, title = "B19", "Mail through lists"

    def mails(self, rig: Rig) -> list[Mail]:
        """Return mails with list headers."""
        return corpus.make(corpus.shapes(self.id))


class PingPong(Case):
    """B19: a rude robot answers each of our mails, with no header that says so."""

    id, title = "B19b", "A robot that answers every mail"

    def run(self, rig: Rig) -> Result:
        """Answer whatever comes from the store, until nothing comes."""
        robot = "robot@customer.example"
        shape = Shape("B19", "robot", lambda s: s.mail(), ANY)
        mails: list[Mail] = []
        for _ in range(LONGEST_EXCHANGE + 3):
            before = len(rig.sink.to(robot))
            mails.append(shape.make(len(mails), sender=robot))
            rig.send(mails[-1:])
            rig.settle()
            if len(rig.sink.to(robot)) == before:
                break
        answers = len(rig.sink.to(robot))
        too_many = answers > LONGEST_EXCHANGE
        problems = [f"the robot got {answers} mails"] if too_many else []
        return Result.of(rig.balance(mails), problems, answers=answers)


class MailBomb(Case):
    """B20: a thousand mails in the name of one victim."""

    id, title = "B20", "Many mails in a victim's name"

    def run(self, rig: Rig) -> Result:
        """Send them and count what reaches the victim."""
        victim = "victim@customer.example"
        shape = Shape(
            "B20",
            "bomb",
            lambda s: s.mail(headers={"Return-Path": f"<{victim}>"}),
            ANY,
            well_formed=False,
        )
        count = rig.scale(1000, 25)
        mails = [shape.make(number, sender=victim) for number in range(count)]
        rig.send(mails)
        rig.settle()
        answers = len(rig.sink.to(victim))
        problems = [f"the victim got {answers} mails"] if answers > 1 else []
        return Result.of(rig.balance(mails), problems, answers=answers)


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [AutoReplies(), Reports(), Lists(), PingPong(), MailBomb()]
