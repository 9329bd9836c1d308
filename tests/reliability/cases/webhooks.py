"""W: messaging networks post what customers write, all at once and without end."""

import json
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from sandbox import formats

from ..at_once import at_once
from ..network import PATIENCE, Network, judge, network
from ..rig import Rig
from ..timing import describe
from .base import Case, Result

# How many bodies are on their way at once while workers die.
STREAMS = 4
# Seconds that a message takes at most on a slow machine, to wait long enough.
SLOWEST_MESSAGE = 0.5


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
            problems += net.find_broken_jobs()
        figures |= {"posts": 30 * len(marks), "not_confirmed": refused}
        if refused:
            problems.append(f"{refused} posts were not confirmed")
        return Result(figures, problems)


class Batch(Case):
    """W07: a thousand messages in one body, one of them broken."""

    id, title = "W07", "A body of a thousand messages with a broken one"

    def run(self, rig: Rig) -> Result:
        """Post it; all but one become messages, the broken one is kept."""
        marks = [f"w07-{number}" for number in range(rig.scale(1000, 40))]
        with network(rig, "w07") as net:
            payload = net.say(*(f"{mark}." for mark in marks))
            messages = payload["entry"][0]["changes"][0]["value"]["messages"]
            del messages[5]["timestamp"]
            start = time.monotonic()
            status = net.post(formats.write(payload))
            confirmed = time.monotonic() - start
            net.settle(patience=PATIENCE + len(marks) * SLOWEST_MESSAGE)
            figures, problems = judge(net.count_messages(marks[:5] + marks[6:]))
            kept = net.count_events("message", "quarantined")
            problems += net.find_broken_jobs()
        if (status, kept) != (200, 1):
            problems.append(f"status {status}, {kept} kept for a person")
        figures |= {"kept_for_a_person": kept, "confirmed_ms": round(confirmed * 1000)}
        return Result(figures, problems)


class OddBodies(Case):
    """W02, W08: no proof, too large, too deep, not UTF-8, huge numbers."""

    id, title = "W08", "Bodies without proof, and odd ones, cost little"

    def run(self, rig: Rig) -> Result:
        """Post each; nothing is kept, and nothing takes long."""
        problems, times = [], []
        with network(rig, "w08") as net:
            for name, body, headers, expected in self._bodies(net):
                start = time.monotonic()
                try:
                    status = net.post(body, headers)
                except OSError:
                    # The store hangs up on 50 MB before they are written: as good.
                    status = 413
                times.append(time.monotonic() - start)
                if status not in expected:
                    problems.append(f"{name}: {status}")
            kept = net.count_events("body", "pending")
        if kept:
            problems.append(f"{kept} rows were kept")
        figures = {
            "bodies": len(times),
            "rows": kept,
            "median_ms": round(statistics.median(times) * 1000),
            "slowest_ms": round(max(times) * 1000),
        }
        return Result(figures, problems)

    def _bodies(self, net: Network) -> list[tuple]:
        """Return name, body, headers and the statuses that are right, of each."""
        account = net.sandbox.accounts[net.kind]
        good = net.body("w08.")
        signed = formats.sign(account, good)
        [[header, proof]] = signed.items()
        other = formats.sign(
            formats.Account(account.kind, account.account, "", "another app's"), good
        )
        again = json.dumps(json.loads(good), indent=1).encode()
        return [
            ("no proof", good, {}, (401,)),
            ("wrong proof", good, {header: proof[:-2] + "zz"}, (401,)),
            ("cut proof", good, {header: proof[:-2]}, (401,)),
            ("other hash", good, {"X-Hub-Signature": "sha1=" + "0" * 40}, (401,)),
            ("other app", good, other, (401,)),
            ("written again", again, signed, (401,)),
            # A proxy may tell it in its own way when the store hangs up.
            ("50 MB", b" " * 50_000_000, {}, (413, 502)),
            ("deep", b"[" * 200_000 + b"]" * 200_000, None, (400,)),
            ("huge number", b'{"a":' + b"9" * 10_000 + b"}", None, (400,)),
            ("not UTF-8", b"\xff\xfe\x00{}", None, (400,)),
        ]


class KilledInbox(Case):
    """W12: workers die between the confirmation and the ticket."""

    id, title = "W12", "Webhooks while workers are killed with -9"

    def run(self, rig: Rig) -> Result:
        """Post in several streams while workers die; count by SQL."""
        marks = [f"w12-{number}" for number in range(rig.scale(500, 30))]
        before, kills = rig.killer.kills, rig.scale(40, 5)
        with network(rig, "w12") as net:
            rig.killer.start(kills, pause=0.7)
            bodies = [net.body(f"{mark}.") for mark in marks]
            _in_streams(STREAMS, bodies, lambda place: self._post(net, bodies[place]))
            while rig.killer.kills - before < kills:
                net.work()
                time.sleep(0.2)
            rig.killer.finish()
            net.settle()
            figures, problems = judge(net.count_messages(marks))
        return Result(figures | {"kills": rig.killer.kills - before}, problems)

    def _post(self, net: Network, body: bytes) -> None:
        net.insist(body)
        net.work()


class Pace(Case):
    """W11: fifty webhooks in a second."""

    id, title = "W11", "Fifty webhooks a second: how fast they are confirmed"

    def run(self, rig: Rig) -> Result:
        """Post at a steady pace; the figures are told, a machine's speed is no rule."""
        seconds, rate = rig.scale(300, 3), rig.scale(50, 15)
        marks = [f"w11-{number}" for number in range(seconds * rate)]
        with network(rig, "w11") as net:
            times = post_at_pace(net, [net.body(f"{mark}.") for mark in marks], rate)
            net.settle(patience=PATIENCE + len(marks) * SLOWEST_MESSAGE)
            figures, problems = judge(net.count_messages(marks))
            problems += net.find_broken_jobs()
        figures |= describe(times) | {"over_1_s": sum(one > 1 for one in times)}
        return Result(figures | {"per_second": rate}, problems)


def post_at_pace(net: Network, bodies: Sequence[bytes], rate: int) -> list[float]:
    """Post so many bodies in a second; return the seconds until each was confirmed."""
    times: list[float] = []
    start = time.monotonic() + 1

    def post(place: int) -> None:
        time.sleep(max(0, start + place / rate - time.monotonic()))
        begun = time.monotonic()
        net.insist(bodies[place])
        times.append(time.monotonic() - begun)

    _in_streams(STREAMS * 4, bodies, post)
    return times


def _in_streams(count: int, bodies: Sequence[bytes], post: Callable) -> None:
    """Post in so many threads, each taking every so manieth body."""

    def stream(number: int) -> None:
        for place in range(number, len(bodies), count):
            post(place)

    threads = [threading.Thread(target=stream, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [SameEvent(), Batch(), OddBodies(), KilledInbox(), Pace()]
