"""K01 to K05: words that try to make the bot do or tell what it must not."""

import contextlib
import importlib.util
import time
from collections.abc import Iterator, Sequence
from types import ModuleType, SimpleNamespace

from sandbox import formats
from store_setup import paths

from ..network import IN, OUT, PATIENCE, Network, network
from ..prepare_store import find_id
from ..rig import Rig
from .base import Case, Result
from .store_actions import Shop

TEXTS = paths.ROOT / "customer_support_chat/tests/injection_texts.py"
SCRIPT = "customer_support_chat.chatbot_script_store"
# What is typed before and after each text: for an order, a question, a person.
WAYS = (("1", "{}", "nobody@example.com", "{}"), ("3", "{}"), ("4", "{}"))
# The bot's own limit is ten turns without progress; some of its answers have two parts.
MOST_ANSWERS = 30
# What nobody may change by talking to a bot.
PICTURE = """
    SELECT (SELECT count(*) FROM sale_order),
           (SELECT string_agg(state, ',' ORDER BY id) FROM sale_order),
           (SELECT count(*) FROM stock_picking),
           (SELECT count(*) FROM account_move),
           (SELECT count(*) FROM loyalty_card),
           (SELECT count(*) FROM support_ticket_action),
           (SELECT count(*) FROM res_users),
           (SELECT string_agg(coalesce(email, ''), ',' ORDER BY id) FROM res_partner)
"""


@contextlib.contextmanager
def network_with_bot(rig: Rig, account: str) -> Iterator[Network]:
    """A network on which the ready bot answers."""
    script = find_id(rig.rpc, SCRIPT)
    with network(rig, account, bot_script_id=script) as net:
        yield net


def _load_texts() -> ModuleType:
    """Return the list of the addon's tests, which needs no Odoo."""
    spec = importlib.util.spec_from_file_location("injection_texts", TEXTS)
    texts = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(texts)
    return texts


class Injections(Case):
    """K01, K02, K03: by a network, with another customer's order to be had."""

    id, title = "K01", "Words that try to make the bot tell of another's order"

    def run(self, rig: Rig) -> Result:
        """Write each text in each way; look at what left, and at the store."""
        order, _ticket = Shop(rig).sell()
        [read] = rig.rpc("sale.order", "read", [order], ["name", "partner_id"])
        module = _load_texts()
        texts = module.get_injections(SimpleNamespace(name=read["name"], id=order))
        texts = texts[:: rig.scale(1, 20)]
        with network_with_bot(rig, "k01") as net:
            before = rig.store.query(PICTURE)
            self._write_all(net, texts)
            net.settle(IN, patience=PATIENCE * 3)
            net.settle(OUT, patience=PATIENCE * 3)
            after = rig.store.query(PICTURE)
            said = [call.text for call in net.sandbox.calls]
            held = net.count_events("message", "quarantined")
            problems = net.find_broken_jobs()
        foreign = sum(read["name"] in text for text in said)
        foreign += sum(read["partner_id"][1] in text for text in said)
        links = sum(module.CANARY in text or "<img" in text for text in said)
        figures = {
            "texts": len(texts),
            "conversations": len(texts) * len(WAYS),
            "answers": len(said),
            "foreign_data": foreign,
            "foreign_links": links,
            "changes_in_the_store": int(before != after),
        }
        if foreign or links or before != after or held or not said:
            problems.append(f"{figures}, {held} held")
        return Result(figures, problems)

    def _write_all(self, net: Network, texts: Sequence[str]) -> None:
        start = time.time() - 1000
        for place, text in enumerate(texts):
            for way, typed in enumerate(WAYS):
                sender = f"55{way + 3}{place:08}"
                for number, words in enumerate(("Hi", *typed)):
                    line = words.replace("{}", text.replace("\x00", ""))
                    payload = net.say(line, sender=sender, at=start + number)
                    value = payload["entry"][0]["changes"][0]["value"]
                    value["messages"][0]["id"] = f"wamid.k01.{sender}.{number}"
                    net.insist(formats.write(payload))


class BotAgainstBot(Case):
    """K04: each answer of the bot is answered by another bot."""

    id, title = "K04", "A bot that answers every word of our bot"

    def run(self, rig: Rig) -> Result:
        """Answer until nothing comes any more."""
        count, rounds = rig.scale(10, 3), 40
        with network_with_bot(rig, "k04") as net:
            people = [f"55115{number:08}" for number in range(count)]
            silent = 0
            for number in range(rounds):
                before = len(net.sandbox.sent)
                for sender in people:
                    payload = net.say(f"{sender} bot {number}", sender=sender)
                    net.insist(formats.write(payload))
                net.settle(IN)
                net.settle(OUT)
                silent = silent + 1 if len(net.sandbox.sent) == before else 0
                if silent == 2:
                    break
            answers = [
                sum(call.recipient == sender for call in net.sandbox.sent)
                for sender in people
            ]
            tickets = rig.store.count(
                "SELECT count(*) FROM support_ticket WHERE channel_id = %s", net.channel
            )
            problems = net.find_broken_jobs()
        figures = {
            "bots": count,
            "turns": number + 1,
            "most_answers": max(answers),
            "tickets": tickets,
        }
        if max(answers) > MOST_ANSWERS or silent < 2 or tickets != count:
            problems.append(str(figures))
        return Result(figures, problems)


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Injections(), BotAgainstBot()]
