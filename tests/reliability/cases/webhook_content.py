"""W06, W09, W10, W17: what is late, foreign, our own or odd in a webhook."""

import copy
import time
from functools import partial

from sandbox import formats

from ..at_once import at_once
from ..network import OUT, Network, answer, network
from ..rig import Rig
from .base import Case, Result


class OutOfOrder(Case):
    """W06: statuses backwards, messages in the wrong order, deleted too early."""

    id, title = "W06", "Statuses and messages in the wrong order"

    def run(self, rig: Rig) -> Result:
        """Post all of it at once; look at what stands there in the end."""
        count = rig.scale(50, 4)
        with network(rig, "w06") as net:
            backwards = self._tell_backwards(rig, net, count)
            wrong_order = self._write_in_wrong_order(rig, net, count)
            problems = net.find_broken_jobs()
        with network(rig, "w06i", "instagram") as net:
            came_back = self._delete_first(rig, net, count)
        figures = {
            "statuses": count * 3,
            "moved_backwards": backwards,
            "pairs": count,
            "in_the_wrong_order": wrong_order,
            "deleted_and_shown": came_back,
        }
        if backwards or wrong_order or came_back:
            problems.append(str(figures))
        return Result(figures, problems)

    def _tell_backwards(self, rig: Rig, net: Network, count: int) -> int:
        net.sandbox.receipts = False
        agent = rig.client("rig_rita")
        for ticket in net.open_tickets(count):
            answer(agent, ticket, f"status-{ticket}.")
        net.settle(OUT)
        account = net.sandbox.accounts[net.kind]
        for state in ("read", "delivered", "sent"):
            bodies = [
                formats.write(formats.status(account, call.name, state))
                for call in net.sandbox.sent
            ]
            at_once([partial(net.insist, body) for body in bodies[:20]])
            for body in bodies[20:]:
                net.insist(body)
        net.settle()
        rows = rig.store.query(
            "SELECT delivery FROM support_channel_event"
            " WHERE channel_id = %s AND kind = 'answer'",
            (net.channel,),
        )
        return count - sum(state == "read" for (state,) in rows)

    def _write_in_wrong_order(self, rig: Rig, net: Network, count: int) -> int:
        now = time.time()
        for number in range(count):
            sender = f"55117{number:08}"
            late = net.say(f"later {number}.", sender=sender, at=now)
            early = net.say(f"early {number}.", sender=sender, at=now - 20)
            value = late["entry"][0]["changes"][0]["value"]
            other = early["entry"][0]["changes"][0]["value"]
            value["messages"] += other["messages"]
            net.insist(formats.write(late))
        net.settle()
        rows = rig.store.query(
            "SELECT event.ticket_id, array_agg(event.external_id ORDER BY message_id)"
            "  FROM support_channel_event AS event"
            " WHERE channel_id = %s AND kind = 'message'"
            "   AND external_id ~ '(early|later)' GROUP BY 1",
            (net.channel,),
        )
        right = sum("early" in names[0] for _ticket, names in rows)
        return count - right

    def _delete_first(self, rig: Rig, net: Network, count: int) -> int:
        marks = [f"w06-{number}" for number in range(count)]
        for mark in marks:
            payload = net.say(f"{mark}.", sender="9001")
            gone = copy.deepcopy(payload)
            item = gone["entry"][0]["messaging"][0]
            item["message"] = {"mid": item["message"]["mid"], "is_deleted": True}
            net.insist(formats.write(gone))
            net.settle()
            net.insist(formats.write(payload))
        net.settle()
        return sum(net.count_messages(marks).values())


class Foreign(Case):
    """W09: messages for an account that has no channel here."""

    id, title = "W09", "Messages for another account: ignored and counted"

    def run(self, rig: Rig) -> Result:
        """Post them with our own proof, which speaks for our accounts alone."""
        marks = [f"w09-{number}" for number in range(rig.scale(50, 5))]
        with network(rig, "w09") as net:
            for mark in marks:
                payload = net.say(f"{mark}.")
                value = payload["entry"][0]["changes"][0]["value"]
                value["metadata"]["phone_number_id"] = "999000999"
                net.insist(formats.write(payload))
            net.settle()
            found = sum(net.count_messages(marks).values())
            counted = net.read("ignored_count")
        fine = (found, counted) == (0, len(marks))
        figures = {"messages": len(marks), "taken_in": found, "counted": counted}
        return Result(figures, [] if fine else [str(figures)])


