import json

from odoo.tests import HttpCase, tagged

from ..tools import signature
from .channel_common import SECRET, ChannelCommon


@tagged("post_install", "-at_install")
class TestWebhook(ChannelCommon, HttpCase):
    """The door: proof first, then kept, then 200."""

    def setUp(self):
        super().setUp()
        self.key = self.channel.webhook_key
        self.body = json.dumps(
            self.whatsapp_body(self.whatsapp_text("Olá 🙂"))
        ).encode()

    def knock(self, body=None, secret=SECRET, headers=None, key=None):
        body = self.body if body is None else body
        signed = {"X-Hub-Signature-256": f"sha256={signature.sign_hex(secret, body)}"}
        return self.url_open(
            f"/support/webhook/{key or self.key}",
            data=body,
            headers={"Content-Type": "application/json", **(headers or signed)},
        )

    def count_bodies(self):
        self.env.invalidate_all()
        return self.events.search_count([("kind", "=", "body")])

    # --- POST -------------------------------------------------------------------

    def test_a_proven_body_is_kept_once_and_confirmed_each_time(self):
        for _ in range(10):
            self.assertEqual(self.knock().status_code, 200)
        self.assertEqual(self.count_bodies(), 1)

    def test_a_body_without_proof_leaves_nothing(self):
        good = signature.sign_hex(SECRET, self.body)
        for headers in (
            {"X-Hub-Signature-256": ""},
            {"X-Other": "1"},
            {"X-Hub-Signature-256": good},
            {"X-Hub-Signature-256": f"sha256={good[:-2]}"},
            {"X-Hub-Signature": f"sha1={good}"},
            {"X-Hub-Signature-256": f"sha256={signature.sign_hex('x', self.body)}"},
        ):
            with self.subTest(headers=headers):
                self.assertEqual(self.knock(headers=headers).status_code, 401)
        self.assertEqual(self.count_bodies(), 0)

    def test_a_channel_without_a_secret_is_closed(self):
        self.channel.app_secret = False
        self.assertEqual(self.knock(secret="").status_code, 401)
        self.assertEqual(self.count_bodies(), 0)

    def test_another_key_is_no_door(self):
        self.assertEqual(self.knock(key="0" * 32).status_code, 404)
        self.channel.active = False
        self.assertEqual(self.knock().status_code, 404)

    def test_odd_bodies_cost_little(self):
        deep = b"[" * 100_000 + b"]" * 100_000
        for body, status in (
            (b" " * (4 * 1024 * 1024), 413),
            (deep, 400),
            (b'{"entry": ' + b"9" * 10_000 + b"}", 400),
            (b"\xff\xfe{}", 400),
            (b"{", 400),
        ):
            with self.subTest(size=len(body), status=status):
                self.assertEqual(self.knock(body).status_code, status)
        self.assertEqual(self.count_bodies(), 0)

    def test_two_secrets_are_valid_while_one_is_replaced(self):
        self.channel.app_secret = "the new one"
        self.assertEqual(self.knock().status_code, 200)
        self.assertEqual(self.knock(secret="the new one").status_code, 200)
        self.channel.previous_secret_until = "2020-01-01 00:00:00"
        self.assertEqual(self.knock().status_code, 401)

    def test_many_refusals_within_a_minute_alert_the_administrator(self):
        self.assertFalse(self.channel.activity_ids)
        for _ in range(25):
            self.knock(secret="wrong")
        self.env.invalidate_all()
        admins = self.channel.activity_ids.user_id
        self.assertIn(self.env.ref("base.user_admin"), admins)
        self.assertEqual(len(self.channel.activity_ids), len(admins))

    def post_at(self, minute, secret):
        """Post another body than before, some minutes after one o'clock."""
        hour, minute = divmod(minute, 60)
        body = json.dumps({"at": [hour, minute]}).encode()
        signed = f"sha256={signature.sign_hex(secret, body)}"
        with self.at(2026, 3, 2, 13 + hour, minute):
            return self.channel._accept_body({"X-Hub-Signature-256": signed}, body)

    def test_a_small_store_hears_of_its_few_refusals_too(self):
        for minute in (0, 10, 20):
            self.assertEqual(self.post_at(minute, "wrong"), 401)
        self.assertFalse(self.channel.activity_ids)
        self.post_at(40, "wrong")
        admins = self.channel.activity_ids.user_id
        self.assertTrue(admins)
        self.assertEqual(len(self.channel.activity_ids), len(admins))

    def test_a_few_refusals_beside_accepted_bodies_alert_nobody(self):
        for minute in range(0, 180, 10):
            self.assertEqual(self.post_at(minute, "wrong"), 401)
            self.assertEqual(self.post_at(minute + 5, SECRET), 200)
        self.assertFalse(self.channel.activity_ids)

    # --- GET --------------------------------------------------------------------

    def ask(self, **params):
        query = "&".join(f"{name}={value}" for name, value in params.items())
        return self.url_open(f"/support/webhook/{self.key}?{query}")

    def test_the_challenge_is_given_back_as_plain_text(self):
        answer = self.ask(
            **{
                "hub.mode": "subscribe",
                "hub.verify_token": self.channel.verify_token,
                "hub.challenge": "<b>1158201444</b>",
            }
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.text, "<b>1158201444</b>")
        self.assertIn("text/plain", answer.headers["Content-Type"])

    def test_a_challenge_with_another_token_is_refused(self):
        for token in ("wrong", ""):
            answer = self.ask(**{"hub.mode": "subscribe", "hub.verify_token": token})
            self.assertEqual(answer.status_code, 403)

    # --- secrets ----------------------------------------------------------------

    def test_agents_and_managers_read_no_secret(self):
        for user in (self.agent, self.lead):
            fields = self.channel.with_user(user).fields_get()
            for name in ("app_secret", "access_token", "webhook_key", "verify_token"):
                self.assertNotIn(name, fields)
