import re
from datetime import datetime

import polib
from lxml import html

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import file_path

from .common import SupportCommon

PAGES = re.compile(r"customer_support\.(form|portal|return)_|addons/\w+/controllers/")
# The first page after a start is slow; nothing here is about speed.
PATIENCE = 300
SPACES = re.compile(r"\s+")


@tagged("post_install", "-at_install")
class TestPagesInPortuguese(SupportCommon, HttpCase):
    """Form and portal as a Brazilian reads them, in a store whose language is English.

    Beside what is looked for on each page: no English text of ours stands on any.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        language = cls.env["res.lang"]._activate_lang("pt_BR")
        cls.env["website"].search([]).language_ids |= language
        cls.prefix = f"/{language.url_code}"
        cls.customer.write({"lang": "pt_BR", "tz": "America/Manaus"})
        file = polib.pofile(file_path("customer_support/i18n/pt_BR.po"))
        cls.english = [
            SPACES.sub(" ", entry.msgid)
            for entry in file
            if any(PAGES.search(place) for place, _line in entry.occurrences)
            and "<" not in entry.msgid
            and entry.msgid.strip().count(" ") > 1
        ]

    def read(self, path, **options):  # pylint: disable=method-required-super
        """The text of a page of the Portuguese site."""
        response = self.url_open(self.prefix + path, timeout=PATIENCE, **options)
        self.assertIn(response.status_code, (200, 400))
        page = html.fromstring(response.content)
        self.assertEqual(page.get("lang"), "pt-BR")
        for script in page.xpath("//script | //style"):
            script.getparent().remove(script)
        text = SPACES.sub(" ", page.text_content())
        self.assertFalse([term for term in self.english if term in text])
        return text

    def assertWords(self, text, *wanted):
        for words in wanted:
            self.assertIn(words, text)

    def send_form(self, **values):
        """The text of the page after a guest has sent the form."""
        token = self._get_csrf_token()
        return self.read("/support", data={"csrf_token": token, **values})

    def _get_csrf_token(self):
        response = self.url_open(f"{self.prefix}/support", timeout=PATIENCE)
        page = html.fromstring(response.content)
        return page.xpath("//form[hasclass('o_support_form')]//input[1]/@value")[0]

    # --- the form ---------------------------------------------------------------

    def test_a_guest_reads_the_form(self):
        self.assertTrue(self.english)
        self.assertWords(
            self.read("/support"),
            "Como podemos ajudar?",
            "Onde está meu pedido?",
            "Seu nome",
            "Número do pedido",
            "O que acontece agora",
        )

    def test_a_guest_reads_what_is_missing(self):
        text = self.send_form(partner_name="Rita")
        self.assertWords(
            text,
            "Ainda não foi enviado:",
            "Endereço de e-mail: preencha este campo.",
            "Sua mensagem: preencha este campo.",
        )

    def test_a_customer_reads_the_form(self):
        self.authenticate("customer_ana", "customer_ana")
        self.assertWords(
            self.read(f"/support?order={self.order.id}"),
            "Você está escrevendo como Ana Souza",
            "Qual pedido? (opcional)",
            "Nenhum destes, ou não sei",
        )

    def test_a_guest_reads_about_returns(self):
        Policy = self.env["support.return.policy"]
        Policy.search([]).active = False
        Policy.create({"name": "Um mês", "self_service": True})
        Policy.create(
            {"name": "Liquidação", "is_final_sale": True, "website_id": False}
        )
        self.assertWords(
            self.read("/support/returns"),
            "Devoluções e trocas",
            "Você pode devolvê-los em até 30 dias após a entrega.",
            "Sem uso, com tudo o que o acompanha.",
            "Você recebe seu dinheiro de volta, outro produto ou um vale.",
            "Danificado, errado ou com defeito?",
            "Venda final:",
            "Como os dias contam",
        )

    # --- the portal -------------------------------------------------------------

    def test_a_customer_reads_the_list(self):
        self.make_ticket(sale_order_id=self.order.id)
        self.authenticate("customer_ana", "customer_ana")
        self.assertWords(
            self.read("/my/support?filterby=open&groupby=status"),
            "Seus chamados de suporte",
            "Mais recentes",
            "Aguardando sua resposta",
            "Recebemos sua mensagem",
            f"Pedido {self.order.name}",
        )

    def test_a_customer_reads_the_empty_list(self):
        self.authenticate("customer_joao", "customer_joao")
        self.assertWords(self.read("/my/support"), "Você ainda não nos pediu nada.")

    def test_a_customer_reads_the_case(self):
        ticket = self.make_ticket(sale_order_id=self.order.id)
        self.customer_writes(ticket)
        self.agent_replies(ticket)
        ticket._set_stage_kind("waiting")
        self.authenticate("customer_ana", "customer_ana")
        self.assertWords(
            self.read(f"/my/support/{ticket.id}"),
            "Estamos aguardando sua resposta",
            "Responda abaixo, para podermos continuar.",
            f"Pedido {self.order.name}",
            f"Entrega {self.order.picking_ids.name}",
            "Meu problema foi resolvido",
            "Você",
        )

    def test_moments_are_those_of_the_customers_clock(self):
        """13:00 in UTC is 9:00 in Manaus; day before month."""
        ticket = self.make_ticket()
        message = self.customer_writes(ticket)
        message.date = datetime(2026, 3, 2, 13)
        moment = fields.Datetime.now().replace(hour=13, minute=0, second=0)
        moment = fields.Datetime.add(moment, days=3)
        self.env.cr.execute(
            "UPDATE support_ticket SET response_deadline = %s WHERE id = %s",
            (moment, ticket.id),
        )
        ticket.invalidate_recordset()
        self.authenticate("customer_ana", "customer_ana")
        text = self.read(f"/my/support/{ticket.id}")
        self.assertWords(text, "02/03/2026 09:00")
        promise = rf"Responderemos até \w+\.?, {moment.day} de \w+\.?, 09:00"
        self.assertRegex(text, promise)

    def test_without_a_zone_of_the_customer_the_stores_clock_counts(self):
        self.portal_user.tz = False
        ticket = self.make_ticket()
        self.customer_writes(ticket).date = datetime(2026, 3, 2, 2)
        self.authenticate("customer_ana", "customer_ana")
        text = self.read(f"/my/support/{ticket.id}")
        self.assertWords(text, "01/03/2026 23:00")

    # --- scripts ----------------------------------------------------------------

    def test_the_scripts_of_public_pages_speak_portuguese(self):
        answer = self.url_open("/website/translations?lang=pt_BR", timeout=PATIENCE)
        found = answer.json()["modules"]["customer_support"]["messages"]
        self.assertIn("Escolha até %s arquivos.", {term["string"] for term in found})
