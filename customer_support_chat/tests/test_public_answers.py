"""What everybody can read tells nothing of an order, and goes on in private."""

import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from .network_common import MILLISECONDS, PAGE, NetworkCommon

PSID = "PSID-1"


@tagged("post_install", "-at_install")
class TestPublicWords(NetworkCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self.new_comment()

    def check_refused(self, *texts):
        for text in texts:
            with (
                self.subTest(text=text),
                self.assertRaisesRegex(UserError, "Everybody"),
            ):
                self.agent_replies(self.ticket, text)
        self.assertFalse(self.answers_of(self.ticket))

    def test_words_of_the_order_are_refused_in_public(self):
        self.ticket.write(
            {"partner_id": self.customer.id, "sale_order_id": self.order.id}
        )
        self.check_refused(
            f"Seu pedido {self.order.name} saiu.",
            f"Pedido {self.order.name.lower()[:3]} {self.order.name[3:]}",
            "Escreva para ana@example.com",
        )

    def test_an_order_that_nobody_has_linked_is_refused_too(self):
        self.order.picking_ids.carrier_tracking_ref = "BR123456789BR"
        number = int(self.order.name.strip("S"))
        self.check_refused(
            f"Seu pedido {self.order.name} saiu.",
            f"O pedido nº {number} saiu.",
            "Está a caminho, rastreio br123456789br.",
        )

    def test_whoever_the_author_may_be_is_not_told_of_either(self):
        self.customer.write(
            {"phone": "+55 11 99876-5432", "street": "Rua das Flores 12"}
        )
        self.order.client_order_ref = "Presente da Clara"
        self.order.picking_ids.carrier_tracking_ref = "AB 1234 CD, EF 5678 GH"
        self.ticket.claimed_partner_id = self.customer
        self.check_refused(
            "Ligamos para 99876-5432.",
            "Entregue na rua das flores, 12!",
            "Rastreio EF5678GH.",
            "É o presente da Clara?",
        )

    def test_other_numbers_may_stand_in_public(self):
        self.order.name = "S00024"
        self.order.picking_ids.carrier_tracking_ref = "BR123456789BR"
        self.agent_replies(
            self.ticket,
            "O Galaxy S24 custa R$ 5.499,00 e sai em 24 horas; ligue 0800 123 4567."
            " Veja https://store.example.com/shop/galaxy-s24-17 ou o AB12345678.",
        )
        self.assertTrue(self.answers_of(self.ticket))

    def test_an_order_of_another_company_is_none_of_ours(self):
        company = self.env["res.company"].create({"name": "Outra loja"})
        self.env["sale.order"].create(
            {
                "name": "S88888",
                "partner_id": self.customer_b.id,
                "company_id": company.id,
            }
        )
        self.agent_replies(self.ticket, "O modelo S88888 chegou.")
        self.assertTrue(self.answers_of(self.ticket))


@tagged("post_install", "-at_install")
class TestContinueInPrivate(NetworkCommon):
    """A comment allows one private message; the customer's answer allows more."""

    def setUp(self):
        super().setUp()
        self.ticket = self.new_comment()

    def continue_private(self):
        self.ticket.with_user(self.agent).action_continue_private()

    def write_private(self, text, name):
        message = self.messaging(message={"mid": name, "text": text})
        message["entry"][0]["messaging"][0] |= {
            "sender": {"id": PSID},
            "timestamp": MILLISECONDS,
        }
        return self.receive(self.messenger, message)

    def test_a_public_case_goes_on_in_private(self):
        self.continue_private()
        self.assertFalse(self.ticket.answer_is_public)
        result = {"message_id": "m_5", "recipient_id": PSID}
        _method, url, options = self.answer(self.ticket, result=result)
        self.assertTrue(url.endswith(f"/{PAGE}/messages"))
        self.assertEqual(options["json"]["recipient"], {"comment_id": "77_88"})
        # The customer's answer comes from the name that Messenger gives.
        self.assertEqual(self.ticket.answer_identity_id.sender_key, PSID)
        event = self.write_private("Obrigada", "m_6")
        self.assertEqual(event.ticket_id, self.ticket)

    def send_two(self):
        """Two answers at once; who takes the first is told by the provider."""
        self.continue_private()
        self.agent_replies(self.ticket, "Olá, Ana.")
        self.agent_replies(self.ticket, "Qual é o número do pedido?")
        with self.provider() as calls:
            calls.answers = [
                {"message_id": "m_5", "recipient_id": PSID},
                {"message_id": "m_6", "recipient_id": PSID},
            ]
            self.send()
        return [call[2]["json"]["recipient"] for call in calls.sent]

    def test_a_second_private_message_waits_for_the_customer(self):
        self.assertEqual(self.send_two(), [{"comment_id": "77_88"}])
        answers = self.answers_of(self.ticket)
        self.assertEqual(answers.mapped("state"), ["done", "held"])
        self.assertIn("written back", self.ticket.message_ids[0].body)
        self.assertEqual(self.messenger.state, "active")
        with self.assertRaisesRegex(UserError, "24 hours"):
            self.agent_replies(self.ticket, "Alô?")
        self.write_private("Sou eu", "m_7")
        with self.provider() as calls:
            calls.answers = [{"message_id": "m_8"}]
            self.send()
        [(_method, _url, options)] = calls.sent
        self.assertEqual(options["json"]["recipient"], {"id": PSID})
        self.assertEqual(answers.mapped("state"), ["done", "done"])

    def send_text_and_file(self):
        self.continue_private()
        self.ticket.with_user(self.agent).message_post(
            body="A etiqueta vai junto.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("etiqueta.pdf", b"%PDF-1.7")],
        )
        with self.provider() as calls:
            calls.answers = [{"message_id": "m_5", "recipient_id": PSID}]
            self.send()
            self.send()
        [(_method, _url, options)] = calls.sent
        self.assertEqual(options["json"]["message"], {"text": "A etiqueta vai junto."})
        return self.answers_of(self.ticket)

    def test_a_file_waits_until_the_customer_has_written_back(self):
        text, file = self.send_text_and_file()
        self.assertEqual((text.state, file.state), ("done", "held"))
        self.assertFalse(self.ticket.activity_ids)
        self.assertIn("written back", self.ticket.message_ids[0].body)
        self.write_private("Pode mandar", "m_7")
        with self.provider() as calls:
            calls.answers = [{"message_id": "m_8"}]
            self.send()
        [(_method, _url, options)] = calls.sent
        self.assertEqual(json.loads(options["data"]["recipient"]), {"id": PSID})
        self.assertEqual(options["files"]["filedata"][0], "etiqueta.pdf")
        self.assertEqual(file.state, "done")

    def test_a_waiting_file_that_was_left_does_not_go(self):
        _text, file = self.send_text_and_file()
        file.with_user(self.lead).action_discard()
        self.write_private("Pode mandar", "m_7")
        self.assertEqual(file.state, "ignored")

    def test_whoever_is_known_there_gets_all_of_it_there(self):
        known = self.write_private("Bom dia", "m_1").identity_id
        self.assertEqual(
            self.send_two(), [{"comment_id": "77_88"}, {"id": known.sender_key}]
        )
        self.assertEqual(self.ticket.answer_identity_id, known)
        self.assertEqual(self.answers_of(self.ticket).identity_id, known)

    def test_a_public_word_makes_no_private_window_longer(self):
        identities = self.env["support.identity"]
        known = identities._get_or_create(self.messenger, PSID)
        known.last_message_at = "2026-02-01 10:00:00"
        public = self.ticket.answer_identity_id
        identities._continue_private(self.messenger, PSID, public)
        self.assertTrue(self.messenger._is_window_closed(known))

    def test_an_agent_who_chose_e_mail_meanwhile_keeps_it(self):
        self.write_private("Bom dia", "m_1")
        self.continue_private()
        self.agent_replies(self.ticket, "Olá, Ana.")
        self.ticket.with_user(self.agent).action_answer_by_mail()
        with self.provider() as calls:
            calls.answers = [{"message_id": "m_5", "recipient_id": PSID}]
            self.send()
        self.assertFalse(self.ticket.answer_identity_id)
