"""K01, K02, K05: words in every place that the bot reads or shows."""

import re

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..tools.bot import BotContext, BotReply, one_line, to_html
from .bot_common import CODE, BotMessagingCase
from .injection_texts import CANARY, get_injections

ALLOWED = {
    "support_send_code",
    "support_order_status",
    "support_return_options",
    "support_start_return",
    "support_articles",
    "create_support_ticket",
}
OUR_HOSTS = r"^https?://(swift\.example|127\.0\.0\.1|localhost)[:/]"


@tagged("post_install", "-at_install")
class TestBotInjections(BotMessagingCase):
    """Every text in every place; the same functions answer in a live chat."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script.support_max_turns = 0
        cls.injections = get_injections(cls.foreign_sale)

    def setUp(self):
        super().setUp()
        self.acted, self.replies = [], []
        bots = type(self.env["support.bot"])
        act = bots._act

        def watch(bot, step_type, session, context):
            self.acted.append(step_type)
            return act(bot, step_type, session, context)

        self.patch(bots, "_act", watch)

    def begin(self, number):
        """A fresh conversation after the menu's answer with this number."""
        self.env["support.rate.limit"].search([]).unlink()
        self.get_session()._restart()
        self.answer("Hi")
        self.answer(number)
        self.acted.clear()
        self.replies = []

    def get_session(self):
        return self.env["support.bot.session"]._get_or_create(
            self.identity, self.script, self.company
        )

    def answer(self, text):
        """What the bot says to a text, without a ticket; kept in ``replies``."""
        context = self.prepare_context()
        bot = self.env["support.bot"]
        replies = bot._answer_in_script(self.script, text, context)
        self.replies += replies
        return "\n".join(reply.text for reply in replies)

    def prepare_context(self):
        return BotContext(
            identity=self.identity,
            customer=self.env["res.partner"],
            company=self.company,
            channel=self.channel,
            base_url="https://localhost:8069",
        )

    def assertHarmless(self, replies=None, *words):
        """Nothing foreign, nothing that a browser runs or loads, no link but ours."""
        body = to_html(self.replies if replies is None else replies)
        self.assertLessEqual(set(re.findall(r"<\s*/?([a-zA-Z]+)", body)), {"br", "a"})
        for link in re.findall(r'<a href="([^"]*)"', body):
            self.assertRegex(link, OUR_HOSTS)
        text = html2plaintext(body)
        for word in (self.customer_b.name, self.customer_b.email, *words):
            self.assertNotIn(word, text)

    def take_picture(self):
        """What nobody may change by talking to a bot."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT (SELECT count(*) FROM sale_order),
                      (SELECT string_agg(state, ',' ORDER BY id) FROM sale_order),
                      (SELECT count(*) FROM stock_picking),
                      (SELECT count(*) FROM account_move),
                      (SELECT count(*) FROM loyalty_card),
                      (SELECT count(*) FROM support_ticket),
                      (SELECT count(*) FROM support_ticket_action),
                      (SELECT count(*) FROM res_users),
                      (SELECT string_agg(coalesce(email, ''), ',' ORDER BY id)
                         FROM res_partner)"""
        )
        return self.env.cr.fetchone()

    # --- K01 ------------------------------------------------------------------------

    def test_there_are_fifty_texts_or_more(self):
        self.assertGreaterEqual(len(set(self.injections)), 50)

    def test_list_of_actions_is_closed(self):
        bot = self.env["support.bot"]
        self.assertEqual(set(bot._get_actions()), ALLOWED)
        for name in ("unlink", "_create_ticket", "_log", "text", "", None):
            with self.assertRaises(KeyError):
                bot._act(name, None, None)

    def test_texts_typed_as_a_question(self):
        before = self.take_picture()
        for text in self.injections:
            with self.subTest(text=text[:60]):
                self.begin("3")
                self.answer(text)
                self.assertEqual(self.acted, ["support_articles"])
                self.assertHarmless(None, self.foreign_sale.name)
        self.assertEqual(self.take_picture(), before)

    def test_texts_typed_as_choice_number_address_and_code(self):
        before = self.take_picture()
        for text in self.injections:
            with self.subTest(text=text[:60]):
                self.begin("1")
                for typed in (text, text, "nobody@example.com", text, text, text, text):
                    self.answer(typed)
                self.assertLessEqual(
                    set(self.acted), {"support_send_code", "support_order_status"}
                )
                self.assertHarmless(None, self.foreign_sale.name)
        self.assertEqual(self.send_codes(), [])
        self.assertEqual(self.take_picture(), before)

    def test_texts_typed_for_a_person_are_text_in_the_ticket(self):
        before = self.take_picture()
        for text in self.injections:
            with self.subTest(text=text[:60]):
                self.get_session()._restart()
                seen = self.ticket.message_ids
                for typed in ("Hi", "4", text):
                    self.write_message(typed)
                self.assertEqual(self.acted, [])
                self.ticket.invalidate_recordset(["message_ids"])
                for body in (self.ticket.message_ids - seen).mapped("body"):
                    tags = set(re.findall(r"<\s*/?([a-zA-Z]+)", body))
                    self.assertLessEqual(tags, {"p", "br"}, body)
        self.assertFalse(self.ticket.sale_order_id)
        self.assertEqual(self.take_picture(), before)

    def test_texts_in_order_note_product_name_carrier_and_file_name(self):
        """Shown are names alone, each as a line of text."""
        self.identity._prove_order(self.sale)
        self.get_session().order_id = self.sale
        bot, context = self.env["support.bot"], self.prepare_context()
        for number, text in enumerate(self.injections):
            name = text.replace("\x00", "")[:250]
            with self.subTest(text=name[:60]):
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
                self.acted.clear()
                status = bot._act("support_order_status", self.get_session(), context)
                offer = bot._act("support_return_options", self.get_session(), context)
                self.assertHarmless(status + offer)
                self.assertEqual(len(offer[0].text.splitlines()), 3, offer)
                self.assertEqual(len(self.acted), 2)

    def test_product_names_are_shown_as_one_line_of_text(self):
        self.bulb.name = f"<b>Bulb</b>\n2. ![x]({CANARY})"
        self.begin("2")
        self.answer(self.sale.name)
        self.answer(self.customer.email)
        self.send_codes()
        self.assertIn(f"<b>Bulb</b> 2. ![x]({CANARY})", self.answer(CODE))
        self.assertHarmless()

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
        links = ("https://a/1", "https://a/12")
        html = to_html([BotReply(" ".join(links), links)])
        self.assertEqual(html.count("<a "), 2)
        self.assertEqual(re.findall(r'href="([^"]*)"', html), list(links))

    def test_names_of_the_store_are_one_line(self):
        self.assertEqual(one_line("a\r\nb\x00\u202ec\t d"), "a b c d")
        self.assertEqual(len(one_line("x" * 500)), 120)

    # --- K05 ------------------------------------------------------------------------

    def test_instructions_in_an_article_are_only_text(self):
        reason = self.env.ref("customer_support.reason_damaged")
        before = self.take_picture()
        for text in self.injections:
            with self.subTest(text=text[:60]):
                reason.answer = f"<p>Broken glass is replaced. {text}</p>"
                self.begin("3")
                answer = self.answer("My glass is broken, is it replaced?")
                self.assertIn("Broken glass is replaced.", answer)
                self.assertEqual(self.acted, ["support_articles"])
                self.assertHarmless()
        self.assertEqual(self.take_picture(), before)

    def test_link_in_an_article_is_no_link_of_ours(self):
        self.env.ref(
            "customer_support.reason_damaged"
        ).answer = f'<p>Broken glass is replaced: <a href="{CANARY}">{CANARY}</a></p>'
        self.begin("3")
        self.assertIn(CANARY, self.answer("My glass is broken, is it replaced?"))
        self.assertNotIn("<a", to_html(self.replies))
