"""W: messaging networks post what customers write."""

import json
import statistics
import threading
import time
from functools import partial

from sandbox import formats

from ..at_once import at_once
from ..network import Network, judge, network
from ..rig import Rig
from .base import Case, Result

# How many bodies are on their way at once while workers die.
STREAMS = 4


class SameEvent(Case):
    """W03, W04: one body twenty times at once, then ten times more."""

    id, title = "W04", "The same webhook twenty times at once"

    def run(self, rig: Rig) -> Result:
        """Post; count rows and messages by SQL."""
        marks = [f"w04-{number}" for number in range(rig.scale(20, 3))]
        refused = 0
        with network(rig, "w04") as net:
            for mark in marks:
                body = net.body(f"{mark}.")
                answers = at_once([partial(net.post, body)] * 20)
                answers += [net.post(body) for _ in range(10)]
                refused += sum(answer != 200 for answer in answers)
            net.settle()
            figures, problems = judge(net.count_messages(marks))
        figures |= {"posts": 30 * len(marks), "not_confirmed": refused}
        if refused:
            problems.append(f"{refused} posts were not confirmed")
        return Result(figures, problems)


class Batch(Case):
    """W07: a thousand messages in one body, one of them broken."""

    id, title = "W07", "A body of a thousand messages with a broken one"

    def run(self, rig: Rig) -> Result:
        """Post it; all but one become messages, the broken one is kept."""
        marks = [f"w07-{number}" for number in range(rig.scale(1000, 100))]
        with network(rig, "w07") as net:
            payload = json.loads(net.body(*(f"{mark}." for mark in marks)))
            messages = payload["entry"][0]["changes"][0]["value"]["messages"]
            del messages[5]["timestamp"]
            status = net.post(formats.write(payload))
            net.settle()
            figures, problems = judge(net.count_messages(marks[:5] + marks[6:]))
            kept = rig.store.count(
                "SELECT count(*) FROM support_channel_event"
                " WHERE channel_id = %s AND state = 'quarantined'",
                net.channel,
            )
        if (status, kept) != (200, 1):
            problems.append(f"status {status}, {kept} kept for a person")
        return Result(figures | {"kept_for_a_person": kept}, problems)


class OddBodies(Case):
    """W02, W08: no proof, too large, too deep, not UTF-8, huge numbers."""

    id, title = "W08", "Bodies without proof, and odd ones, cost little"

    def run(self, rig: Rig) -> Result:
        """Post each; nothing is kept, and nothing takes long."""
        problems, times = [], []
        with network(rig, "w08") as net:
            good = net.body("w08.")
            signed = formats.sign(net.sandbox.accounts["whatsapp"], good)
            wrong = {name: value[:-1] + "0" for name, value in signed.items()}
            again = json.dumps(json.loads(good), indent=1).encode()
            for name, body, headers, expected in (
                ("no proof", good, {}, 401),
                ("wrong proof", good, wrong, 401),
                ("written again", again, signed, 401),
                ("50 MB", b" " * 50_000_000, {}, 413),
                ("deep", b"[" * 200_000 + b"]" * 200_000, None, 400),
                ("huge number", b'{"a":' + b"9" * 10_000 + b"}", None, 400),
                ("not UTF-8", b"\xff\xfe\x00{}", None, 400),
            ):
                start = time.monotonic()
                try:
                    status = net.post(body, headers)
                except OSError:
                    # The store hangs up on 50 MB before they are written: as good.
                    status = expected
                times.append(time.monotonic() - start)
                if status != expected:
                    problems.append(f"{name}: {status}")
            kept = rig.store.count(
                "SELECT count(*) FROM support_channel_event WHERE channel_id = %s",
                net.channel,
            )
        if kept:
            problems.append(f"{kept} rows were kept")
        slowest = round(max(times) * 1000)
        return Result(
            {"bodies": len(times), "rows": kept, "slowest_ms": slowest}, problems
        )


class KilledInbox(Case):
    """W12: workers die between the confirmation and the ticket."""

    id, title = "W12", "Webhooks while workers are killed with -9"

    def run(self, rig: Rig) -> Result:
        """Post in several streams while workers die; count by SQL."""
        marks = [f"w12-{number}" for number in range(rig.scale(500, 40))]
        before, kills = rig.killer.kills, rig.scale(40, 6)
        with network(rig, "w12") as net:
            rig.killer.start(kills, pause=0.7)
            self._post_all(net, marks)
            while rig.killer.kills - before < kills:
                net.work()
                time.sleep(0.2)
            rig.killer.finish()
            net.settle()
            figures, problems = judge(net.count_messages(marks))
        return Result(figures | {"kills": rig.killer.kills - before}, problems)

    def _post_all(self, net: Network, marks: list[str]) -> None:
        bodies = [net.body(f"{mark}.") for mark in marks]

        def stream(number: int) -> None:
            for body in bodies[number::STREAMS]:
                net.insist(body)
                net.work()

        threads = [threading.Thread(target=stream, args=(n,)) for n in range(STREAMS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


class Pace(Case):
    """W11: fifty webhooks in a second."""

    id, title = "W11", "Fifty webhooks a second: how fast they are confirmed"

    def run(self, rig: Rig) -> Result:
        """Post at a steady pace; the figures are told, a machine's speed is no rule."""
        seconds, rate = rig.scale(300, 4), rig.scale(50, 20)
        marks = [f"w11-{number}" for number in range(seconds * rate)]
        with network(rig, "w11") as net:
            bodies = [net.body(f"{mark}.") for mark in marks]
            times = self._post_at_pace(net, bodies, rate)
            net.settle()
            figures, problems = judge(net.count_messages(marks))
        ranked = statistics.quantiles(times, n=100)
        figures |= {
            "per_second": rate,
            "median_ms": round(statistics.median(times) * 1000),
            "p99_ms": round(ranked[98] * 1000),
            "over_1_s": sum(one > 1 for one in times),
        }
        return Result(figures, problems)

    def _post_at_pace(
        self, net: Network, bodies: list[bytes], rate: int
    ) -> list[float]:
        times: list[float] = []
        start = time.monotonic() + 1

        def stream(number: int) -> None:
            for place in range(number, len(bodies), STREAMS * 4):
                time.sleep(max(0, start + place / rate - time.monotonic()))
                begun = time.monotonic()
                net.insist(bodies[place])
                times.append(time.monotonic() - begun)

        threads = [
            threading.Thread(target=stream, args=(n,)) for n in range(STREAMS * 4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return times


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [SameEvent(), Batch(), OddBodies(), KilledInbox(), Pace()]
