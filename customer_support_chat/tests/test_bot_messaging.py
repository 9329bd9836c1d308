from odoo.tests import tagged

from ..tools.bot import BotContext
from .bot_common import BotMessagingCase


@tagged("post_install", "-at_install")
class TestBotMessaging(BotMessagingCase):
    """The same script, one message in and plain text out."""

    def test_first_message_gets_the_menu_with_numbers(self):
        text = self.write_message("Hi")
        self.assertIn("1. Where is my order?", text)
        self.assertIn("4. Something else", text)

    def test_answers_stand_on_the_ticket_as_the_bot_s(self):
        self.write_message("Hi")
        message = self.ticket.message_ids.sorted("id")[-1:]
        self.assertEqual(message.author_id, self.script.operator_partner_id)
        event = self.ticket.event_ids.filtered(lambda e: e.message_id == message)
        self.assertEqual((event.kind, event.author_kind), ("auto_message", "bot"))
        self.assertFalse(self.ticket.first_response_at)

    def test_sender_gets_the_order_after_the_code(self):
        self.write_message("Hi")
        text = self.write_proof("1")
        self.assertIn("https://swift.example/track/SP1", text)
        self.assertEqual(self.ticket.sale_order_id, self.sale)
        self.assertEqual(self.ticket.claimed_partner_id, self.customer)
        self.assertIn("order_status", self.find_events())

    def test_answer_is_taken_by_its_words_as_well(self):
        self.write_message("Hi")
        self.assertIn("number of your order", self.write_message("where is my ORDER?"))

    def test_unclear_answer_is_asked_again(self):
        self.write_message("Hi")
        text = self.write_message("what?")
        self.assertIn("one of the numbers", text)
        self.assertIn("1. Where is my order?", text)

    def test_proven_sender_needs_no_code(self):
        self.identity.write({"partner_id": self.customer.id, "is_verified": True})
        self.write_message("Hi")
        text = self.write_message("1")
        self.assertIn(self.sale.name, text)
        self.assertNotIn(self.foreign_sale.name, text)

    def test_claimed_sender_needs_a_code(self):
        self.identity.partner_id = self.customer
        self.write_message("Hi")
        self.assertIn("number of your order", self.write_message("1"))

    def test_wrong_address_is_asked_again(self):
        self.write_message("Hi")
        self.write_message("1")
        self.write_message(self.sale.name)
        self.assertIn("does not look like", self.write_message("ana at example"))

    def test_person_is_waited_for_in_silence(self):
        self.write_message("Hi")
        self.write_message("4")
        text = self.write_message("My lamp flickers")
        self.assertIn("A person goes on", text)
        self.assertEqual(self.write_message("Hello?"), "")
        notes = " ".join(self.ticket.message_ids.mapped("body"))
        self.assertIn("My lamp flickers", notes)
        self.assertIn("Something else", notes)
        self.assertEqual(self.find_events(), ["handed_over"])

    def test_person_who_answers_silences_the_bot(self):
        self.write_message("Hi")
        self.agent_replies(self.ticket)
        self.assertEqual(self.write_message("1"), "")

    def test_new_case_begins_again(self):
        self.write_message("Hi")
        self.write_message("4")
        self.write_message("My lamp flickers")
        self.assertEqual(self.write_message("Hello?"), "")
        self.assertIn("1. Where", self.write_message("Hi again", self.new_ticket()))

    def test_bot_against_bot_ends(self):
        answers = [self.write_message("I am a bot too") for _turn in range(200)]
        self.assertLessEqual(sum(map(bool, answers)), 12)
        self.assertEqual(self.find_events()[-1:], ["handed_over"])
        self.assertIn("stopped", self.find_events())

    def test_channel_without_a_bot_is_silent(self):
        self.channel.bot_script_id = False
        self.assertEqual(self.write_message("Hi"), "")

    def test_answers_can_be_had_without_a_ticket(self):
        context = BotContext(
            identity=self.identity,
            customer=self.env["res.partner"],
            company=self.company,
            channel=self.channel,
        )
        [*_hello, menu] = self.env["support.bot"]._answer("Hi", context)
        self.assertIn("1. Where is my order?", menu)

    def test_guest_sends_back_by_message(self):
        self.write_message("Hi")
        text = self.write_proof("2")
        self.assertIn("You can send back", text)
        number = 1 if "1. Bulb" in text else 2
        self.assertIn("Your return is noted", self.write_message(str(number)))

    def test_script_speaks_portuguese_to_who_does(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        ticket = self.new_ticket(lang="pt_BR")
        text = self.write_message("Oi", ticket)
        self.assertIn("Onde está o meu pedido?", text)
