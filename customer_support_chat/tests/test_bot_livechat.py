from odoo import Command
from odoo.tests import tagged

from ..models import support_bot_article
from .bot_common import CODE, BotCase


@tagged("post_install", "-at_install")
class TestBotLivechat(BotCase):
    """The ready script in a live chat, day and night, without an operator."""

    # --- where is my order ----------------------------------------------------------

    def test_logged_in_customer_sees_his_orders_at_once(self):
        self.open_chat(self.portal_user)
        text = self.choose("status")
        self.assertIn(self.sale.name, text)
        self.assertIn(self.open_sale.name, text)
        self.assertIn("Swift Parcel", text)
        self.assertIn("https://swift.example/track/SP1", text)
        self.assertIn("Promised for", text)
        self.assertNotIn(self.foreign_sale.name, text)
        self.assertFalse(self.env["support.one.time.code"].search([]))

    def test_guest_sees_the_order_after_the_code(self):
        self.open_chat()
        self.assertIn("number of your order", self.choose("status"))
        self.assertIn("e-mail", self.say(self.sale.name))
        text = self.say(self.customer.email)
        self.assertIn("If this order and this e-mail address belong together", text)
        self.assertIn("six digits", text)
        self.assertNotIn("sent on", text)
        self.assertEqual(self.send_codes(), [self.customer.email])
        text = self.say(f"It is {CODE}")
        self.assertIn(self.sale.name, text)
        self.assertIn("https://swift.example/track/SP1", text)
        self.assertNotIn(self.open_sale.name, text)
        self.assertIn("anything else", text)

    def test_guest_learns_nothing_from_a_wrong_pair(self):
        right, answers = None, []
        pairs = [
            (self.sale.name, self.customer.email),
            (self.sale.name, "stranger@example.com"),
            (self.foreign_sale.name, self.customer.email),
            ("S99999999", "stranger@example.com"),
        ]
        for number, email in pairs:
            self.env["support.rate.limit"].search([]).unlink()
            self.open_chat()
            self.choose("status")
            answers.append((self.say(number), self.say(email)))
            self.assertEqual(self.chat.chatbot_current_step_id.support_input, "code")
            right = right or answers[0]
        self.assertEqual(answers, [right] * len(pairs))
        self.assertEqual(self.send_codes(), [self.customer.email])

    def test_wrong_code_is_asked_again_and_then_given_up(self):
        self.open_chat()
        self.choose("status")
        self.say(self.sale.name)
        self.say(self.customer.email)
        self.send_codes()
        for _try in range(2):
            self.assertIn("not right", self.say("000000"))
        text = self.say("000000")
        self.assertIn("cannot show an order without the code", text)
        self.assertNotIn("sent on", text)

    def test_guest_may_try_again_with_another_order(self):
        self.open_chat()
        self.prove()
        self.assertIn("What is it about?", self.choose("more"))
        text = self.prove(self.open_sale)
        self.assertIn(self.open_sale.name, text)
        self.assertNotIn(self.sale.name, text)

    def test_proof_of_one_chat_counts_in_no_other(self):
        self.open_chat()
        self.prove()
        self.open_chat()
        self.assertIn("number of your order", self.choose("status"))

    def test_too_many_codes_are_refused_in_the_same_words_for_every_order(self):
        texts = set()
        for number in (self.sale.name, "S99999999"):
            self.env["support.rate.limit"].search([]).unlink()
            for _try in range(4):
                self.open_chat()
                self.choose("status")
                self.say(number)
                text = self.say(self.customer.email)
            texts.add(text)
            self.assertIn("many tries", text)
            self.assertNotIn("six digits", text)
        self.assertEqual(len(texts), 1)

    def test_staff_who_look_on_are_not_taken_for_the_customer(self):
        self.open_chat()
        context = self.chat.with_user(self.portal_user)._get_bot_context()
        self.assertFalse(context.customer)

    def test_cancelled_order_is_told_as_such(self):
        self.open_sale._action_cancel()
        self.open_chat()
        self.assertIn(f"{self.open_sale.name}: cancelled", self.prove(self.open_sale))

    # --- questions ------------------------------------------------------------------

    def test_question_is_answered_by_the_store_s_own_text(self):
        self.env.ref("customer_support.reason_damaged").write(
            {"answer": "<p>Glass that arrives broken is replaced at once.</p>"}
        )
        self.open_chat()
        self.choose("question")
        text = self.say("What happens when the glass arrives broken?")
        self.assertIn("Glass that arrives broken is replaced at once.", text)
        self.assertEqual(self.find_events(), ["articles"])

    def test_question_without_an_answer_says_so(self):
        self.open_chat()
        self.choose("question")
        self.assertIn("no answer", self.say("Xyzzy plugh frotz?"))

    def test_help_centre_is_asked_where_there_is_one(self):
        """Any model of pages stands for the forum or the courses."""
        self.lamp.name = "Cleaning the reading lamp"
        self.bulb.name = "Cleaning the hidden bulb"
        self.lamp.website_published, self.bulb.website_published = True, False
        pages = ("product.template", "name", [("website_published", "=", True)])
        absent = ("support.no.such.model", "name", [])
        self.patch(support_bot_article, "HELP_CENTRES", (absent, pages))
        self.open_chat()
        self.choose("question")
        text = self.say("How is cleaning the lamp done?")
        url = self.lamp.product_tmpl_id.website_url
        page = f"{self.website.get_base_url()}{url}"
        self.assertIn(f"Cleaning the reading lamp: {page}", text)
        self.assertIn(f'{url}"', self.heard[0].body)
        self.assertNotIn("hidden", text)

    # --- a person -------------------------------------------------------------------

    def test_at_night_the_question_becomes_a_ticket(self):
        self.open_chat()
        self.choose("else")
        text = self.say("My lamp flickers every evening")
        self.assertIn("Nobody is free", text)
        self.assertIn("To which e-mail address", text)
        text = self.say("rita@example.com")
        [ticket] = self.find_new_tickets()
        self.assertIn(ticket.number, text)
        self.assertEqual(ticket.name, "My lamp flickers every evening")
        self.assertEqual(ticket.email_from, "rita@example.com")
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.waiting_since)
        notes = " ".join(ticket.message_ids.mapped("body"))
        self.assertIn("My lamp flickers every evening", notes)
        self.assertIn("rita@example.com", notes)
        self.assertIn("ticket", self.find_events())

    def test_ticket_is_linked_to_the_order_that_was_proven(self):
        self.open_chat()
        self.prove()
        text = self.choose("person")
        self.assertNotIn("To which e-mail address", text)
        [ticket] = self.find_new_tickets()
        self.assertEqual(ticket.sale_order_id, self.sale)
        self.assertEqual(ticket.claimed_partner_id, self.customer)
        self.assertFalse(ticket.partner_id)
        self.assertIn(self.sale.name, " ".join(ticket.message_ids.mapped("body")))

    def test_typed_address_of_a_customer_is_a_claim_and_nothing_more(self):
        """A26: no link, no order data, whatever address is typed."""
        self.open_chat()
        self.choose("else")
        self.say("Where is everything I ordered?")
        text = self.say(self.customer.email)
        [ticket] = self.find_new_tickets()
        self.assertFalse(ticket.partner_id)
        self.assertFalse(ticket.sale_order_id)
        self.assertNotIn(self.sale.name, text)
        self.assertNotIn(self.sale.name, " ".join(ticket.message_ids.mapped("body")))

    def test_logged_in_customer_needs_no_address(self):
        self.open_chat(self.portal_user)
        self.choose("else")
        text = self.say("My lamp flickers")
        self.assertNotIn("To which e-mail address", text)
        [ticket] = self.find_new_tickets()
        self.assertEqual(ticket.partner_id, self.customer)

    def test_person_who_is_there_takes_over_and_the_bot_is_silent(self):
        operator = self.let_somebody_work()
        self.open_chat()
        self.prove()
        self.choose("person")
        self.assertEqual(self.chat.livechat_operator_id, operator.partner_id)
        self.assertEqual(self.get_session().state, "handed_over")
        self.assertIn(operator.partner_id, self.chat.channel_member_ids.partner_id)
        self.assertEqual(self.say("Hello?"), "")
        self.assertEqual(self.find_events(), ["order_status", "handed_over"])
        self.assertFalse(self.find_new_tickets())

    def test_answers_go_to_the_ticket_of_who_asked_twice(self):
        self.open_chat()
        self.prove()
        self.choose("person")
        self.restart()
        self.choose("else")
        self.say("One more thing")
        self.assertEqual(len(self.find_new_tickets()), 1)

    # --- returns --------------------------------------------------------------------

    def test_logged_in_customer_is_led_to_the_page_of_the_order(self):
        self.open_chat(self.portal_user)
        text = self.choose("return")
        self.assertIn(f"/my/orders/{self.sale.id}/support", text)
        self.assertNotIn(f"/my/orders/{self.open_sale.id}/support", text)

    def test_guest_sends_back_what_he_chooses(self):
        self.open_chat()
        text = self.prove(action="return")
        self.assertIn("1. ", text)
        self.assertIn("2. ", text)
        number = 1 if "1. Bulb" in text else 2
        text = self.say(f"number {number}")
        [ticket] = self.find_new_tickets()
        self.assertIn(ticket.number, text)
        self.assertEqual(ticket.action_ids.kind, "return")
        self.assertEqual(ticket.action_ids.line_ids.product_id, self.bulb)
        self.assertEqual(ticket.sale_order_id, self.sale)
        [mail] = (
            self.env["mail.mail"]
            .search([("model", "=", ticket._name), ("res_id", "=", ticket.id)])
            .filtered(lambda mail: self.customer in mail.recipient_ids)
        )
        self.assertIn("2 × Bulb", mail.body_html)
        self.assertIn(ticket.number, mail.body_html)

    def test_unclear_choice_returns_nothing(self):
        self.open_chat()
        self.prove(action="return")
        self.assertIn("did not understand", self.say("hm, maybe 7"))
        self.assertFalse(self.find_new_tickets())

    def test_what_the_policy_refuses_is_not_offered(self):
        self.env["support.return.policy"].search([]).active = False
        self.open_chat()
        text = self.prove(action="return")
        self.assertIn("nothing that can be sent back", text)
        self.assertIn("anything else", text)

    # --- the log --------------------------------------------------------------------

    def test_what_the_bot_does_is_logged_apart_also_without_a_ticket(self):
        self.open_chat()
        self.prove()
        events = self.env["support.ticket.event"].search(
            [("id", ">", self.last_event_id), ("kind", "=", "bot")]
        )
        self.assertEqual(events.author_kind, "bot")
        self.assertFalse(events.ticket_id)
        self.assertEqual(events.channel_id.kind, "livechat")
        self.assertEqual(events.company_id, self.company)

    def test_bot_s_part_moves_no_figure_of_the_team(self):
        self.open_chat()
        self.prove()
        self.choose("person")
        [ticket] = self.find_new_tickets()
        self.assertFalse(ticket.first_response_at)
        self.assertEqual((ticket.reply_count, ticket.touch_count), (0, 0))
        self.assertFalse(ticket._get_clock_differences())

    # --- other bots -----------------------------------------------------------------

    def test_a_bot_without_our_steps_works_as_before(self):
        script = self.env["chatbot.script"].create(
            {
                "title": "Plain",
                "script_step_ids": [
                    Command.create(
                        {"step_type": "free_input_single", "message": "Hm?"}
                    ),
                    Command.create({"step_type": "text", "message": "Thanks"}),
                ],
            }
        )
        self.script = script
        self.livechat.rule_ids.chatbot_script_id = script
        self.open_chat()
        self.assertIn("Thanks", self.say("Hi"))
        self.assertFalse(self.get_session())
