"""Card numbers, and a CPF if the store wishes, are not kept readable."""

from base64 import encodebytes
from functools import partial

from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ..tools.file_masking import mask_file, mask_raw_mail
from ..tools.incoming_mail_parser import parse_mail
from ..tools.mail_headers import read_envelope
from ..tools.number_masking import STAR, mask_numbers, mask_sender
from .common import SupportCommon
from .mail_corpus import make_mail
from .test_mail_tools import nest

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
            "4915112345678",
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


def base64_mail(text, charset="utf-8"):
    """A mail whose only part is written in base64."""
    body = encodebytes(text.encode(charset))
    extra = {"Content-Transfer-Encoding": "base64"}
    return make_mail(body=body, charset=charset, extra=extra)


class TestFileMasking(BaseCase):
    mask = staticmethod(partial(mask_numbers, sign=STAR))

    def read_words(self, raw):
        mail = parse_mail(raw)
        texts = [mail.envelope.subject, mail.envelope.sender_name]
        for body in mail.bodies:
            texts += (body.text, body.html)
        return "\n".join(texts)

    def test_a_mail_is_masked_in_every_encoding_and_else_unchanged(self):
        quoted = b"Cart=C3=A3o 4111 1111=\n 1111 1111, ol=C3=A1"
        mails = (
            make_mail(body=f"Cartão {CARD}, olá"),
            make_mail(body=f"Cartão {CARD}, olá".encode("latin-1"), charset="latin-1"),
            base64_mail(f"Cartão {CARD}, olá"),
            base64_mail(f"Cartão {CARD}, olá", "utf-16"),
            make_mail(
                body=quoted, extra={"Content-Transfer-Encoding": "quoted-printable"}
            ),
        )
        for raw in mails:
            with self.subTest(raw[-60:]):
                self.assertIn(CARD, self.read_words(raw))
                masked = mask_raw_mail(raw, self.mask)
                self.assertIn(
                    "Cartão **** **** **** 1111, olá", self.read_words(masked)
                )
                before, after = read_envelope(raw), read_envelope(masked)
                self.assertEqual(before.message_id, after.message_id)
                self.assertEqual(before.sender, after.sender)
                self.assertEqual(before.subject, after.subject)

    def test_names_and_subjects_are_masked_and_addresses_are_not(self):
        address = "4111111111111111@example.com"
        raw = make_mail(
            sender=f'"Ana {CARD}" <{address}>', subject=f"=?utf-8?q?{CARD}?="
        )
        masked = mask_raw_mail(raw, self.mask)
        envelope = read_envelope(masked)
        self.assertNotIn(CARD, self.read_words(masked))
        self.assertEqual(envelope.sender, address)
        self.assertEqual(envelope.sender_name, "Ana **** **** **** 1111")
        self.assertEqual(mask_sender(address, self.mask), address)

    def test_a_mail_without_numbers_stays_byte_by_byte(self):
        raw = make_mail(body=b"nothing \xff here\r\nbut mixed lines\n")
        self.assertEqual(mask_raw_mail(raw, self.mask), raw)

    def test_what_cannot_be_read_is_not_guessed_at(self):
        self.assertIsNone(mask_raw_mail(nest(3000), self.mask))

    def test_text_files_are_masked_and_pictures_are_not(self):
        content = f"number;{CARD}\n".encode()
        for name in ("cards.CSV", "note.txt", "page.html"):
            with self.subTest(name):
                self.assertIn(b"**** 1111", mask_file(name, content, self.mask))
        for name in ("photo.png", "bill.pdf", "", "txt"):
            with self.subTest(name):
                self.assertEqual(mask_file(name, content, self.mask), content)
        inner = make_mail(body=CARD)
        self.assertNotIn(CARD.encode(), mask_file("mail.eml", inner, self.mask))
        windows = f"Cartão {CARD}".encode("cp1252")
        masked = mask_file("a.txt", windows, self.mask)
        self.assertEqual(masked, "Cartão **** **** **** 1111".encode("cp1252"))


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

    def test_a_name_a_subject_and_a_correction_hold_none_either(self):
        ticket = self.make_ticket(partner_id=False, partner_name=CARD)
        self.assertNotIn(CARD, ticket.display_name + ticket.partner_name)
        ticket.write({"name": f"Again {CARD}", "partner_name": f"Ana {CARD}"})
        self.assertEqual(ticket.name, "Again •••• •••• •••• 1111")
        self.assertEqual(ticket.partner_name, "Ana •••• •••• •••• 1111")
        message = ticket.message_post(
            body="Hello", subject=CARD, email_from=f"{CARD} <rita@example.com>"
        )
        self.assertNotIn(CARD, message.subject + message.email_from)
        self.assertIn("<rita@example.com>", message.email_from)
        message.write({"body": f"I meant {CARD}"})
        self.assertNotIn(CARD, message.body)

    def test_an_address_of_digits_is_answered(self):
        address = "4111111111111111.ana@example.com"
        ticket = self.make_ticket(partner_id=False, email_from=address)
        self.assertEqual(ticket.email_normalized, address)

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
