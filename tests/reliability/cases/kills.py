"""F01: five hundred mails while workers are killed a hundred times."""

import time

from .. import corpus
from ..corpus.replies import honest
from ..mail import LEAD, PASSED, Mail, Shape
from ..rig import Rig
from .base import Case, Result, check_acknowledgements, count_repeated


class Kills(Case):
    """Mails of every kind come in, by all ways, while workers die."""

    id, title = "F01", "Mails while workers are killed with -9"

    def run(self, rig: Rig) -> Result:
        """Send the mails in step with the kills, so that every kill finds some."""
        mails = self._mails(rig, rig.scale(500, 40))
        kills = rig.scale(100, 8)
        before, points = rig.killer.kills, rig.killer.point_kills()
        rig.killer.start(kills, pause=rig.scale(10, 7) / 10)
        with rig.polling():
            in_flight = self._send_in_step(rig, mails, kills, before)
            rig.killer.finish()
        rig.settle()
        died = rig.killer.kills - before
        at_points = {
            point: count - points.get(point, 0)
            for point, count in rig.killer.point_kills().items()
        }
        problems = check_acknowledgements(rig, mails, deaths=died)
        if died < kills:
            problems.append(f"only {died} workers died")
        return Result.of(
            rig.balance(mails),
            problems,
            kills=died,
            kills_at_points=at_points,
            least_in_flight=in_flight,
            handed_over_again=sum(
                count_repeated(rig.sink.to(mail.sender)) for mail in mails
            ),
            gate_retries=rig.gate_retries,
        )

    def _mails(self, rig: Rig, count: int) -> list[Mail]:
        lead = Shape("F01", "lead", lambda s: s.mail(), frozenset((PASSED,)))
        shapes = [shape for shape in corpus.shapes() if len(shape.name) % 3 == 0]
        special = corpus.make([shape for shape in shapes if shape.well_formed])
        conversation = rig.conversations[9]
        mails = [
            *corpus.make([lead] * (count // 10), LEAD),
            *special[: count // 4],
            *(conversation.reply(shape) for shape in honest("F01", conversation)),
        ]
        mails += corpus.ordinary(count - len(mails))
        return sorted(mails, key=lambda mail: mail.uuid)

    def _send_in_step(
        self, rig: Rig, mails: list[Mail], kills: int, before: int
    ) -> int:
        """Send a share of the mails for each kill.

        :return: the least number of mails that were in flight at a kill
        """
        least = len(mails)
        for number in range(kills):
            start, end = (len(mails) * n // kills for n in (number, number + 1))
            rig.send(mails[start:end])
            least = min(least, rig.count_in_flight())
            deadline = time.monotonic() + 30
            while rig.killer.kills - before <= number and time.monotonic() < deadline:
                time.sleep(0.05)
        return least


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Kills()]
