"""What a case is: it provokes something and says which rules were broken."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from store_setup.smtp_sink import Delivery

from ..ledger import Balance
from ..mail import Mail
from ..rig import Rig


@dataclass
class Result:
    """The figures of one case and the rules that it broke."""

    figures: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, balance: Balance, problems: Iterable[str] = (), **figures) -> "Result":
        """Return the result of a ledger, with what else was seen."""
        return cls(balance.figures() | figures, [*balance.check(), *problems])


class Case:
    """Something that happens to the store while it runs."""

    id = ""
    title = ""

    def run(self, rig: Rig) -> Result:
        """Provoke it and return what came of it."""
        raise NotImplementedError


class MailFamily(Case):
    """Mails of one kind; all families can be sent together and told apart after."""

    def mails(self, rig: Rig) -> list[Mail]:
        """Return the mails to be sent."""
        raise NotImplementedError

    def check(self, rig: Rig, balance: Balance) -> list[str]:
        """Return broken rules that the ledger does not see."""
        return []

    def judge(self, rig: Rig, mails: list[Mail]) -> Result:
        """Return what became of the mails."""
        balance = rig.balance(mails)
        problems = [*check_acknowledgements(rig, mails), *self.check(rig, balance)]
        return Result.of(balance, problems)

    def run(self, rig: Rig) -> Result:
        """Send the mails and judge."""
        mails = self.mails(rig)
        rig.send(mails)
        rig.settle()
        return self.judge(rig, mails)


def check_acknowledgements(
    rig: Rig, mails: Iterable[Mail], deaths: int = 0
) -> list[str]:
    """Return the mails that were answered and should not have been, or the reverse.

    :param deaths: how many workers died meanwhile. One that dies after it handed a
        mail over and before it noted so lets the mail go out once more, with the same
        Message-Id by which mail servers know it again: SMTP has no better (RFC 1047).
    """
    problems = []
    for mail in mails:
        wanted = mail.shape.acknowledged
        answers = rig.sink.to(mail.sender)
        repeated = min(count_repeated(answers), deaths)
        deaths -= repeated
        count = len(answers) - repeated
        name = f"{mail.shape.case} {mail.shape.name} {mail.uuid}"
        if wanted is not None and count != int(wanted):
            told = f"{count} acknowledgements instead of {wanted:d}"
            problems.append(f"{told}: {name}")
        if any(_holds(answer, mail.uuid) for answer in answers):
            problems.append(f"the acknowledgement echoes: {name}")
    return problems


def count_repeated(deliveries: Sequence[Delivery]) -> int:
    """Return how many of some mails are copies of another one of them."""
    return len(deliveries) - len({one.message["Message-Id"] for one in deliveries})


def _holds(answer: Delivery, mark: str) -> bool:
    # The References name the Message-Id, as they should.
    return mark in answer.text or mark in answer.message["Subject"]


def line(case: Case, result: Result, started: float) -> dict:
    """Return the case as the command prints it."""
    return {
        "case": case.id,
        "title": case.title,
        **result.figures,
        "seconds": round(time.monotonic() - started, 1),
        "verdict": "failed" if result.problems else "passed",
        "problems": result.problems[:20],
    }
