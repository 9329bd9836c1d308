import json
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from odoo import fields

from odoo.addons.customer_support.tests.common import SupportCommon

SECRET = "a-secret-of-the-app"
NOW = datetime(2026, 3, 2, 13)


class FakeProviderCalls:
    """What would have gone to the provider, and what it answers."""

    def __init__(self):
        self.sent = []
        self.answers = []

    def __call__(self, method, url, **options):
        self.sent.append((method, url, options))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer or {"messages": [{"id": f"wamid.sent.{len(self.sent)}"}]}


class ChannelCommon(SupportCommon):
    """A WhatsApp number of the store, and a customer who writes to it."""

    phone_number_id = "106540352242922"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._new_channel("whatsapp", cls.phone_number_id)

    @classmethod
    def _new_channel(cls, kind, account_key, **values):
        return cls.env["support.channel"].create(
            {
                "name": f"Store {kind}",
                "kind": kind,
                "account_key": account_key,
                "app_secret": SECRET,
                "access_token": "a-token",
                "team_id": cls.team.id,
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        self.events = self.env["support.channel.event"]

    # --- what the provider posts ------------------------------------------------

    def whatsapp_body(self, *messages, statuses=(), account=None, contacts=None):
        value = {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": "551130000000",
                "phone_number_id": account or self.phone_number_id,
            },
        }
        if messages:
            value["contacts"] = contacts or [
                {"profile": {"name": "Ana Souza"}, "wa_id": "5511998765432"}
            ]
            value["messages"] = list(messages)
        if statuses:
            value["statuses"] = list(statuses)
        return {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"value": value, "field": "messages"}]}],
        }

    def whatsapp_text(self, text, name="wamid.1", at=NOW, sender="5511998765432"):
        return {
            "from": sender,
            "id": name,
            "timestamp": str(int(at.timestamp())),
            "type": "text",
            "text": {"body": text},
        }

    def post(self, payload, channel=None):
        """A body that has been proven and kept."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        (channel or self.channel).sudo()._keep_body(body)

    def work(self):
        """Run the job for what arrived."""
        self._run("ir_cron_support_receive")

    def _run(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"customer_support_chat.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def receive_text(self, text, **values):
        self.post(self.whatsapp_body(self.whatsapp_text(text, **values)))
        self.work()
        return self.find_message(values.get("name", "wamid.1")).ticket_id

    def find_message(self, name):
        return self.events.search(
            [("kind", "=", "message"), ("external_id", "=", name)]
        )

    # --- what leaves ------------------------------------------------------------

    @contextmanager
    def provider(self):
        """Nothing leaves this machine: calls are kept, answers are given."""
        calls = FakeProviderCalls()
        path = "odoo.addons.customer_support_chat.tools.http_client.call"
        with patch(path, calls):
            yield calls

    def send(self):
        """Run the job for what leaves."""
        self._run("ir_cron_support_send")

    def answers_of(self, ticket):
        return self.events.search(
            [("kind", "=", "answer"), ("ticket_id", "=", ticket.id)], order="id"
        )

    def set_due(self, events):
        """Let the pause of a retry pass."""
        events.next_attempt_at = fields.Datetime.now()
