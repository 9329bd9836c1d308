from freezegun import freeze_time

from odoo.tools import html2plaintext

from .common import MONDAY_10
from .mail_common import SupportMailCommon


class TestMailLanguage(SupportMailCommon):
    """Customers are written to in their language, whatever the store's is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pt_BR")
        cls.customer.lang = "pt_BR"
        cls.customer_b.lang = "en_US"

    def acknowledge(self, **vals):
        """Subject and text of the acknowledgement of a new ticket."""
        with (
            freeze_time(MONDAY_10),
            self.enter_registry_test_mode(),
            self.mock_mail_gateway(),
        ):
            ticket = self.make_ticket(**vals)
            self.customer_writes(ticket)
            mail = ticket._send_acknowledgement()
        self.assertEqual(len(mail), 1)
        return mail.subject, html2plaintext(mail.body_html)

    def answer(self, ticket):
        """The mail with an agent's answer, as HTML."""
        _message, mails = self.answer_of_agent(ticket)
        self.assertEqual(len(mails), 1)
        return mails[0].body_html

    def test_an_acknowledgement_is_in_the_customers_language(self):
        subject, text = self.acknowledge()
        self.assertIn("Recebemos sua mensagem", subject)
        self.assertIn("Agradecemos o seu contato", text)
        self.assertNotIn("Thank you", text)

    def test_its_promise_is_written_as_in_brazil(self):
        _subject, text = self.acknowledge()
        self.assertIn("segunda-feira, 2 de março de 2026, 14:00", text)

    def test_its_promise_is_told_in_the_customers_time_zone(self):
        self.customer.tz = "America/Manaus"
        _subject, text = self.acknowledge()
        self.assertIn("segunda-feira, 2 de março de 2026, 13:00", text)

    def test_a_neighbour_of_another_language_reads_his(self):
        subject, text = self.acknowledge(partner_id=self.customer_b.id)
        self.assertIn("We have received your message", subject)
        self.assertIn("Monday, March 2, 2026, 2:00", text)

    def test_a_guest_reads_the_language_of_the_ticket(self):
        subject, text = self.acknowledge(
            partner_id=False,
            email_from="rita@example.com",
            partner_name="Rita Alves",
            lang="pt_BR",
        )
        self.assertIn("Recebemos sua mensagem", subject)
        self.assertIn("Agradecemos o seu contato", text)

    def test_the_frame_of_an_answer_is_in_the_customers_language(self):
        html = self.answer(self.make_ticket())
        self.assertIn('lang="pt_BR"', html)
        self.assertIn("Ver Chamado", html2plaintext(html))

    def test_the_frame_of_an_answer_to_a_guest_is_in_the_tickets_language(self):
        ticket = self.make_ticket(
            partner_id=False, email_from="rita@example.com", lang="pt_BR"
        )
        self.assertIn('lang="pt_BR"', self.answer(ticket))

    def test_a_prepared_answer_is_in_the_customers_language(self):
        macro = self.env.ref("customer_support.macro_ask_photos")
        wizard = (
            self.env["support.apply.macro"]
            .with_user(self.agent)
            .create({"ticket_id": self.make_ticket().id, "macro_id": macro.id})
        )
        self.assertIn("Olá, Ana!", wizard.body)
        self.assertIn("envie uma foto do produto", wizard.body)
