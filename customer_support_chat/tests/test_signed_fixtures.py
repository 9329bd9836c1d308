"""Each provider's bodies as they arrive, byte by byte, with proofs made elsewhere.

The files in ``fixtures`` are written from the providers' published formats. Their
signatures were made once with OpenSSL's command line, not with the code under test:
``openssl dgst -sha256 -hmac a-secret-of-the-app FILE``; those named ``_cut`` belong to
the first body without its last 20 bytes.
"""

from base64 import b64encode
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from .channel_common import SECRET, ChannelCommon

FIXTURES = Path(__file__).parent / "fixtures"
ACCOUNTS = {
    "whatsapp": "106540352242922",
    "messenger": "1234567890",
    "instagram": "17841400000000001",
    "facebook": "1234567890",
    "x": "555",
    "x_public": "555",
    "telegram": "99",
}
FIRST, SECOND = "Cadê meu pedido?", "Já faz uma semana."


def read_signatures():
    lines = (FIXTURES / "signatures.txt").read_text().splitlines()
    return dict(line.split() for line in lines)


@tagged("post_install", "-at_install")
class TestSignedFixtures(ChannelCommon):
    signatures = read_signatures()

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(2026, 3, 2, 13))
        # Refusals are counted on a cursor of its own, see test_webhook.
        limits = self.registry["support.rate.limit"]
        self.enterContext(patch.object(limits, "_hit", lambda *_args: True))
        self.channels = {
            kind: self.channel if kind == "whatsapp" else self._new_channel(kind, key)
            for kind, key in ACCOUNTS.items()
        }

    def read_body(self, kind, which="first"):
        return (FIXTURES / f"{kind}_{which}.json").read_bytes()

    def get_headers(self, kind, which="first"):
        """The provider's own proof of a fixture."""
        if kind == "telegram":
            return {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        proof = self.signatures[f"{kind}_{which}.json"]
        if kind in ("x", "x_public"):
            proof = b64encode(bytes.fromhex(proof)).decode()
            return {"x-twitter-webhooks-signature": f"sha256={proof}"}
        return {"X-Hub-Signature-256": f"sha256={proof}"}

    def knock(self, kind, which="first", body=None, headers=None):
        """What the door says to a body."""
        channel = self.channels[kind].sudo()
        body = self.read_body(kind, which) if body is None else body
        headers = self.get_headers(kind, which) if headers is None else headers
        return channel._accept_body(headers, body)

    def find(self, kind, what="message"):
        domain = [("channel_id", "=", self.channels[kind].id), ("kind", "=", what)]
        return self.events.search(domain, order="id")

    def each(self):
        for kind in ACCOUNTS:
            with self.subTest(kind):
                yield kind

    def test_every_provider_has_its_fixtures(self):
        self.assertEqual(
            set(self.env["support.channel"]._get_provider_kinds()), set(ACCOUNTS)
        )

    def test_a_good_body_becomes_a_message_of_its_time(self):
        for kind in self.each():
            self.assertEqual(self.knock(kind), 200)
            self.work()
            event = self.find(kind)
            self.assertEqual(event.mapped("state"), ["done"])
            self.assertEqual(str(event.sent_at), "2026-03-02 12:59:00")
            self.assertIn(FIRST, event.message_id.body)
            self.assertIn("🙂", event.message_id.body)
            ticket = event.ticket_id
            self.assertEqual(ticket.channel_id, self.channels[kind])
            self.assertEqual(ticket.customer_message_count, 1)
            is_public = kind in ("facebook", "x_public")
            self.assertEqual(ticket.answer_is_public, is_public)

    def test_a_wrong_proof_opens_nothing(self):
        for kind in self.each():
            other = "x" if kind.startswith("whats") else "whatsapp"
            own = self.get_headers(kind)
            [(name, proof)] = own.items()
            wrong = [
                {},
                {name: ""},
                {name: proof[:-1]},
                {name: proof.swapcase()},
                self.get_headers(other),
            ]
            if kind != "telegram":  # its proof says nothing of the body
                wrong.append(self.get_headers(kind, "second"))
            for headers in wrong:
                self.assertEqual(self.knock(kind, headers=headers), 401, headers)
            self.assertFalse(self.find(kind, "body"))

    def test_a_changed_body_is_not_the_one_that_was_signed(self):
        for kind in self.each():
            if kind == "telegram":
                continue
            body = self.read_body(kind)
            for changed in (body + b" ", body.replace(b"meu", b"seu"), body[:-20]):
                self.assertEqual(self.knock(kind, body=changed), 401)
            self.assertFalse(self.find(kind, "body"))

    def test_a_truncated_body_is_refused_even_with_a_proof(self):
        for kind in self.each():
            headers = self.get_headers(kind, "cut" if kind != "telegram" else "first")
            cut = self.read_body(kind)[:-20]
            self.assertEqual(self.knock(kind, body=cut, headers=headers), 400)
            self.assertFalse(self.find(kind, "body"))

    def test_a_replayed_body_is_confirmed_and_stays_one_message(self):
        for kind in self.each():
            for _again in range(3):
                self.assertEqual(self.knock(kind), 200)
                self.work()
            event = self.find(kind)
            self.assertEqual(len(event), 1)
            self.assertEqual(event.ticket_id.customer_message_count, 1)

    def test_reordered_bodies_are_read_by_the_providers_time(self):
        for kind in self.each():
            self.knock(kind, "second")
            self.knock(kind)
            self.work()
            events = self.find(kind)
            self.assertEqual(len(events), 2)
            ticket = events.ticket_id
            self.assertEqual(len(ticket), 1)
            said = [
                message.body
                for message in ticket.message_ids.sorted("id")
                if message.message_type == "comment"
            ]
            self.assertEqual(len(said), 2)
            self.assertIn(FIRST, said[0])
            self.assertIn(SECOND, said[1])
