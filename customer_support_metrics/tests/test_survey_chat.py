"""The faces at the end of a live chat are scores of satisfaction, asked once."""

from datetime import timedelta
from unittest import SkipTest

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.modules.registry import Registry
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.customer_support_chat.tests.chat_common import ChatCommon

from .survey_common import SurveyCommon

GOOD, OKAY, BAD = 5, 3, 1


@tagged("post_install", "-at_install")
class TestSurveyChat(SurveyCommon, ChatCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        chats = Registry(get_db_name())["discuss.channel"]
        if "support_waiting_since" not in chats._fields:
            raise SkipTest("without the addon of chats")
        super().setUpClass()
        cls.rule = cls.env["support.survey.rule"].create(
            {"name": "In the chat", "trigger": "chat_ended", "quiet_days": 14}
        )

    def end_chat(self, chat=None, user=None):
        """A visitor asks, an agent answers, the visitor leaves."""
        user = user or self.portal_user
        if not chat:
            chat = self.start_chat(user=user)
            self.visitor_says(chat, "Where is my parcel?", user=user)
            self.agent_says(chat, "It arrives today.")
        self.as_visitor(chat, user=user)._close_livechat_session()
        self.env.flush_all()
        return chat

    def rate(self, chat, score, words=""):
        """As Odoo's page of the chat window does."""
        ratings = self.env["rating.rating"].with_user(self.public_user).sudo()
        return ratings.create(
            {
                "rating": score,
                "consumed": True,
                "feedback": words,
                "res_id": chat.id,
                "res_model_id": self.env["ir.model"]._get_id("discuss.channel"),
            }
        )

    def get_question(self, chat):
        return self.invitations.search([("chat_id", "=", chat.id)])

    def get_figure(self, key):
        metrics = self.env["support.metric"]
        question = metrics._read_filters({"team_ids": self.team.ids})
        (figure,) = metrics._get_figures(
            metrics._get_metric(key), question, [question.period]
        )
        return figure.n, figure.hits

    # --- asked and answered -----------------------------------------------------------

    def test_a_face_in_the_chat_counts_for_who_answered(self):
        chat = self.end_chat()
        asked = self.get_question(chat)
        self.assertEqual((asked.state, asked.agent_id), ("sent", self.agent))
        self.assertEqual(self.get_figure("csat_response"), (1, 0))
        rating = self.rate(chat, GOOD, "Thank you")
        self.assertEqual((asked.state, asked.score), ("answered", 5))
        self.assertEqual((asked.comment, asked.rating_id), ("Thank you", rating))
        self.assertEqual(
            (asked.team_id, asked.channel_id.kind), (self.team, "livechat")
        )
        self.assertEqual(asked.partner_id, self.customer)
        self.assertEqual(self.get_figure("csat"), (1, 1))
        self.assertEqual(self.get_figure("csat_response"), (1, 1))

    def test_only_the_best_face_is_satisfied(self):
        for score in (OKAY, BAD, GOOD):
            self.rate(self.end_chat(), score)
        self.assertEqual(self.get_figure("csat"), (3, 1))

    def test_it_can_be_changed_and_is_fixed_a_day_later(self):
        chat = self.end_chat()
        rating, asked = self.rate(chat, BAD), self.get_question(chat)
        rating.write({"rating": OKAY, "feedback": "Better"})
        self.assertEqual((asked.score, asked.comment), (3, "Better"))
        asked.fixed_at = fields.Datetime.now() - timedelta(seconds=1)
        rating.write({"rating": GOOD})
        self.assertEqual(asked.score, 3)
        self.assertEqual(self.get_figure("csat"), (1, 0))

    def test_odoos_page_stores_it(self):
        chat = self.end_chat()
        self.authenticate(self.portal_user.login, self.portal_user.login)
        question = {"channel_id": chat.id, "rate": GOOD, "reason": "Well"}
        answer = self.make_jsonrpc_request("/im_livechat/feedback", question)
        self.assertTrue(answer)
        self.env.invalidate_all()
        self.assertEqual(self.get_question(chat).score, GOOD)
        # Odoo's page takes one answer.
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request(
                "/im_livechat/feedback", {**question, "rate": BAD}
            )
        self.env.invalidate_all()
        self.assertEqual(self.get_question(chat).score, GOOD)
        self.assertEqual(self.get_figure("csat"), (1, 1))

    def test_who_answers_before_the_end_is_counted_too(self):
        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, "Where is my parcel?", user=self.portal_user)
        self.agent_says(chat, "It arrives today.")
        self.rate(chat, GOOD)
        self.end_chat(chat)
        self.assertEqual(self.get_question(chat).state, "answered")
        self.assertEqual(self.get_figure("csat_response"), (1, 1))

    # --- not asked twice --------------------------------------------------------------

    def solve_ticket_of(self, chat):
        ticket = self.make_ticket_of(chat)
        ticket.with_user(self.agent).action_close()
        return ticket

    def mail_rule(self):
        return self.env["support.survey.rule"].create(
            {"name": "By mail", "delay_hours": 0, "quiet_days": 0}
        )

    def run_mail_jobs(self):
        for name in ("plan", "ask"):
            cron = self.env.ref(
                f"customer_support_metrics.ir_cron_support_survey_{name}"
            )
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_the_ticket_of_an_asked_chat_is_not_asked_by_mail(self):
        self.mail_rule()
        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, "My lamp is broken", user=self.portal_user)
        self.agent_says(chat, "We are sorry.")
        ticket = self.solve_ticket_of(chat)
        self.end_chat(chat)
        self.assertEqual(self.get_question(chat).ticket_id, ticket)
        self.run_mail_jobs()
        self.assertEqual(ticket.survey_invitation_ids, self.get_question(chat))
        self.assertFalse(self.find_mails("support/rate"))
        self.rate(chat, GOOD)
        self.assertEqual(ticket.survey_scores, "5/5")
        self.assertFalse(ticket.rating_ids)

    def test_a_ticket_that_is_made_after_the_chat_is_not_asked_either(self):
        chat = self.end_chat()
        rule = self.mail_rule()
        ticket = self.solve_ticket_of(chat)
        rule._queue(ticket)
        queued = ticket.survey_invitation_ids
        queued._run_due(fields.Datetime.now() + timedelta(seconds=1))
        self.assertEqual((queued.state, queued.skip_reason), ("skipped", "chat"))

    def test_a_question_planned_by_mail_is_asked_in_the_chat(self):
        rule = self.mail_rule()
        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, "My lamp is broken", user=self.portal_user)
        self.agent_says(chat, "We are sorry.")
        ticket = self.solve_ticket_of(chat)
        rule._queue(ticket)
        self.end_chat(chat)
        asked = ticket.survey_invitation_ids
        self.assertEqual((asked.state, asked.chat_id), ("sent", chat))
        self.run_mail_jobs()
        self.assertFalse(self.find_mails("support/rate"))

    def test_an_answer_by_mail_is_not_replaced(self):
        rule = self.mail_rule()
        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, "My lamp is broken", user=self.portal_user)
        self.agent_says(chat, "We are sorry.")
        ticket = self.solve_ticket_of(chat)
        rule._queue(ticket)
        asked = ticket.survey_invitation_ids
        asked._run_due(fields.Datetime.now() + timedelta(seconds=1))
        asked._answer(2)
        self.end_chat(chat)
        self.rate(chat, GOOD)
        self.assertEqual((asked.score, ticket.survey_invitation_ids), (2, asked))

    def test_who_answered_in_a_chat_is_left_in_peace_by_mail(self):
        rule = self.mail_rule()
        rule.quiet_days = 14
        self.rate(self.end_chat(), GOOD)
        ticket = self.make_ticket()
        self.agent_replies(ticket)
        ticket.with_user(self.agent).action_close()
        rule._queue(ticket)
        asked = ticket.survey_invitation_ids
        asked._run_due(fields.Datetime.now() + timedelta(seconds=1))
        self.assertEqual(asked.skip_reason, "quiet")

    # --- what does not count ----------------------------------------------------------

    def test_a_chat_without_a_person_is_not_asked(self):
        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, "Where is my parcel?", user=self.portal_user)
        self.end_chat(chat)
        self.rate(chat, BAD)
        self.assertFalse(self.get_question(chat))

    def test_without_a_rule_nothing_is_counted(self):
        self.rule.active = False
        chat = self.end_chat()
        self.rate(chat, GOOD)
        self.assertFalse(self.get_question(chat))
        self.rule.write({"active": True, "team_ids": self.link(self.team_b)})
        self.rate(self.end_chat(), GOOD)
        self.assertEqual(self.get_figure("csat"), (0, 0))

    def test_what_an_employee_writes_into_the_rating_counts_nowhere(self):
        chat = self.end_chat()
        rating = self.rate(chat, BAD)
        self.rate_as_employee(rating)
        self.assertEqual(self.get_question(chat).score, BAD)

    def rate_as_employee(self, rating):
        rating.with_user(self.env.ref("base.user_admin")).write({"rating": GOOD})

    def test_a_score_off_the_scale_is_no_answer(self):
        chat = self.end_chat()
        self.rate(chat, 0.2)
        self.assertEqual(self.get_question(chat).state, "sent")

    def test_a_bad_face_becomes_a_task_on_the_ticket(self):
        chat = self.start_chat(user=self.portal_user)
        self.visitor_says(chat, "My lamp is broken", user=self.portal_user)
        self.agent_says(chat, "We are sorry.")
        ticket = self.make_ticket_of(chat)
        self.end_chat(chat)
        self.rate(chat, BAD, "Too slow")
        task = ticket.activity_ids.filtered(
            lambda one: (
                one.activity_type_id
                == self.env.ref("customer_support_metrics.mail_activity_recovery")
            )
        )
        self.assertEqual(task.user_id, self.lead)

    def test_a_chat_asks_for_satisfaction_alone(self):
        with self.assertRaises(ValidationError):
            self.rule.kind = "nps"
