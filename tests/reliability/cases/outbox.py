"""W13 to W16: answers on their way to a messaging network."""

import time
from collections import Counter

from ..clients import Refused
from ..network import OUT, PATIENCE, Network, answer, network
from ..rig import Rig
from .base import Case, Result

HOURS_AFTER_THE_WINDOW = 25
# Each fault is followed by a call that works: of a network that fails on and on nothing
# is asked for hours, which is as it should be.
FAULTS = [500, 200, 429, 200, "silence", 200, 503, 200]


def count_calls(net: Network) -> tuple[int, int]:
    """Return how many answers came to the network, and how many more than once."""
    came = Counter(call.text for call in net.sandbox.sent)
    return len(came), sum(number > 1 for number in came.values())


def answer_all(rig: Rig, tickets: list[int]) -> None:
    """Let an agent answer each ticket."""
    agent = rig.client("rig_rita")
    for ticket in tickets:
        answer(agent, ticket, f"answer-{ticket}.")


def check_arrived(net: Network, wanted: int) -> list[str]:
    """Return what is wrong when each answer should have come once."""
    came, twice = count_calls(net)
    return [f"{came} of {wanted} came, {twice} twice"] * ((came, twice) != (wanted, 0))


class Outbox(Case):
    """W13: the network fails in every way, and workers die while they send."""

    id, title = "W13", "Answers while the network fails and workers are killed"

    def run(self, rig: Rig) -> Result:
        """Answer many customers; count at the network what came, and how often."""
        count = rig.scale(200, 12)
        with network(rig, "w13") as net:
            tickets = net.open_tickets(count)
            net.sandbox.retry_after = 1
            net.sandbox.faults += FAULTS * rig.scale(10, 1)
            answer_all(rig, tickets)
            before = rig.killer.kills
            rig.killer.start(rig.scale(20, 3), pause=1.0)
            net.settle(OUT, each_time=lambda: self._give_up_dead(rig, net))
            rig.killer.finish()
            net.settle(OUT, each_time=lambda: self._give_up_dead(rig, net))
            return self._judge(net, tickets, count, rig.killer.kills - before)

    def _give_up_dead(self, rig: Rig, net: Network) -> None:
        """Let the minutes pass after which a dead worker's call is given up."""
        rig.store.query(
            "UPDATE support_channel_event SET write_date = write_date"
            " - interval '1 hour' WHERE state = 'sending' AND channel_id = %s"
            " AND write_date < now() AT TIME ZONE 'UTC' - interval '20 seconds'",
            (net.channel,),
        )

    def _judge(self, net: Network, tickets: list[int], wanted: int, kills) -> Result:
        came, twice = count_calls(net)
        states = net.count_answers()
        shown = states.get("failed", 0) + states.get("unknown", 0)
        missing = len(tickets) - came - shown
        figures = {
            "answers": len(tickets),
            "arrived": came,
            "sent_twice": twice,
            "lost": max(0, missing),
            "states": states,
            "kills": kills,
        }
        problems = [f"{twice} answers were sent twice"] if twice else []
        if missing > 0:
            problems.append(f"{missing} answers never arrived, and none says so")
        if not sum(states.values()) == len(tickets) == wanted:
            problems.append(f"{states} for {len(tickets)} of {wanted} tickets")
        return Result(figures, problems)


class AskedToWait(Case):
    """W14: a network that asks for a pause is left alone for so long."""

    id, title = "W14", "429 with Retry-After: no call in the pause, all arrive"
    pause = 4

    def run(self, rig: Rig) -> Result:
        """Answer; the network refuses some calls; look at the moments of the calls."""
        count = rig.scale(60, 6)
        with network(rig, "w14") as net:
            tickets = net.open_tickets(count)
            net.sandbox.retry_after = self.pause
            net.sandbox.faults += [200, 429] * rig.scale(5, 1)
            answer_all(rig, tickets)
            net.settle(OUT)
            early = self._count_early(net)
            problems = check_arrived(net, count) + net.find_broken_jobs()
            refused = sum(call.status == 429 for call in net.sandbox.calls)
        if early or not refused:
            problems.append(f"{early} calls in the pause after {refused} refusals")
        figures = {"answers": count, "refused": refused, "calls_in_the_pause": early}
        return Result(figures, problems)

    def _count_early(self, net: Network) -> int:
        calls = sorted(net.sandbox.calls, key=lambda call: call.at)
        pauses = [call.at for call in calls if call.status == 429]
        # A second less: the store counts in whole ones.
        longest = self.pause - 1
        return sum(
            start < call.at < start + longest for start in pauses for call in calls
        )


class Revoked(Case):
    """W15: a token that is not valid any more pauses the channel, nothing is lost."""

    id, title = "W15", "A revoked token: paused, told, and sent after the mending"

    def run(self, rig: Rig) -> Result:
        """Answer; the network knows the store no more; then an administrator mends."""
        count = rig.scale(30, 4)
        with network(rig, "w15") as net:
            tickets = net.open_tickets(count)
            net.sandbox.faults += [401]
            answer_all(rig, tickets)
            rig.wait(lambda: net.work(OUT) or net.read("state") == "paused", PATIENCE)
            calls = len(net.sandbox.calls)
            alerts = rig.store.count(
                "SELECT count(*) FROM mail_activity"
                " WHERE res_model = 'support.channel' AND res_id = %s",
                net.channel,
            )
            net.insist(net.body("w15-0."))
            net.settle()
            while_paused = net.count_messages(["w15-0"])["w15-0"]
            calls = len(net.sandbox.calls) - calls
            net.call("action_resume")
            net.settle(OUT)
            problems = check_arrived(net, count) + net.find_broken_jobs()
        found = {
            "alerts": alerts,
            "taken_in": while_paused,
            "calls_while_paused": calls,
        }
        if not alerts or while_paused != 1 or calls:
            problems.append(f"while it was paused: {found}")
        return Result({"answers": count, **found}, problems)


class WindowClosed(Case):
    """W16: a day after the customer's last words no free text leaves."""

    id, title = "W16", "The 24 hours are over: refused, and a template is offered"

    def run(self, rig: Rig) -> Result:
        """Let a day pass; the agent tries to answer."""
        count, refused, offered = rig.scale(10, 2), 0, 0
        with network(rig, "w16") as net:
            tickets = net.open_tickets(count)
            agent = rig.client("rig_rita")
            with rig.clock_shifted(hours=HOURS_AFTER_THE_WINDOW):
                for ticket in tickets:
                    try:
                        answer(agent, ticket, "too late")
                    except Refused as words:
                        refused += "template" in str(words)
                    [read] = agent.call(
                        "support.ticket", "read", [ticket], ["is_answer_window_closed"]
                    )
                    offered += read["is_answer_window_closed"]
                net.work(OUT)
                time.sleep(1)
            sent = len(net.sandbox.calls)
        figures = {"answers": count, "refused": refused, "offered": offered}
        fine = (refused, offered, sent) == (count, count, 0)
        return Result({**figures, "sent": sent}, [] if fine else [f"{figures}, {sent}"])


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Outbox(), AskedToWait(), Revoked(), WindowClosed()]
