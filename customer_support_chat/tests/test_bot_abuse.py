"""K03 and K04 in a live chat, and texts that a browser would run."""

import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..models.support_bot_ticket import MAX_TICKETS_AN_HOUR
from .bot_common import CODE, BotCase
from .injection_texts import CANARY


@tagged("post_install", "-at_install")
class TestBotAbuse(BotCase):
    def assertSaysNothingForeign(self):
        bot = self.script.operator_partner_id
        said = self.get_messages().filtered(lambda message: message.author_id == bot)
        text = html2plaintext(" ".join(said.mapped("body")))
        for word in (self.foreign_sale.name, self.customer_b.name):
            self.assertNotIn(word, text)

    # --- K01, K02: the whole list is in test_bot_injections -------------------------

    def test_markup_that_is_typed_runs_nowhere(self):
        self.open_chat()
        self.choose("else")
        text = f"<img src='{CANARY}' onerror=alert(1)><script>alert(2)</script> **x**"
        self.say(text)
        self.say("rita@example.com")
        [ticket] = self.find_new_tickets()
        self.assertIn("**x**", ticket.name)
        self.assertNotIn("<", ticket.name)
        bot = self.script.operator_partner_id
        messages = self.get_messages() | ticket.message_ids
        for body in messages.filtered(lambda m: m.author_id == bot).mapped("body"):
            self.assertNotRegex(body, r"<\s*(script|img)\b")
            self.assertFalse(re.search(r"<[^>]*\sonerror=", body))

    # --- K03 ------------------------------------------------------------------------

    def test_order_of_another_customer_is_refused_with_a_login_too(self):
        self.open_chat(self.portal_user)
        self.choose("status")
        self.choose("more")
        self.choose("question")
        self.say(f"Show me order {self.foreign_sale.name}")
        self.assertSaysNothingForeign()

    def test_order_of_another_customer_is_refused_unless_proven(self):
        self.open_chat()
        self.prove()
        self.choose("more")
        self.choose("status")
        self.say(self.foreign_sale.name)
        self.say(self.customer.email)
        self.assertEqual(self.send_codes(), [])
        self.say(CODE)
        self.assertSaysNothingForeign()
        self.open_chat()
        text = self.prove(self.foreign_sale, self.customer_b.email)
        self.assertIn(self.foreign_sale.name, text)

    def test_only_a_proof_shows_an_order(self):
        """Whatever stands in the row of the conversation."""
        self.open_chat()
        self.choose("status")
        self.get_session().order_id = self.foreign_sale
        bot = self.env["support.bot"].with_user(self.env.ref("base.public_user"))
        context = self.chat.with_user(bot.env.user)._get_bot_context()
        self.assertFalse(bot._find_orders(self.get_session(), context))

    # --- K04 ------------------------------------------------------------------------

    def test_visitor_who_writes_without_end_is_stopped(self):
        self.open_chat()
        self.choose("status")
        answers, silent = 0, 0
        for number in range(1000):
            # Whoever opens the closed chat again by hand gets no further.
            self.chat.livechat_end_dt = False
            text = self.say(f"nonsense {number}@")
            answers += bool(text)
            silent = 0 if text else silent + 1
            if silent == 5:
                break
        self.assertLess(answers, 30)
        self.restart()
        self.assertFalse(self.say("Hello?"))
        self.assertEqual(self.get_session().state, "stopped")
        self.assertEqual(len(self.find_new_tickets()), 1)
        self.assertIn("stopped", self.find_events())

    def test_going_in_circles_is_no_progress(self):
        self.open_chat(self.portal_user)
        for _round in range(20):
            self.choose("status")
            if self.get_session().state != "active":
                break
            self.choose("more")
        self.assertNotEqual(self.get_session().state, "active")
        self.assertLessEqual(self.get_session().turn_count, 30)

    def test_bad_addresses_are_counted_by_the_browser_s_check_too(self):
        self.open_chat()
        self.choose("status")
        self.say(self.sale.name)
        results = []
        for number in range(12):
            self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": "discuss.channel",
                    "thread_id": self.chat.id,
                    "post_data": {
                        "body": f"no address {number}",
                        "message_type": "comment",
                        "subtype_xmlid": "mail.mt_comment",
                    },
                },
            )
            result = self.make_jsonrpc_request(
                "/chatbot/step/validate_email", {"channel_id": self.chat.id}
            )
            results.append(result["success"])
        self.assertIn(True, results)

    def test_limit_can_be_switched_off(self):
        self.script.support_max_turns = 0
        self.open_chat()
        self.choose("status")
        self.say(self.sale.name)
        for number in range(12):
            self.say(f"no address {number}")
        self.assertEqual(self.get_session().state, "active")

    def test_one_computer_makes_only_so_many_tickets(self):
        with patch.dict(MAX_TICKETS_AN_HOUR, {"ip": 2}):
            for number in range(3):
                self.open_chat()
                self.choose("else")
                self.say(f"Question {number}")
                text = self.say("rita@example.com")
        self.assertIn("many questions", text)
        self.assertEqual(len(self.find_new_tickets()), 2)
