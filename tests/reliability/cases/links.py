"""W18, F12, F17: files that must not be fetched, lines that are slow or dead."""

import re
import time

from sandbox import formats

from ..link import MODES, Link
from ..network import IN, OUT, PATIENCE, Network, answer, network
from ..prepare_store import find_id
from ..rig import Rig
from .base import Case, Result
from .outbox import count_calls

# Seconds: the store's own limits, and what a slow machine may add.
MEDIA_LIMIT, CALL_LIMIT, SLACK = 30, 15, 20
HAND_OVER_SECONDS = 10
SCRIPT = "customer_support_chat.chatbot_script_store"


class Media(Case):
    """W18: files from another host, by a redirect, too large, too slow, no picture."""

    id, title = "W18", "Files: foreign host, redirect, 200 MB, wrong type, dripping"
    # By name: whether its bytes may stand in the ticket.
    quick = {
        "good": True,
        "page": True,
        "foreign": False,
        "redirect": False,
        "huge": False,
        "endless": False,
        "gone": False,
    }
    slow = {"drip": False}

    def run(self, rig: Rig) -> Result:
        """Post one picture of each; count files and how long the job took."""
        names = self.quick if rig.quick else self.quick | self.slow
        problems, slowest = [], 0.0
        with network(rig, "w18") as net:
            for name in names:
                payload = net.say(f"w18-{name}.")
                message = payload["entry"][0]["changes"][0]["value"]["messages"][0]
                del message["text"]
                message |= {"type": "image", "image": {"id": name}}
                net.insist(formats.write(payload))
                start = time.monotonic()
                net.settle()
                slowest = max(slowest, time.monotonic() - start)
            kept = self._find_files(rig, net)
            shown = net.count_events("message", "done")
            fetched = list(net.sandbox.fetched)
        wanted = sorted(f"wamid.w18-{name}." for name, may in names.items() if may)
        if sorted(kept) != wanted or "secret" in fetched:
            problems.append(f"kept {sorted(kept)}, asked for {fetched}")
        if any(kind in ("text/html", "image/svg+xml") for kind in kept.values()):
            problems.append(f"a page is kept as one: {kept}")
        if shown != len(names) or slowest > MEDIA_LIMIT + SLACK:
            problems.append(f"{shown} shown, the slowest after {slowest:.0f} s")
        figures = {"files": len(names), "kept": len(kept), "slowest_s": round(slowest)}
        return Result(figures, problems)

    def _find_files(self, rig: Rig, net: Network) -> dict[str, str]:
        rows = rig.store.query(
            "SELECT event.external_id, file.mimetype"
            "  FROM support_channel_event AS event"
            "  JOIN message_attachment_rel AS rel ON rel.message_id = event.message_id"
            "  JOIN ir_attachment AS file ON file.id = rel.attachment_id"
            " WHERE event.channel_id = %s AND event.kind = 'message'",
            (net.channel,),
        )
        return dict(rows)


