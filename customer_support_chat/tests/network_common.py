from .channel_common import NOW, ChannelCommon

PAGE, PERSON = "1234567890", "24012345678901"
MILLISECONDS = int(NOW.timestamp() * 1000)


class NetworkCommon(ChannelCommon):
    """A page of the store on Facebook, and somebody who writes there."""

    def setUp(self):
        super().setUp()
        self.frozen = self.at(2026, 3, 2, 13)
        self.frozen.start()
        self.addCleanup(self.frozen.stop)

    def receive(self, channel, payload):
        self.post(payload, channel)
        self.work()
        rows = self.events.search([("kind", "=", "message")], order="id")
        return rows[-1:]

    def answer(self, ticket, text="Olá, já vamos ver.", result=None):
        self.agent_replies(ticket, text)
        with self.provider() as calls:
            calls.answers = [result]
            self.send()
        self.assertEqual(self.answers_of(ticket)[-1:].state, "done")
        return calls.sent[-1]

    def messaging(self, account=PAGE, **item):
        entry = {
            "sender": {"id": PERSON},
            "recipient": {"id": account},
            "timestamp": MILLISECONDS,
            **item,
        }
        return {
            "object": "page",
            "entry": [{"id": account, "time": MILLISECONDS, "messaging": [entry]}],
        }

    def comment(self, verb="add", name="77_88", **values):
        value = {
            "item": "comment",
            "verb": verb,
            "comment_id": name,
            "post_id": f"{PAGE}_77",
            "from": {"id": PERSON, "name": "Ana Souza"},
            "message": "Meu pedido não chegou!",
            "created_time": MILLISECONDS // 1000,
            **values,
        }
        change = {"field": "feed", "value": value}
        return {"object": "page", "entry": [{"id": PAGE, "changes": [change]}]}

    def new_comment(self):
        self.messenger = self._new_channel("messenger", PAGE)
        self.facebook = self._new_channel("facebook", PAGE)
        # Meta posts all of a page to one address.
        return self.receive(self.messenger, self.comment()).ticket_id
