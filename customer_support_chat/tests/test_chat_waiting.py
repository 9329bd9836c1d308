"""Visitors who wait: told where they stand, passed on in time, never lost."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase, tagged

from .chat_common import MONDAY_13, SUNDAY, ChatCommon


@tagged("post_install", "-at_install")
class TestChatWaiting(ChatCommon, TransactionCase):
    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(MONDAY_13))
        super().setUpClass()

    def at_second(self, second):
        return freeze_time(MONDAY_13 + timedelta(seconds=second))

    def start_and_ask(self, text="Where is my parcel?", **who):
        with self.at_second(0):
            chat = self.start_chat(**who)
            self.visitor_says(chat, text, **who)
        return chat

    def run_due_at(self, chat, second):
        """As the job does, at so many seconds after Monday 10:00."""
        with self.at_second(second):
            now = MONDAY_13 + timedelta(seconds=second)
            due = chat.search([("id", "in", chat.ids), ("support_due_at", "<", now)])
            for one in due:
                one._run_due(now)

    # --- the next agent -------------------------------------------------------

    def test_a_chat_nobody_answers_goes_to_the_next_agent(self):
        chat = self.start_and_ask()
        self.assertEqual(chat.livechat_operator_id, self.agent.partner_id)
        self.go_online(self.agent_own)
        self.run_due_at(chat, 30)
        self.assertEqual(chat.livechat_operator_id, self.agent.partner_id)
        self.run_due_at(chat, 61)
        self.assertEqual(chat.livechat_operator_id, self.agent_own.partner_id)
        self.assertIn(self.agent_own.partner_id, chat.channel_member_ids.partner_id)
        self.assertNotIn(self.agent.partner_id, chat.channel_member_ids.partner_id)
        self.assertFalse(chat.livechat_end_dt)
        self.assertFalse(self.get_ticket(chat))

    def test_the_next_agent_speaks_the_language_and_knows_the_subject(self):
        lang = self.env["res.lang"]._activate_lang("pt_BR")
        subject = self.env["im_livechat.expertise"].create({"name": "Lamps"})
        self.livechat.user_ids += self.agent_b
        skills = {"livechat_lang_ids": lang.ids, "livechat_expertise_ids": subject.ids}
        others = self.agent_own | self.agent_b
        for guest, able in zip(self.guest | self.guest_b, others, strict=True):
            others.write(dict.fromkeys(skills, False))
            able.write(skills)
            with self.at_second(0):
                chat = self.start_chat(
                    guest,
                    agent=self.agent,
                    livechat_lang_id=lang.id,
                    livechat_expertise_ids=[Command.set(subject.ids)],
                )
                self.visitor_says(chat, "Cadê meu pedido?", guest)
            self.go_online(*others)
            self.run_due_at(chat, 61)
            self.assertEqual(chat.livechat_operator_id, able.partner_id)

    def test_after_the_last_agent_it_becomes_a_ticket(self):
        chat = self.start_and_ask()
        self.go_online(self.agent_own)
        self.run_due_at(chat, 61)
        self.run_due_at(chat, 122)
        ticket = self.get_ticket(chat)
        self.assertEqual(ticket.opened_at, MONDAY_13)
        self.assertFalse(ticket.first_response_at)
        self.assertEqual(self.get_transcript(ticket)[0], "Where is my parcel?")
        self.assertIn(f"#{ticket.number}", self.get_last_line(chat))
        self.assertIn("March 2, 2026", self.get_last_line(chat))
        self.assertIn("e-mail address", self.get_last_line(chat))

    def test_the_promised_time_is_told_in_the_visitors_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.guest.lang = "pt_BR"
        chat = self.start_and_ask("Onde está meu pacote?")
        self.run_due_at(chat, 61)
        ticket = self.get_ticket(chat)
        self.assertEqual(ticket.lang, "pt_BR")
        self.assertIn("2 de março de 2026", self.get_last_line(chat))
        self.assertIn("chamado", self.get_last_line(chat))

    def test_a_chat_that_was_answered_stays_where_it_is(self):
        chat = self.start_and_ask()
        with self.at_second(20):
            self.agent_says(chat, "It arrives today.")
        self.assertEqual(chat.support_first_wait, 20)
        self.run_due_at(chat, 600)
        with self.at_second(700):
            self.visitor_says(chat, "At what time?")
        self.run_due_at(chat, 900)
        self.assertEqual(chat.livechat_operator_id, self.agent.partner_id)
        self.assertFalse(self.get_ticket(chat))

    def test_without_seconds_nothing_is_passed_on(self):
        self.livechat.support_answer_seconds = 0
        chat = self.start_and_ask()
        self.assertFalse(chat.support_due_at)

    def test_an_agent_at_his_cap_is_not_asked(self):
        self.livechat.write({"max_sessions_mode": "limited", "max_sessions": 1})
        self.go_online(self.agent_own)
        with self.at_second(0):
            busy = self.start_chat(guest=self.guest_b, agent=self.agent_own)
            self.visitor_says(busy, "Hello", guest=self.guest_b)
            chat = self.start_chat(agent=self.agent)
            self.visitor_says(chat, "Where is my parcel?")
        self.run_due_at(chat, 61)
        self.assertTrue(self.get_ticket(chat))

    def test_the_job_finds_what_is_due(self):
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        other = self.start_chat(guest=self.guest_b)
        self.visitor_says(other, "Hello", guest=self.guest_b)
        chat.support_due_at -= timedelta(minutes=5)
        self.run_waiting_job()
        self.assertTrue(self.get_ticket(chat))
        self.assertFalse(self.get_ticket(other))

    # --- the visitor leaves ---------------------------------------------------

    def test_a_visitor_who_leaves_without_an_answer_is_not_lost(self):
        chat = self.start_and_ask("Where is my parcel? rosa@example.com")
        with self.at_second(30):
            self.as_visitor(chat, self.guest)._close_livechat_session()
        ticket = self.get_ticket(chat)
        self.assertEqual(ticket.email_normalized, "rosa@example.com")
        self.run_due_at(chat, 200)
        self.assertEqual(len(self.get_ticket(chat)), 1)

    def test_who_leaves_with_thanks_or_an_answer_needs_no_ticket(self):
        for words in ("Thank you very much!", None):
            with self.subTest(words):
                chat = self.start_and_ask()
                with self.at_second(20):
                    self.agent_says(chat, "It arrives today.")
                    if words:
                        self.visitor_says(chat, words)
                    self.as_visitor(chat, self.guest)._close_livechat_session()
                self.assertFalse(self.get_ticket(chat))

    def test_who_leaves_with_an_open_question_gets_a_ticket(self):
        chat = self.start_and_ask()
        with self.at_second(20):
            self.agent_says(chat, "It arrives today.")
            self.visitor_says(chat, "At what time?")
            self.as_visitor(chat, self.guest)._close_livechat_session()
        self.assertEqual(self.get_ticket(chat).first_response_seconds, 20)

    # --- nobody there ---------------------------------------------------------

    def test_out_of_hours_the_store_takes_a_message(self):
        with freeze_time(SUNDAY):
            self.assertFalse(self.livechat.available_operator_ids)
            self.assertTrue(self.livechat._is_livechat_available())
            chat = self.start_chat()
            store = self.team.company_id.partner_id
            self.assertEqual(chat.livechat_operator_id, store)
            self.visitor_says(chat, "Where is my parcel?")
        ticket = self.get_ticket(chat)
        self.assertEqual(ticket.opened_at, SUNDAY)
        # Four working hours from Sunday end on Monday at 13:00.
        self.assertIn("Monday, March 2, 2026", self.get_last_line(chat))
        self.assertIn("1:00", self.get_last_line(chat))

    def test_an_address_left_with_a_message_is_where_we_answer(self):
        self.go_offline(self.agent)
        with self.at_second(0):
            chat = self.start_chat()
            self.visitor_says(chat, "Where is my parcel?")
            self.visitor_says(chat, "ana@example.com")
        ticket = self.get_ticket(chat)
        self.assertEqual(ticket.email_normalized, "ana@example.com")
        self.assertEqual(ticket.claimed_partner_id, self.customer)
        self.assertFalse(ticket.partner_id)
        self.assertIn("ana@example.com", self.get_last_line(chat))

    def test_who_is_logged_in_is_not_asked_for_an_address(self):
        self.go_offline(self.agent)
        with self.at_second(0):
            chat = self.start_chat(user=self.portal_user)
            self.visitor_says(chat, "Where is my parcel?", user=self.portal_user)
        self.assertIn("ana@example.com", self.get_last_line(chat))
        self.assertEqual(self.get_ticket(chat).partner_id, self.customer)

    def test_without_messages_the_chat_is_closed_as_odoos_own(self):
        self.livechat.support_takes_messages = False
        with freeze_time(SUNDAY):
            self.assertFalse(self.livechat._is_livechat_available())
            info = self.livechat._get_operator_info(lang="en_US", country_id=False)
        self.assertFalse(info["operator_partner"])

    def test_without_a_team_the_hours_of_no_team_count(self):
        self.livechat.support_team_id = False
        with freeze_time(SUNDAY):
            self.assertEqual(self.livechat.available_operator_ids, self.agent)

    def test_the_window_says_before_the_first_word_that_nobody_is_there(self):
        infos = self.livechat._get_channel_infos()
        self.assertIn("Leave your message", infos["support_away_message"])
        self.assertEqual(
            infos["support_away_partner_id"], self.team.company_id.partner_id.id
        )
        self.assertNotIn("Leave your message", infos["default_message"])
        self.livechat.support_takes_messages = False
        infos = self.livechat._get_channel_infos()
        self.assertNotIn("support_away_message", infos)

    # --- the queue ------------------------------------------------------------

    def test_visitors_see_where_they_stand(self):
        first = self.start_and_ask()
        with self.at_second(10):
            second = self.start_chat(guest=self.guest_b)
            self.visitor_says(second, "Hello?", guest=self.guest_b)
        self.assertEqual(first._get_support_queue(), {"position": 1, "minutes": 0})
        self.assertEqual(second._get_support_queue(), {"position": 2, "minutes": 0})
        with self.at_second(20):
            self.agent_says(first, "It arrives today.")
        self.assertFalse(first._get_support_queue())
        self.assertEqual(second._get_support_queue()["position"], 1)

    def test_who_has_a_ticket_stands_in_the_queue_no_more(self):
        first = self.start_and_ask()
        with self.at_second(10):
            second = self.start_chat(guest=self.guest_b)
            self.visitor_says(second, "Hello?", guest=self.guest_b)
        self.run_due_at(first, 61)
        self.assertTrue(self.get_ticket(first))
        self.assertFalse(first._get_support_queue())
        self.assertEqual(second._get_support_queue()["position"], 1)

    def test_the_expected_wait_comes_from_the_chats_answered_last(self):
        for seconds in (60, 120, 600):
            chat = self.start_chat(guest=self.guest_b)
            self.visitor_says(chat, "Hello?", guest=self.guest_b)
            chat.support_waiting_since -= timedelta(seconds=seconds)
            self.agent_says(chat, "Hello!")
        chat = self.start_chat()
        self.visitor_says(chat, "Where is my parcel?")
        self.assertEqual(chat._get_support_queue(), {"position": 1, "minutes": 2})

    def test_a_wait_for_a_person_starts_when_the_bot_hands_over(self):
        bot = self.env["chatbot.script"].create({"title": "Robby"})
        step = self.env["chatbot.script.step"].create(
            {"chatbot_script_id": bot.id, "step_type": "text", "message": "Hello"}
        )
        livechat = self.as_visitor(self.livechat, self.guest)
        vals = livechat._get_livechat_discuss_channel_vals(
            operator_partner=bot.operator_partner_id,
            operator_model="chatbot.script",
            chatbot_script=bot,
            agent=self.env["res.users"],
        )
        with self.at_second(0):
            chat = livechat.env["discuss.channel"].create(vals).with_env(self.env)
            chat.chatbot_current_step_id = step
            self.visitor_says(chat, "I want a person")
            self.assertFalse(chat.support_waiting_since)
        with self.at_second(30):
            self.as_visitor(chat, self.guest)._forward_human_operator()
        self.assertEqual(chat.support_waiting_since, MONDAY_13 + timedelta(seconds=30))
        self.assertTrue(chat.support_due_at)