class BadLines(Case):
    """F12: the line to the network is slow, thin, cut or dead, one after the other."""

    id, title = "F12", "A slow, thin, cut and dead line to the network"

    def run(self, rig: Rig) -> Result:
        """Answer over each kind of line, mend it; nothing is lost or sent twice."""
        count = rig.scale(10, 2)
        problems, longest = [], {}
        with network(rig, "f12") as net, Link(net.sandbox.url) as link:
            net.write(api_url=f"{link.url}/graph")
            tickets = net.open_tickets(count)
            agent = rig.client("rig_rita")
            for mode in MODES:
                link.mode = mode
                start = time.monotonic()
                for ticket in tickets:
                    answer(agent, ticket, f"{mode} {ticket}.")
                longest[mode] = self._measure_stuck(rig, net, start)
                link.mode = "plain"
                net.settle(OUT)
            states = net.count_answers()
            came, twice = count_calls(net)
            problems += net.find_broken_jobs()
        # What may have arrived is shown to a person, and not sent by a machine.
        lost = count * len(MODES) - came - states.get("unknown", 0)
        stuck = {
            mode: seconds
            for mode, seconds in longest.items()
            if seconds > CALL_LIMIT + SLACK
        }
        if twice or lost > 0 or stuck or states.get("failed"):
            problems.append(f"{twice} twice, {lost} lost, {states}, stuck: {stuck}")
        figures = {
            "answers": count * len(MODES),
            "arrived": came,
            "sent_twice": twice,
            "lost": max(0, lost),
            "states": states,
            "longest_call_s": {mode: round(longest[mode]) for mode in longest},
        }
        return Result(figures, problems)

    def _measure_stuck(self, rig: Rig, net: Network, start: float) -> float:
        """Return for how long one call was under way at most."""
        longest = 0.0
        while time.monotonic() - start < PATIENCE:
            net.work(OUT)
            time.sleep(0.3)
            [[seconds]] = rig.store.query(
                "SELECT extract(epoch FROM"
                "   max(now() AT TIME ZONE 'UTC' - write_date))::float"
                "  FROM support_channel_event"
                " WHERE channel_id = %s AND state = 'sending'",
                (net.channel,),
            )
            longest = max(longest, seconds or 0)
            if seconds is None and self._has_tried_all(rig, net):
                break
        return longest

    def _has_tried_all(self, rig: Rig, net: Network) -> bool:
        return not rig.store.count(
            "SELECT count(*) FROM support_channel_event WHERE channel_id = %s"
            " AND kind = 'answer' AND state = 'pending' AND attempts = 0",
            net.channel,
        )


class SilentNetwork(Case):
    """F17: the bot's words do not leave; whoever wants a person is heard all the same.

    The bot asks no service outside of the store: the network is all that can hang.
    """

    id, title = "F17", "The network hangs while the bot answers: hand-over in 10 s"

    def run(self, rig: Rig) -> Result:
        """Let every call hang; several customers ask for a person."""
        count = rig.scale(10, 2)
        script = find_id(rig.rpc, SCRIPT)
        with network(rig, "f17", bot_script_id=script) as net:
            net.sandbox.hang_seconds = 5.0
            people = [f"55116{number:08}" for number in range(count)]
            for sender in people:
                net.insist(net.body(f"Hi {sender}", sender=sender))
            net.settle()
            net.sandbox.faults += ["hang"] * count * 4
            net.work(OUT)
            seconds = [self._ask_for_person(rig, net, sender) for sender in people]
            net.sandbox.faults.clear()
            net.settle(OUT)
            problems = net.find_broken_jobs()
        slowest = max(seconds)
        if slowest > HAND_OVER_SECONDS:
            problems.append(f"the slowest hand-over took {slowest:.1f} s")
        return Result({"people": count, "slowest_s": round(slowest, 1)}, problems)

    def _ask_for_person(self, rig: Rig, net: Network, sender: str) -> float:
        """Return the seconds until the case waits for a person."""
        for number, text in enumerate(("4", "My lamp is broken.")):
            if number:
                net.settle(IN)
            start = time.monotonic()
            payload = _named(net.say(text, sender=sender), f"{sender}-{number}")
            net.insist(formats.write(payload))
        sql = (
            "SELECT count(*) FROM support_bot_session AS session"
            "  JOIN support_identity AS sender ON sender.id = session.identity_id"
            " WHERE sender.sender_key = %s AND session.state <> 'active'"
        )
        rig.wait(lambda: net.work(IN) or rig.store.count(sql, sender), PATIENCE)
        return time.monotonic() - start


def _named(payload: dict, name: str) -> dict:
    """Give the one message of a body another name."""
    value = payload["entry"][0]["changes"][0]["value"]
    value["messages"][0]["id"] = f"wamid.{re.sub('[^0-9a-z-]', '', name)}"
    return payload


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Media(), BadLines(), SilentNetwork()]
