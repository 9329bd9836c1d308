"""What people and networks meet at a real server: several processes behind nginx.

Started as ``python -m bench.served [--quick]``; prints one JSON line a row.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import requests

from reliability.at_once import find_errors
from reliability.chats import LiveChat, Person, wait_until
from reliability.network import OUT, Network, answer, network
from reliability.rig import Rig
from reliability.timing import describe
from sandbox import formats
from store_setup import prepare, system_packages

PATIENCE = 600
# How many customers, or agents, do something at the same moment.
STREAMS = 16
RATE = 50
FLOOR = "/support_test/bare"
JOB_OUT = 1  # of ``Network.jobs``
AGENTS = ("bench_one", "bench_two", "bench_three", "bench_four")


def main(arguments: Sequence[str]) -> None:
    """Measure each row in a store of its own, and print them."""
    quick = "--quick" in arguments
    env = prepare([system_packages.PROXY, system_packages.MAIL_SERVER])
    try:
        with Rig(env, quick) as rig:
            for name, run in ROWS.items():
                print(json.dumps({"scenario": name, **run(rig)}), flush=True)
    finally:
        env.release()


def take_in_webhooks(rig: Rig) -> dict:
    """Fifty webhooks a second, beside a bare route of Odoo at the same pace."""
    seconds = rig.scale(300, 2)
    with network(rig, "bench") as net:
        count = seconds * RATE
        bodies = [net.body(f"b00-{number}.") for number in range(count)]
        account = net.sandbox.accounts[net.kind]
        headers = {"Content-Type": "application/json"}
        signed = [headers | formats.sign(account, body) for body in bodies]
        post = partial(_post, rig.server.url + FLOOR)
        few = slice(0, count // 5)
        before = _at_pace(post, bodies[few], signed[few])
        times = _at_pace(partial(_post, account.webhook), bodies, signed)
        after = _at_pace(post, bodies[few], signed[few])
        kept = net.rig.store.count(
            "SELECT count(*) FROM support_channel_event"
            " WHERE channel_id = %s AND kind = 'body'",
            net.channel,
        )
        _forget(net)
    return {
        "count": count,
        "per_second": RATE,
        **describe(times),
        "lost": count - kept,
        **{f"floor_{name}": value for name, value in describe(before + after).items()},
    }


def send_answers(rig: Rig) -> dict:
    """Answers to as many customers as write, beside the same calls without a store."""
    customers, each = rig.scale(100, 10), rig.scale(5, 3)
    with network(rig, "bench-out") as net:
        net.sandbox.receipts = False
        tickets = net.open_tickets(customers)
        job = net.jobs[JOB_OUT]
        _switch(rig, job, on=False)
        agent = rig.client("rig_rita")
        for number in range(each):
            _together(
                partial(answer, agent.twin(), ticket, f"answer {number} {ticket}.")
                for ticket in tickets
            )
        count = customers * each
        _switch(rig, job, on=True)
        start = time.monotonic()
        net.settle(OUT, patience=PATIENCE)
        calls = sorted(call.at for call in net.sandbox.sent)
        seconds = time.monotonic() - start
        floor = _call_alone(net, min(count, 100))
    return {
        "count": count,
        "per_second": round(len(calls) / seconds, 1),
        "seconds": round(seconds, 1),
        "lost": count - len(calls),
        "floor_per_second": round(floor, 1),
    }


def chat(rig: Rig) -> dict:
    """Visitors who each write a line in a few seconds, and agents who answer it."""
    count, turns = rig.scale(200, 10), rig.scale(6, 3)
    talk = LiveChat(rig, AGENTS)
    talk.go_online()
    visitors = talk.visitors(count)
    agents = dict(zip(talk.users, talk.agents, strict=True))
    rows = rig.store.query(
        "SELECT channel.id, person.id FROM discuss_channel AS channel"
        "  JOIN res_users AS person ON person.partner_id = livechat_operator_id"
        " WHERE channel.id = ANY(%s)",
        ([visitor.chat for visitor in visitors],),
    )
    agent_of = {chat: agents[user] for chat, user in rows}
    said: list[tuple[Person, str, float]] = []
    start = time.monotonic()
    for turn in range(turns):
        exchanges = [
            partial(_exchange, said, number, turn, visitor, agent_of[visitor.chat])
            for number, visitor in enumerate(visitors)
        ]
        _together(exchanges)
    seconds = time.monotonic() - start
    wait_until(lambda: all(_heard(*one) for one in said), PATIENCE / 5)
    times = [_heard(*one) for one in said if _heard(*one)]
    talk.close(*visitors)
    return {
        "count": len(said),
        "visitors": count,
        "per_second": round(len(said) / seconds, 1),
        **describe(times),
        "lost": count * turns * 2 - len(times),
    }


ROWS: dict[str, Callable[[Rig], dict]] = {
    "webhook_in": take_in_webhooks,
    "outbox": send_answers,
    "chats": chat,
}


def _at_pace(
    post: Callable, bodies: Sequence[bytes], headers: Sequence[dict]
) -> list[float]:
    """Post so many bodies in a second; return how long each took."""
    start = time.monotonic() + 0.5

    def take(place: int) -> float:
        time.sleep(max(0, start + place / RATE - time.monotonic()))
        begun = time.monotonic()
        post(bodies[place], headers[place])
        return time.monotonic() - begun

    with ThreadPoolExecutor(STREAMS) as pool:
        return list(pool.map(take, range(len(bodies))))


def _post(url: str, body: bytes, headers: dict) -> None:
    requests.post(url, body, headers=headers, timeout=PATIENCE).raise_for_status()


def _forget(net: Network) -> None:
    """Leave undone what came in: the next row is to be measured alone."""
    net.rig.store.query(
        "UPDATE ir_cron SET active = false WHERE id = ANY(%s)", (net.jobs,)
    )
    net.rig.wait(lambda: not _is_at_work(net), PATIENCE)
    net.rig.store.query(
        "UPDATE support_channel_event SET state = 'ignored'"
        " WHERE channel_id = %s AND state = 'pending'",
        (net.channel,),
    )


def _is_at_work(net: Network) -> bool:
    """Tell whether a worker still has one of the jobs, as it finishes its portion."""
    free = net.rig.store.query(
        "SELECT id FROM ir_cron WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED", (net.jobs,)
    )
    return len(free) < len(net.jobs)


def _switch(rig: Rig, job: int, *, on: bool) -> None:
    rig.store.query("UPDATE ir_cron SET active = %s WHERE id = %s", (on, job))


def _together(actions) -> None:
    """Do all of it, some at the same moment.

    :raise RuntimeError: when one of them failed
    """
    with ThreadPoolExecutor(STREAMS) as pool:
        futures = [pool.submit(action) for action in actions]
    errors = find_errors([future.exception() for future in futures])
    if errors:
        raise RuntimeError(errors[0])


def _call_alone(net: Network, count: int) -> float:
    """Return how many calls a second the network takes from a bare client."""
    url = f"{net.sandbox.api_url(net.kind)}/{net.account}/messages"
    message = {"messaging_product": "whatsapp", "to": "1", "type": "text"}
    start = time.monotonic()
    for number in range(count):
        text = {"text": {"body": f"alone {number}"}}
        requests.post(url, json=message | text, timeout=PATIENCE).raise_for_status()
    return count / (time.monotonic() - start)


def _exchange(said: list, number: int, turn: int, visitor, agent) -> None:
    """Let a visitor write and the agent answer; note who has to hear what."""
    for place, (speaker, hearer) in enumerate(((visitor, agent), (agent, visitor))):
        mark = f"b00-{number}-{2 * turn + place}"
        said.append((hearer, mark, time.monotonic()))
        speaker.say(visitor.chat, f"{mark}.")


def _heard(hearer: Person, mark: str, start: float) -> float:
    """Return the seconds until a line was heard; 0 when it was not."""
    return max(0.0, hearer.socket.heard_at.get(mark, start) - start)


if __name__ == "__main__":
    main(sys.argv[1:])
