"""A chat becomes a ticket: what is said in it stands there once, at its real times."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from markupsafe import Markup
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .chat_common import MONDAY_13, ChatCommon


@tagged("post_install", "-at_install")
class TestChatTicket(ChatCommon, TransactionCase):
    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(MONDAY_13))
        super().setUpClass()

    def test_command_makes_a_ticket_of_a_customer_who_is_logged_in(self):
        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, "My lamp arrived broken", user=self.portal_user)
        ticket = self.make_ticket_of(chat, "Lamp broken")
        self.assertEqual(ticket.name, "Lamp broken")
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.channel_id.kind, "livechat")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(self.get_transcript(ticket), ["My lamp arrived broken"])

    def test_no_order_is_guessed_of_several(self):
        second = self._new_order(self.customer)
        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, "My lamp arrived broken", user=self.portal_user)
        self.assertFalse(self.make_ticket_of(chat).sale_order_id)

        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, f"It is about {second.name}", user=self.portal_user)
        self.assertEqual(self.make_ticket_of(chat).sale_order_id, second)

    def test_an_address_that_a_guest_types_is_only_a_claim(self):
        chat = self.start_chat()
        self.visitor_says(chat, f"I am Ana@example.com, order {self.order.name}")
        ticket = self.make_ticket_of(chat)
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.claimed_partner_id, self.customer)
        self.assertEqual(ticket.email_normalized, "ana@example.com")
        self.assertEqual(ticket.partner_name, "Visitor #1")
        self.assertFalse(ticket.sale_order_id)

    def test_an_address_typed_later_is_taken_too(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Do you sell red lamps?")
        ticket = self.make_ticket_of(chat)
        self.assertFalse(ticket.email_normalized)
        self.visitor_says(chat, "Write to new.person@example.com.")
        self.assertEqual(ticket.email_normalized, "new.person@example.com")
        self.assertFalse(ticket.claimed_partner_id)

    def test_without_a_title_the_first_words_are_the_subject(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        ticket = chat._make_support_ticket()
        self.assertEqual(ticket.name, "Where is my parcel?")

    def test_a_chat_becomes_one_ticket(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        ticket = self.make_ticket_of(chat)
        self.assertEqual(self.make_ticket_of(chat, agent=self.agent_own), ticket)
        self.assertEqual(self.get_transcript(ticket), ["Where is my parcel?"])

    def test_the_database_refuses_a_second_ticket_of_a_chat(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        self.make_ticket_of(chat)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.make_ticket(origin_channel_id=chat.id)

    def test_who_is_a_moment_late_is_sent_to_look_again(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        self.make_ticket_of(chat)
        nothing = self.env["support.ticket"]
        with (
            patch.object(type(chat), "_find_support_ticket", return_value=nothing),
            self.assertRaises(ConcurrencyError),
            mute_logger("odoo.sql_db"),
        ):
            chat._make_support_ticket("At the same moment")

    def test_the_database_refuses_a_line_twice(self):
        chat = self.start_chat()
        line = self.visitor_says(chat, "Where is my parcel?")
        ticket = self.make_ticket_of(chat)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            ticket._link_chat_line(line, self.env["mail.message"])
            self.env.flush_all()

    def test_later_lines_are_added_at_the_end_once(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        ticket = self.make_ticket_of(chat)
        self.agent_says(chat, "It arrives today.")
        self.visitor_says(chat, "Great, at what time?")
        ticket._add_chat_lines()
        self.assertEqual(
            self.get_transcript(ticket),
            ["Where is my parcel?", "It arrives today.", "Great, at what time?"],
        )
        self.assertEqual(ticket.customer_message_count, 2)
        self.assertEqual(ticket.reply_count, 1)
        self.assertTrue(ticket.waiting_since)

    def test_notices_of_the_chat_stay_out(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        ticket = self.make_ticket_of(chat)
        self.agent_says(chat, "It arrives today.")
        chat._close_livechat_session()
        self.assertEqual(
            self.get_transcript(ticket), ["Where is my parcel?", "It arrives today."]
        )

    def test_files_of_the_chat_stand_in_the_ticket(self):
        chat = self.start_chat()
        file = self.env["ir.attachment"].create(
            {
                "name": "lamp.txt",
                "raw": b"broken",
                "res_model": "discuss.channel",
                "res_id": chat.id,
            }
        )
        line = self.visitor_says(chat, "See the picture")
        line.attachment_ids = file
        ticket = self.make_ticket_of(chat)
        [copied] = ticket.message_ids.attachment_ids
        self.assertEqual(
            (copied.name, copied.raw, copied.res_model, copied.res_id),
            ("lamp.txt", b"broken", "support.ticket", ticket.id),
        )

    # --- figures --------------------------------------------------------------------

    def chat_at_real_times(self, *lines):
        """Say ``(minute, who, text)`` from Monday 10:00 on; the chat."""
        chat = None
        for minute, who, text in lines:
            with freeze_time(MONDAY_13 + timedelta(minutes=minute)):
                chat = chat or self.start_chat()
                says = self.visitor_says if who == "visitor" else self.agent_says
                says(chat, text)
        return chat

    def test_the_clock_counts_from_what_was_said_in_the_chat(self):
        chat = self.chat_at_real_times(
            (0, "visitor", "Where is my parcel?"),
            (5, "agent", "It arrives today."),
            (8, "visitor", "At what time?"),
            (10, "agent", "At four."),
        )
        with freeze_time(MONDAY_13 + timedelta(minutes=45)):
            ticket = self.make_ticket_of(chat)
        self.assertEqual(ticket.opened_at, MONDAY_13)
        self.assertEqual(ticket.first_response_at, MONDAY_13 + timedelta(minutes=5))
        self.assertEqual(ticket.first_response_seconds, 300)
        self.assertEqual(ticket.first_response_business_seconds, 300)
        self.assertEqual((ticket.reply_count, ticket.customer_message_count), (2, 2))
        replies = ticket.event_ids.filtered(lambda event: event.kind == "reply")
        self.assertEqual(replies.mapped("payload"), [{"line": True}] * 2)
        self.assertEqual(ticket.stage_kind, "open")
        self.assertFalse(ticket.waiting_since)
        self.assertEqual(
            ticket.wait_ids.filtered(lambda w: w.kind == "reply").mapped("seconds"),
            [300, 120],
        )
        self.assertFalse(ticket._get_clock_differences())
        moments = ticket.event_ids.sorted("id").mapped("at")
        self.assertEqual(moments, sorted(moments))

    def test_a_greeting_before_the_first_question_is_no_answer(self):
        chat = self.chat_at_real_times(
            (0, "agent", "Hello, can I help?"), (2, "visitor", "Where is my parcel?")
        )
        with freeze_time(MONDAY_13 + timedelta(minutes=3)):
            ticket = self.make_ticket_of(chat)
        self.assertFalse(ticket.first_response_at)
        self.assertEqual(ticket.waiting_since, MONDAY_13 + timedelta(minutes=2))
        self.assertEqual(ticket.reply_count, 0)
        self.assertEqual(len(self.get_transcript(ticket)), 2)

    def test_what_a_bot_says_is_no_answer_of_a_person(self):
        bot = self.env["chatbot.script"].create({"title": "Robby"})
        chat = self.start_chat()
        chat._add_members(
            partners=bot.operator_partner_id,
            create_member_params={"livechat_member_type": "bot"},
        )
        self.visitor_says(chat, "Where is my parcel?")
        chat._chatbot_post_message(bot, Markup("<p>What is the order number?</p>"))
        ticket = self.make_ticket_of(chat)
        self.assertFalse(ticket.first_response_at)
        self.assertIn("auto_message", ticket.event_ids.mapped("kind"))

    def test_a_line_for_a_merged_ticket_goes_where_the_case_goes_on(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        ticket = self.make_ticket_of(chat)
        survivor = self.make_ticket(name="Parcel is late")
        ticket._merge_into(survivor)
        self.visitor_says(chat, "Are you there?")
        self.assertIn("Are you there?", self.get_transcript(survivor))

    # --- who may --------------------------------------------------------------------

    def test_a_card_number_stands_neither_in_the_chat_nor_in_the_ticket(self):
        chat = self.start_chat()
        said = self.visitor_says(chat, "My card is 4111 1111 1111 1111")
        ticket = self.make_ticket_of(chat)
        for text in (said.body, *self.get_transcript(ticket)):
            self.assertNotIn("4111 1111", text)
        self.assertIn("•••• 1111", said.body)

    def test_only_support_staff_makes_tickets_of_chats(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        operator = self._new_agent(
            "eli", "Eli Reis", "im_livechat.im_livechat_group_user"
        )
        for user in (operator, self.portal_user, self.lead):
            with self.subTest(user.name), self.assertRaises(AccessError):
                chat.with_user(user).execute_command_ticket(body="/ticket Mine")
        self.assertFalse(self.get_ticket(chat))

    def test_no_other_conversation_becomes_a_ticket(self):
        channel = (
            self.env["discuss.channel"]
            .with_user(self.agent)
            ._create_channel(name="Team", group_id=None)
        )
        channel.execute_command_ticket(body="/ticket Team")
        self.assertFalse(self.get_ticket(channel))

    def test_nobody_links_a_chat_by_hand(self):
        chat = self.start_chat()
        ticket = self.make_ticket(user_id=self.agent.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).origin_channel_id = chat

    # --- answers --------------------------------------------------------------------

    def test_an_answer_reaches_a_guest_who_left_by_mail(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel? rosa@example.com")
        ticket = self.make_ticket_of(chat)
        chat._close_livechat_session()
        self.agent_replies(ticket, "It arrives today.")
        mail = self.env["mail.mail"].search([("model", "=", "support.ticket")], limit=1)
        self.assertIn("rosa@example.com", mail.email_to)
        self.assertIn("It arrives today.", mail.body_html)

    def test_an_answer_in_the_ticket_appears_in_the_open_chat_once(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        ticket = self.make_ticket_of(chat)
        answer = self.agent_replies(ticket, "It arrives today.")
        ticket.channel_id._deliver(ticket, answer)
        self.assertEqual(self.get_last_line(chat), "It arrives today.")
        self.assertEqual(
            self.get_transcript(ticket), ["Where is my parcel?", "It arrives today."]
        )
        self.assertEqual(ticket.reply_count, 1)

    def test_nothing_is_said_in_a_chat_that_is_over(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        ticket = self.make_ticket_of(chat)
        chat._close_livechat_session()
        before = len(chat.message_ids)
        ticket.channel_id._deliver(ticket, self.agent_replies(ticket))
        self.assertEqual(len(chat.message_ids), before)

    def test_the_chat_can_be_opened_from_the_ticket(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        ticket = self.make_ticket_of(chat)
        ticket.with_user(self.agent).action_open_chat()
        ticket.user_id = self.agent_own
        ticket.with_user(self.agent_own).action_open_chat()
        self.agent_own.group_ids -= self.env.ref("im_livechat.im_livechat_group_user")
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent_own).action_open_chat()
