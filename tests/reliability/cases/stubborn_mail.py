"""F02 to F04, B05: mails that kill or stop their worker, that raise, that are big."""

import hashlib

from .. import corpus
from ..corpus.structure import with_file
from ..killer import POINTS
from ..mail import QUARANTINED, TICKET, Mail, Shape
from ..rig import Rig
from .base import Case, Result, check_acknowledgements

HELD = frozenset((QUARANTINED,))


class ChosenPoints(Case):
    """F02: workers die after the commit and before the mailbox knows, and so on."""

    id, title = "F02", "Killed between commit and seen, at each chosen point"

    def run(self, rig: Rig) -> Result:
        """Let a worker die at each point for some mails, one after the other."""
        rounds = rig.scale(10, 2)
        before = rig.killer.point_kills()
        mails: list[Mail] = []
        for point in POINTS * rounds:
            rig.killer.arm(point)
            mail = corpus.ordinary(1)[0]
            mails.append(mail)
            rig.mailbox.put(mail.raw)
            with rig.polling():
                rig.wait(lambda armed=point: not rig.killer.is_armed(armed), 30)
        rig.killer.disarm()
        rig.settle()
        died = {
            point: count - before.get(point, 0)
            for point, count in rig.killer.point_kills().items()
        }
        problems = [
            f"nobody died {point}" for point in POINTS if died.get(point, 0) < rounds
        ]
        problems += check_acknowledgements(rig, mails)
        return Result.of(rig.balance(mails), problems, kills=died)


class Raising(Case):
    """F03: a mail that raises is held with its reason; the next ones flow."""

    id, title = "F03", "A mail that raises: quarantined with original and reason"

    def run(self, rig: Rig) -> Result:
        """Send bad mails among good ones; mend the fault and let one in again."""
        fault = rig.faults / "raise.on"
        fault.touch()
        shape = Shape("F03", "raises", _with_subject("RIG-RAISE"), HELD, False)
        bad = corpus.make([shape] * rig.scale(5, 1))
        good = corpus.ordinary(rig.scale(20, 3))
        mails = [*bad, *good]
        rig.send(mails)
        rig.settle()
        problems = self._check_held(rig, bad)
        result = Result.of(rig.balance(mails), problems)
        fault.unlink()
        result.problems += self._release(rig, bad[0])
        return result

    def _check_held(self, rig: Rig, bad: list[Mail]) -> list[str]:
        rows = rig.store.query(
            "SELECT attempts, reason, error LIKE '%%fails on purpose%%',"
            " raw IS NOT NULL FROM support_incoming_mail WHERE id IN %s",
            (tuple(fate.rows[0].id for fate in rig.balance(bad).fates if fate.rows),),
        )
        wrong = [row for row in rows if row != (3, "processing_failed", True, True)]
        return [f"held without all that is needed: {row}" for row in wrong]

    def _release(self, rig: Rig, mail: Mail) -> list[str]:
        """Do as a manager does when the fault is mended: try again."""
        row = rig.balance([mail]).fates[0].rows[0]
        rig.rpc("support.incoming.mail", "action_retry", [row.id])
        rig.settle()
        fate = rig.balance([mail]).fates[0]
        fine = fate.outcome == TICKET and not fate.is_duplicated
        return [] if fine else [f"after the retry it is {fate.outcome}"]


class Hanging(Case):
    """F04: a mail that runs past the time limit of its worker."""

    id, title = "F04", "A mail that hangs its worker: isolated after three tries"
    # Seconds: enough for a mail, and short for who waits.
    longest_cron = 20

    def run(self, rig: Rig) -> Result:
        """Send one such mail and good ones after it.

        In the short form the rig kills the worker at once, with the same signal as
        Odoo's own time limit.
        """
        fault = rig.faults / "hang.on"
        fault.touch()
        if not rig.quick:
            rig.restart(self.longest_cron)
        bad = corpus.make(
            [Shape("F04", "hangs", _with_subject("RIG-HANG"), HELD, False)]
        )
        good = corpus.ordinary(rig.scale(20, 5))
        rig.send(bad)
        with rig.polling():
            rig.wait(lambda: self._attempts(rig), 120)
        rig.send(good)
        rig.settle(each_time=rig.killer.kill_hanging if rig.quick else None)
        fault.unlink()
        if not rig.quick:
            rig.restart()
        balance = rig.balance([*bad, *good])
        return Result.of(balance, attempts=self._attempts(rig))

    def _attempts(self, rig: Rig) -> int:
        return rig.store.query(
            "SELECT coalesce(max(attempts), 0) FROM support_incoming_mail"
            " WHERE subject LIKE '%%RIG-HANG%%'"
        )[0][0]


def _with_subject(mark: str):
    return lambda stamp: stamp.mail(headers={"Subject": f"{mark} {stamp.subject}"})


class Big(Case):
    """B05: big mails are stored whole or held whole; the limit is a setting."""

    id, title = "B05", "Mails of 20, 25 and 60 MB"

    def run(self, rig: Rig) -> Result:
        """Send them and compare the files byte by byte."""
        sizes = [20, 25, 60] if not rig.quick else [3]
        files = {size: bytes(range(256)) * (size * 4096 * 3 // 4) for size in sizes}
        mails = [
            Shape(
                "B05",
                f"{size} MB",
                lambda s, data=data: with_file(s, data, "film.mp4", "video/mp4"),
                HELD if size > 50 else frozenset((TICKET,)),
            ).make(0)
            for size, data in files.items()
        ]
        rig.send(mails)
        rig.settle()
        balance = rig.balance(mails)
        problems = []
        for fate, data in zip(balance.fates, files.values(), strict=True):
            kept = fate.outcome != TICKET or self._is_kept(rig, fate, data)
            problems += [] if kept else [f"{fate.mail.shape.name} is not stored whole"]
        return Result.of(balance, problems)

    def _is_kept(self, rig: Rig, fate, data: bytes) -> bool:
        # Odoo names files by their SHA-1.
        checksum = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        return bool(
            rig.store.query(
                "SELECT 1 FROM ir_attachment JOIN message_attachment_rel"
                " ON attachment_id = id WHERE message_id = %s AND checksum = %s",
                (fate.messages[0].id, checksum),
            )
        )


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Big(), ChosenPoints(), Raising(), Hanging()]
