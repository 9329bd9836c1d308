"""W01, W05, W19, W20: who may post, when, and who hears of refusals."""

import time
from functools import partial

import requests

from sandbox import formats

from ..at_once import at_once
from ..network import PATIENCE, SECRET, Network, judge, network
from ..rig import Rig
from .base import Case, Result

NEW_SECRET = "rig-secret-new"
ALERT_SECONDS = 60
HOUR, DAY = 1, 24


class Door(Case):
    """W01: the network asks whether the address is ours."""

    id, title = "W01", "The network's question, with right, wrong and no token"

    def run(self, rig: Rig) -> Result:
        """Ask; the answer is plain text, whatever was asked."""
        asked = "<b>1158201444</b>"
        with network(rig, "w01") as net:
            token = net.read("verify_token")
            problems = []
            for given, expected in ((token, 200), ("wrong", 403), ("", 403)):
                got = self._ask(rig, net, given, asked)
                is_given_back = asked in got.text
                if (got.status_code, is_given_back) != (expected, expected == 200):
                    problems.append(f"{given and 'a'} token: {got.status_code}")
                if "html" in got.headers["Content-Type"]:
                    problems.append("answered as a page")
        return Result({"questions": 3}, problems)

    def _ask(self, rig: Rig, net: Network, token: str, asked: str):
        question = {
            "hub.mode": "subscribe",
            "hub.verify_token": token,
            "hub.challenge": asked,
        }
        return requests.get(rig.server.url + net.path, question, timeout=PATIENCE)


class Replay(Case):
    """W05: a signed body comes again after an hour, and after the memory ended."""

    id, title = "W05", "A signed body posted again after an hour and after 9 days"

    def run(self, rig: Rig) -> Result:
        """Post again; forget the rows as the vacuum does; post once more."""
        marks = [f"w05-{number}" for number in range(rig.scale(20, 3))]
        with network(rig, "w05") as net:
            bodies = [net.body(f"{mark}.") for mark in marks]
            self._post(net, bodies)
            with rig.clock_shifted(hours=HOUR):
                self._post(net, bodies)
            rig.store.query(
                "DELETE FROM support_channel_event WHERE channel_id = %s",
                (net.channel,),
            )
            with rig.clock_shifted(hours=9 * DAY):
                self._post(net, bodies)
            figures, problems = judge(net.count_messages(marks))
            ignored = net.count_events("message", "ignored")
        if ignored != len(marks):
            problems.append(f"{ignored} of {len(marks)} were known by their time")
        return Result({**figures, "ignored_by_their_time": ignored}, problems)

    def _post(self, net: Network, bodies: list[bytes]) -> None:
        for body in bodies:
            net.insist(body)
        net.settle()


class Rotation(Case):
    """W19: the secret is replaced while messages come with the old and the new one."""

    id, title = "W19", "A secret is replaced while messages come with both"

    def run(self, rig: Rig) -> Result:
        """Post with the old one, replace it, post with both at once."""
        half = rig.scale(100, 6)
        marks = [f"w19-{number}" for number in range(half * 2)]
        with network(rig, "w19") as net:
            bodies = [net.body(f"{mark}.") for mark in marks]
            statuses = [self._post(net, body, SECRET) for body in bodies[: half // 2]]
            net.write(app_secret=NEW_SECRET)
            for old, new in zip(bodies[half // 2 : half], bodies[half:], strict=False):
                pair = ((old, SECRET), (new, NEW_SECRET))
                statuses += at_once(
                    [partial(self._post, net, body, secret) for body, secret in pair]
                )
            statuses += [self._post(net, b, NEW_SECRET) for b in bodies[half:]]
            net.settle()
            figures, problems = judge(net.count_messages(marks))
        refused = sum(status != 200 for status in statuses)
        if refused:
            problems.append(f"{refused} were refused")
        return Result({"posts": len(statuses), "refused": refused, **figures}, problems)

    def _post(self, net: Network, body: bytes, secret: str) -> int:
        account = net.sandbox.accounts[net.kind]
        signer = formats.Account(account.kind, account.account, "", secret)
        return net.post(body, formats.sign(signer, body))


class Alert(Case):
    """W20: many bodies without proof are an alert within a minute."""

    id, title = "W20", "Bodies without proof: the administrator is told in a minute"
    posts = 30

    def run(self, rig: Rig) -> Result:
        """Post; wait until an activity stands on the channel."""
        with network(rig, "w20") as net:
            start = time.monotonic()
            bodies = [net.body(f"{number}") for number in range(self.posts)]
            at_once([partial(net.post, body, {}) for body in bodies])
            sql = (
                "SELECT count(*) FROM mail_activity"
                " WHERE res_model = 'support.channel' AND res_id = %s"
            )
            rig.wait(lambda: rig.store.count(sql, net.channel), ALERT_SECONDS)
            seconds = time.monotonic() - start
            alerts = rig.store.count(sql, net.channel)
        told = alerts and seconds <= ALERT_SECONDS
        figures = {"refused": self.posts, "alert_after_ms": round(seconds * 1000)}
        problem = f"{alerts} alerts after {seconds:.0f} s"
        return Result(figures, [] if told else [problem])


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Door(), Replay(), Rotation(), Alert()]
