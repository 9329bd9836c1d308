"""Card numbers, and a CPF if the store wishes, are not kept readable."""

from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ..tools.number_masking import mask_numbers
from .common import SupportCommon

CARD, CPF = "4111 1111 1111 1111", "529.982.247-25"


class TestNumberMasking(BaseCase):
    def test_cards_of_all_networks_keep_their_last_four_digits(self):
        for number in (
            "4111111111111111",
            "4111-1111-1111-1111",
            "5105 1051 0510 5100",
            "2223003122003222",
            "378282246310005",
            "30569309025904",
            "6011111111111117",
            "6362970000457013",
            "6062825624254001",
        ):
            with self.subTest(number):
                masked = mask_numbers(f"Use {number}.")
                digits = [sign for sign in number if sign.isdigit()]
                left = [sign for sign in masked if sign.isdigit()]
                self.assertEqual(left, digits[-4:])
                self.assertEqual(len(masked), len(f"Use {number}."))

    def test_other_long_numbers_stay(self):
        for text in (
            "4111 1111 1111 1112",
            "NF-e 35200114200166000187550010000000046550000046",
            "EAN 7891234567895",
            "00340434161094042557",
            "+55 11 98765-4321",
            "BR123456789BR",
            "https://store.example/p/4111111111111111",
        ):
            with self.subTest(text):
                self.assertEqual(mask_numbers(text, cpf=True), text)

    def test_links_in_markup_stay_whole(self):
        text = Markup('<a href="https://a.example/?n=4111111111111111">here</a>')
        self.assertEqual(mask_numbers(text), text)
        self.assertIsInstance(mask_numbers(Markup(f"<b>{CARD}</b>")), Markup)

    def test_a_cpf_is_hidden_when_that_is_wished(self):
        self.assertEqual(mask_numbers(CPF, cpf=True), "•••.•••.•••-25")
        self.assertEqual(mask_numbers("cpf: 52998224725", cpf=True), "cpf: •••••••••25")
        for text in (CPF, "52998224725", "529.982.247-26", "111.111.111-11"):
            with self.subTest(text):
                self.assertEqual(mask_numbers(text, cpf=text != CPF), text)


@tagged("post_install", "-at_install")
class TestMaskedMessages(SupportCommon):
    def set_param(self, name, value):
        self.env["ir.config_parameter"].set_param(f"customer_support.{name}", value)

    def test_neither_subject_nor_message_nor_mail_holds_a_card(self):
        ticket = self.make_ticket(
            name=f"Charged on {CARD}", description=Markup(f"<p>{CARD}</p>")
        )
        message = self.customer_writes(ticket, f"My card is {CARD}.")
        answer = self.agent_replies(ticket, f"You wrote {CARD}.")
        self.env.flush_all()
        mails = self.env["mail.mail"].search([("mail_message_id", "in", answer.ids)])
        for text in (
            ticket.name,
            ticket.description,
            message.body,
            answer.body,
            *mails.mapped("body_html"),
        ):
            self.assertNotIn("4111 1111", text or "")
        self.assertIn("1111.", message.body)

    def test_the_store_may_keep_them(self):
        self.set_param("mask_cards", "False")
        ticket = self.make_ticket()
        self.assertIn(CARD, self.customer_writes(ticket, CARD).body)

    def test_a_cpf_stays_until_the_store_wishes_otherwise(self):
        ticket = self.make_ticket()
        self.assertIn(CPF, self.customer_writes(ticket, CPF).body)
        self.set_param("mask_cpf", "True")
        self.assertNotIn(CPF, self.customer_writes(ticket, CPF).body)

    def test_other_conversations_are_left_alone(self):
        note = self.customer.message_post(body=CARD)
        self.assertIn(CARD, note.body)

    def test_the_settings_show_what_counts(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.support_mask_cards)
        self.assertFalse(settings.support_mask_cpf)
        settings.support_mask_cards = False
        settings.execute()
        ticket = self.make_ticket()
        self.assertIn(CARD, self.customer_writes(ticket, CARD).body)
