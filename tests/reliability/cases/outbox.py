"""W: answers on their way to a messaging network."""

import time
from collections import Counter

from ..network import PATIENCE, Network, network
from ..rig import Rig
from .base import Case, Result


class Outbox(Case):
    """W13, W14: the network fails in every way, and workers die while they send."""

    id, title = "W13", "Answers while the network fails and workers are killed"

    def run(self, rig: Rig) -> Result:
        """Answer many customers; count at the network what came, and how often."""
        count = rig.scale(200, 16)
        with network(rig, "w13") as net:
            tickets = self._open_tickets(rig, net, count)
            net.sandbox.retry_after = 1
            net.sandbox.faults += [500, 429, "silence", 503] * (count // 8)
            agent = rig.client("rig_rita")
            for ticket in tickets:
                agent.call(
                    "support.ticket",
                    "message_post",
                    [ticket],
                    body=f"answer-{ticket}.",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
            before = rig.killer.kills
            rig.killer.start(rig.scale(20, 3), pause=1.0)
            self._settle(rig, net)
            rig.killer.finish()
            self._settle(rig, net)
            return self._judge(rig, net, tickets, rig.killer.kills - before)

    def _open_tickets(self, rig: Rig, net: Network, count: int) -> list[int]:
        for number in range(count):
            sender = f"55119{number:08}"
            net.sandbox.say("whatsapp", sender, f"Customer {number}", f"Oi {number}")
        net.settle()
        rows = rig.store.query(
            "SELECT DISTINCT ticket_id FROM support_channel_event"
            " WHERE channel_id = %s AND kind = 'message' AND ticket_id IS NOT NULL",
            (net.channel,),
        )
        return [ticket for (ticket,) in rows]

    def _settle(self, rig: Rig, net: Network) -> None:
        """Let pauses pass quickly; what a dead worker was sending is given up."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            rig.store.query(
                "UPDATE support_channel_event"
                "   SET next_attempt_at = now() AT TIME ZONE 'UTC'"
                " WHERE id IN (SELECT id FROM support_channel_event"
                "   WHERE kind = 'answer' AND state = 'pending' FOR UPDATE SKIP LOCKED)"
            )
            rig.store.query(
                "UPDATE support_channel_event SET write_date = write_date"
                " - interval '1 hour' WHERE state = 'sending'"
                " AND write_date < now() AT TIME ZONE 'UTC' - interval '20 seconds'"
            )
            net.work()
            time.sleep(0.7)
            if not rig.store.count(
                "SELECT count(*) FROM support_channel_event"
                " WHERE kind = 'answer' AND state IN ('pending', 'sending')"
            ):
                return

    def _judge(self, rig: Rig, net: Network, tickets: list[int], kills: int) -> Result:
        came = Counter(call.text for call in net.sandbox.sent)
        twice = sum(number > 1 for number in came.values())
        states = Counter(
            state
            for (state,) in rig.store.query(
                "SELECT state FROM support_channel_event"
                " WHERE channel_id = %s AND kind = 'answer'",
                (net.channel,),
            )
        )
        done_but_missing = (
            len(tickets) - len(came) - states["failed"] - states["unknown"]
        )
        figures = {
            "answers": len(tickets),
            "arrived": len(came),
            "sent_twice": twice,
            "states": dict(states),
            "kills": kills,
        }
        problems = [f"{twice} answers were sent twice"] if twice else []
        if done_but_missing > 0:
            problems.append(
                f"{done_but_missing} answers never arrived, and none says so"
            )
        if sum(states.values()) != len(tickets):
            problems.append(f"{sum(states.values())} rows for {len(tickets)} answers")
        return Result(figures, problems)


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Outbox()]
