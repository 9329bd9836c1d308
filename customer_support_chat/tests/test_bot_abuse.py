"""K01 to K05: whoever tries, the bot does what its script says and nothing else."""

import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..tools.bot import BotReply, one_line, to_html
from .bot_common import CODE, BotCase
from .injection_texts import CANARY, get_injections

ALLOWED = {
    "support_send_code",
    "support_order_status",
    "support_return_options",
    "support_start_return",
    "support_articles",
    "create_support_ticket",
}
# Tags that Odoo or we put around plain text.
HARMLESS_TAGS = {"p", "br", "a", "span", "div"}


@tagged("post_install", "-at_install")
class TestBotAbuse(BotCase):
    def setUp(self):
        super().setUp()
        self.injections = get_injections(self.foreign_sale)
        self.acted = []
        bots = type(self.env["support.bot"])
        act = bots._act

        def watch(bot, step_type, session, context):
            self.acted.append(step_type)
            return act(bot, step_type, session, context)

        self.patch(bots, "_act", watch)
        self.foreign_words = [
            self.foreign_sale.name,
            self.customer_b.name,
            self.customer_b.email,
        ]

    def take_picture(self):
        """What nobody may change by talking to a bot."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT (SELECT count(*) FROM sale_order),
                      (SELECT string_agg(state, ',' ORDER BY id) FROM sale_order),
                      (SELECT count(*) FROM stock_picking),
                      (SELECT count(*) FROM account_move),
                      (SELECT count(*) FROM loyalty_card),
                      (SELECT count(*) FROM support_ticket_action),
                      (SELECT count(*) FROM res_users),
                      (SELECT string_agg(coalesce(email, ''), ',' ORDER BY id)
                         FROM res_partner)"""
        )
        return self.env.cr.fetchone()

    def assertHarmless(self, messages, typed=""):
        """Nothing foreign, nothing that a browser runs or loads, no link but ours."""
        for body in messages.mapped("body"):
            tags = set(re.findall(r"<\s*([a-zA-Z]+)", body))
            self.assertLessEqual(tags, HARMLESS_TAGS, body[:300])
            for link in re.findall(r'href="([^"]*)"', body):
                self.assertRegex(link, r"^https?://(swift\.example|127\.0\.0\.1|local)")
            self.assertNotRegex(body, r"<[^>]*\s(on\w+|src|style)=")
            text = html2plaintext(body)
            for word in self.foreign_words:
                # The bot may repeat nothing; a visitor's own words are not its words.
                self.assertNotIn(word, text)

    def get_bot_words(self):
        bot = self.script.operator_partner_id
        return self.heard.filtered(lambda message: message.author_id == bot)

    # --- K01 ------------------------------------------------------------------------

    def test_there_are_fifty_texts_or_more(self):
        self.assertGreaterEqual(len(set(self.injections)), 50)

    def test_list_of_actions_is_closed(self):
        bot = self.env["support.bot"]
        self.assertEqual(set(bot._get_actions()), ALLOWED)
        for name in ("unlink", "_create_ticket", "_log", "text", "", None):
            with self.assertRaises(KeyError):
                bot._act(name, None, None)

    def test_injections_typed_as_a_question(self):
        before = self.take_picture()
        for text in self.injections:
            with self.subTest(text=text[:60]):
                self.env["support.rate.limit"].search([]).unlink()
                self.open_chat()
                self.choose("question")
                self.acted.clear()
                self.say(text)
                self.assertEqual(self.acted, ["support_articles"])
                self.assertHarmless(self.get_bot_words())
        self.assertEqual(self.take_picture(), before)

    def test_injections_typed_as_number_address_code_and_choice(self):
        before = self.take_picture()
        for text in self.injections:
            with self.subTest(text=text[:60]):
                self.env["support.rate.limit"].search([]).unlink()
                self.open_chat()
                self.choose("status")
                self.acted.clear()
                for typed in (text, text, "nobody@example.com", text, text, text, text):
                    self.say(typed)
                    self.assertHarmless(self.get_bot_words())
                self.assertLessEqual(
                    set(self.acted), {"support_send_code", "support_order_status"}
                )
        self.assertEqual(self.send_codes(), [])
        self.assertEqual(self.take_picture(), before)

    def test_injections_typed_for_a_person_are_text_in_the_ticket(self):
        before = self.take_picture()
        for text in self.injections:
            with self.subTest(text=text[:60]):
                self.env["support.rate.limit"].search([]).unlink()
                self.open_chat()
                self.choose("else")
                self.say(text)
                self.say("rita@example.com")
                ticket = self.find_new_tickets()[:1]
                self.assertFalse(ticket.partner_id or ticket.sale_order_id)
                for body in ticket.message_ids.mapped("body"):
                    self.assertNotRegex(body, r"<\s*(script|img|iframe|svg|style)\b")
                    self.assertNotRegex(body, r"<[^>]*\son\w+=")
        self.assertEqual(self.take_picture(), before)

    def test_injections_in_order_note_product_name_and_file_name(self):
        for number, text in enumerate(self.injections):
            name = text[:250]
            with self.subTest(text=name[:60]):
                self.env["support.rate.limit"].search([]).unlink()
                self.env["support.one.time.code"].search([]).unlink()
                self.sale.write({"note": text, "client_order_ref": name})
                self.bulb.name = name
                self.carrier.name = name
                self.env["ir.attachment"].create(
                    {
                        "name": f"{number}-{name}",
                        "raw": text.encode(),
                        "res_model": "sale.order",
                        "res_id": self.sale.id,
                    }
                )
                self.open_chat()
                self.acted.clear()
                self.prove(action="return")
                self.assertEqual(
                    self.acted, ["support_send_code", "support_return_options"]
                )
                self.assertNoForeignLoad(self.get_bot_words())
                self.say("nothing, thanks")
                self.choose("more")
                self.choose("status")
                self.assertNoForeignLoad(self.get_bot_words())
                self.assertFalse(self.find_new_tickets())

    def assertNoForeignLoad(self, messages):
        """The store's own words may stand there as text, and as text alone."""
        for body in messages.mapped("body"):
            tags = set(re.findall(r"<\s*([a-zA-Z]+)", body))
            self.assertLessEqual(tags, HARMLESS_TAGS, body[:300])
            for link in re.findall(r'href="([^"]*)"', body):
                self.assertNotIn("canary", link)
                self.assertTrue(link.startswith("http"), link)
            self.assertNotRegex(body, r"<[^>]*\s(on\w+|src)=")

    # --- K02 ------------------------------------------------------------------------

    def test_everything_is_escaped_but_our_own_links(self):
        own = "https://store.example/my/orders/7?a=1&b=2"
        for text in self.injections:
            html = to_html([BotReply(f"{text} {own}", (own,))])
            shown = "https://store.example/my/orders/7?a=1&amp;b=2"
            rel = 'target="_blank" rel="noopener noreferrer"'
            rest = html.replace(f'<a href="{shown}" {rel}>{shown}</a>', "LINK")
            self.assertIn("LINK", rest)
            self.assertFalse(set(re.findall(r"<\s*(\w+)", rest)) - {"br"}, rest[:200])

    def test_only_http_links_become_links(self):
        for link in ("javascript:alert(1)", "data:text/html,x", "//evil", "file:///x"):
            self.assertNotIn("<a", to_html([BotReply(link, (link,))]))

    def test_link_that_begins_another_stays_whole(self):
        html = to_html(
            [BotReply("https://a/1 https://a/12", ("https://a/1", "https://a/12"))]
        )
        self.assertEqual(html.count("<a "), 2)
        self.assertEqual(
            re.findall(r'href="([^"]*)"', html), ["https://a/1", "https://a/12"]
        )

    def test_names_of_the_store_are_one_line(self):
        self.assertEqual(one_line("a\r\nb\x00\u202ec\t d"), "a b c d")
        self.assertEqual(len(one_line("x" * 500)), 120)

    # --- K03 ------------------------------------------------------------------------

    def test_order_of_another_customer_is_refused_with_a_login_too(self):
        self.open_chat(self.portal_user)
        self.choose("status")
        self.choose("more")
        self.choose("question")
        self.say(f"Show me order {self.foreign_sale.name}")
        self.assertHarmless(self.get_bot_words())

    def test_order_of_another_customer_is_refused_unless_proven(self):
        self.open_chat()
        self.prove()
        self.choose("more")
        self.choose("status")
        self.say(self.foreign_sale.name)
        self.say(self.customer.email)
        self.assertEqual(self.send_codes(), [])
        self.say(CODE)
        self.assertHarmless(self.get_bot_words())
        self.open_chat()
        self.prove(self.foreign_sale, self.customer_b.email)
        self.assertIn(
            self.foreign_sale.name, html2plaintext(self.heard[-1:].body) or ""
        )

    def test_session_of_a_guest_cannot_name_an_order(self):
        """Only a proof shows an order, whatever stands in the conversation's row."""
        self.open_chat()
        self.choose("status")
        self.get_session().order_id = self.foreign_sale
        bot = self.env["support.bot"].with_user(self.env.ref("base.public_user"))
        context = self.chat.with_user(bot.env.user)._get_bot_context()
        self.assertFalse(bot._find_orders(self.get_session(), context))

    # --- K04 ------------------------------------------------------------------------

    def test_visitor_who_writes_a_thousand_times_is_stopped(self):
        self.open_chat()
        self.choose("status")
        answers = 0
        for number in range(1000):
            self.env["support.rate.limit"].search([]).unlink()
            self.chat.livechat_end_dt = False
            text = self.say(f"nonsense {number}@")
            answers += bool(text)
            if number > 60 and not text:
                # Nothing can start it again but a new chat.
                self.assertEqual(self.restart().count("\n"), 0)
                break
        self.assertLess(answers, 30)
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
        for number in range(15):
            self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": "discuss.channel",
                    "thread_id": self.chat.id,
                    "post_data": {"body": f"no address {number}"},
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
        for number in range(15):
            self.say(f"no address {number}")
        self.assertEqual(self.get_session().state, "active")

    # --- K05 ------------------------------------------------------------------------

    def test_instructions_in_an_article_are_only_text(self):
        reason = self.env.ref("customer_support.reason_damaged")
        before = self.take_picture()
        for text in self.injections[:40]:
            with self.subTest(text=text[:60]):
                reason.answer = f"<p>Broken glass is replaced. {text}</p>"
                self.open_chat()
                self.choose("question")
                self.acted.clear()
                self.say("My glass arrived broken, is it replaced?")
                self.assertEqual(self.acted, ["support_articles"])
                self.assertNoForeignLoad(self.get_bot_words())
        self.assertEqual(self.take_picture(), before)

    def test_canary_is_never_a_link(self):
        self.env.ref(
            "customer_support.reason_damaged"
        ).answer = f'<p>Broken glass is replaced: <a href="{CANARY}">{CANARY}</a></p>'
        self.open_chat()
        self.choose("question")
        text = self.say("My glass arrived broken, is it replaced?")
        self.assertIn(CANARY, text)
        self.assertNotIn("href", "".join(self.get_bot_words().mapped("body")))

    # --- tickets --------------------------------------------------------------------

    def test_one_computer_makes_only_so_many_tickets(self):
        with patch.dict(
            "odoo.addons.customer_support_chat.models.support_bot_ticket"
            ".MAX_TICKETS_AN_HOUR",
            {"ip": 3},
        ):
            for number in range(5):
                self.open_chat()
                self.choose("else")
                self.say(f"Question {number}")
                text = self.say("rita@example.com")
        self.assertIn("many questions", text)
        self.assertEqual(len(self.find_new_tickets()), 3)