class Echoes(Case):
    """W10: what we sent comes back as the page's own message, also too early."""

    id, title = "W10", "Echoes of our own answers: no reply to ourselves"

    def run(self, rig: Rig) -> Result:
        """Answer; post each answer back, twice."""
        count = rig.scale(30, 3)
        with network(rig, "w10", "messenger") as net:
            tickets = net.open_tickets(count)
            before = self._count(rig, net, tickets)
            agent = rig.client("rig_rita")
            for ticket in tickets:
                answer(agent, ticket, f"echo-{ticket}.")
            net.settle(OUT)
            for call in net.sandbox.sent * 2:
                net.insist(self._echo(net, call))
            net.settle()
            net.settle(OUT)
            after = self._count(rig, net, tickets)
            sent = len(net.sandbox.sent)
            problems = net.find_broken_jobs()
        new = tuple(b - a for a, b in zip(before, after, strict=True))
        if new != (0, 0, 0) or sent != count:
            problems.append(f"{new} messages, notes, tickets more; {sent} answers")
        return Result({"echoes": count * 2, "self_replies": sent - count}, problems)

    def _echo(self, net: Network, call) -> bytes:
        item = {
            "sender": {"id": net.account},
            "recipient": {"id": call.recipient},
            "timestamp": int(call.at * 1000),
            "message": {"mid": call.name, "text": call.text, "is_echo": True},
        }
        entry = {"id": net.account, "time": int(call.at * 1000), "messaging": [item]}
        return formats.write({"object": "page", "entry": [entry]})

    def _count(self, rig: Rig, net: Network, tickets: list[int]) -> tuple:
        return rig.store.query(
            "SELECT (SELECT sum(customer_message_count) FROM support_ticket"
            "         WHERE id = ANY(%s)),"
            " (SELECT count(*) FROM mail_message WHERE model = 'support.ticket'"
            "   AND res_id = ANY(%s) AND message_type = 'notification'"
            "   AND body LIKE '%%echo-%%'),"
            " (SELECT count(*) FROM support_ticket WHERE channel_id = %s)",
            (tickets, tickets, net.channel),
        )[0]


class OddKinds(Case):
    """W17: kinds of messages that cannot be shown, or that nobody knows."""

    id, title = "W17", "Stickers, reactions, system messages, unknown kinds"
    kinds = {
        "sticker": {"id": "gone", "mime_type": "image/webp"},
        "reaction": {"message_id": "wamid.none", "emoji": "\U0001f44d"},
        "system": {"body": "Ana changed her number", "type": "user_changed_number"},
        "unsupported": {},
        "order": {"catalog_id": "1", "product_items": []},
        "contacts": [{"name": {"formatted_name": "Ana"}}],
        "location": {"latitude": -23.5, "longitude": -46.6},
        "interactive": {"type": "button_reply", "button_reply": {"title": "Yes"}},
        "button": {"text": "Yes", "payload": "yes"},
        "something_new": {"a": {"b": 1}},
    }

    def run(self, rig: Rig) -> Result:
        """Post one of each; a word stands for what cannot be shown."""
        with network(rig, "w17") as net:
            for kind, content in self.kinds.items():
                payload = net.say(f"w17-{kind}.")
                message = payload["entry"][0]["changes"][0]["value"]["messages"][0]
                del message["text"]
                message |= {"type": kind, kind: content}
                net.insist(formats.write(payload))
            net.settle()
            done = net.count_events("message", "done")
            held = net.count_events("message", "quarantined")
            problems = net.find_broken_jobs()
        # A reaction is no message: it asks for no answer.
        if (done, held) != (len(self.kinds) - 1, 0):
            problems.append(f"{done} shown, {held} held")
        return Result({"kinds": len(self.kinds), "shown": done, "held": held}, problems)


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [OutOfOrder(), Foreign(), Echoes(), OddKinds()]
