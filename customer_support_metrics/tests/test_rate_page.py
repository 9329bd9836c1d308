"""The page behind the faces: who may answer, how often, until when."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import _generate_routing_rules
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_support.tests.web_common import SupportWebCase

from .survey_common import SurveyCommon

ROUTES = [
    ("/support/rate/<string:token>", "GET", "public", "http", True),
    ("/support/rate/<string:token>", "POST", "public", "http", True),
    ("/support/rate/<string:token>/thanks", "GET", "public", "http", True),
    ("/support/unsubscribe/<string:token>", "GET", "public", "http", True),
    # Sent by mail programs (RFC 8058); the signed link is the proof.
    ("/support/unsubscribe/<string:token>", "POST", "public", "http", False),
]


@tagged("post_install", "-at_install")
class TestRatePage(SurveyCommon, SupportWebCase):
    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        self.rule = self.env["support.survey.rule"].create(
            {"name": "At once", "delay_hours": 0}
        )
        self.asked = self.ask_about(self.customer, now)
        self.url = f"/support/rate/{self.asked.token}"
        self.visit_as()

    def ask_about(self, partner, now):
        ticket = self.make_ticket(partner_id=partner.id)
        self.agent_replies(ticket)
        ticket.with_user(self.agent).action_close()
        self.rule._queue(ticket)
        asked = self.invitations.search([("ticket_id", "=", ticket.id)])
        asked._run_due(now + timedelta(seconds=1))
        self.env.flush_all()
        return asked

    def get_answer(self):
        self.env.invalidate_all()
        return self.asked.state, self.asked.score

    def get_note(self):
        return self.asked.ticket_id.message_ids[:1].body

    # --- a good day ----------------------------------------------------------------

    def test_opening_the_link_chooses_and_stores_nothing(self):
        for score in (1, 4, 5):
            page = self.url_open(f"{self.url}?score={score}")
            self.assertEqual(page.status_code, 200)
            self.assertRegex(page.text, rf'value="{score}"[^>]*checked')
        self.url_open(f"{self.url}?score=4", method="HEAD")
        self.assertEqual(self.get_answer(), ("sent", 0))
        self.assertFalse(self.asked.rating_id)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_sending_stores_score_and_comment_as_rating_of_who_answered(self):
        self.asked.ticket_id.user_id = self.lead
        answer = self.send(self.url, {"score": "4", "comment": "Quick & kind <b>"})
        self.assertEqual(answer.status_code, 303)
        self.assertIn("Thank you", self.url_open(f"{self.url}/thanks").text)
        self.assertEqual(self.get_answer(), ("answered", 4))
        rating = self.asked.rating_id
        self.assertEqual(
            (rating.rating, rating.feedback, rating.rated_partner_id, rating.res_id),
            (4, "Quick & kind <b>", self.agent.partner_id, self.asked.ticket_id.id),
        )
        self.assertTrue(rating.consumed)
        self.assertEqual(self.asked.ticket_id.rating_ids, rating)
        self.assertEqual(self.asked.ticket_id.survey_scores, "4/5")
        self.assertIn("Quick &amp; kind &lt;b&gt;", self.get_note())

    def test_a_bad_score_keeps_what_was_bad_and_a_good_one_does_not(self):
        slow = self.env.ref("customer_support_metrics.rating_reason_slow")
        self.send(self.url, {"score": "2", "reason": str(slow.id)})
        self.get_answer()
        self.assertEqual(self.asked.rating_reason_ids, slow)
        self.send(self.url, {"score": "5", "reason": [str(slow.id), "x", "999999999"]})
        self.assertEqual(self.get_answer(), ("answered", 5))
        self.assertFalse(self.asked.rating_reason_ids)

    def test_an_answer_can_be_changed_for_a_while_and_is_one_rating(self):
        self.send(self.url, {"score": "2"})
        self.get_answer()
        first, answered_at = self.asked.rating_id, self.asked.answered_at
        self.assertRegex(self.url_open(self.url).text, r'value="2"[^>]*checked')
        self.send(self.url, {"score": "4"})
        self.assertEqual(self.get_answer(), ("answered", 4))
        self.assertEqual(self.asked.rating_id, first)
        self.assertEqual(self.asked.answered_at, answered_at)
        self.assertEqual((first.rating, len(self.asked.ticket_id.rating_ids)), (4, 1))

    def test_the_page_speaks_the_customer_s_language(self):
        language = self.env["res.lang"]._activate_lang("pt_BR")
        self.website.language_ids |= language
        self.asked.lang = "pt_BR"
        page = self.url_open(self.url).text
        self.assertIn("Enviar minha resposta", page)
        self.assertNotIn("Send my answer", page)
        answer = self.send(self.url, {"score": "7"})
        self.assertIn("Escolha uma das carinhas.", answer.text)

    # --- refusals ------------------------------------------------------------------

    def test_after_a_while_the_answer_is_fixed(self):
        self.send(self.url, {"score": "2"})
        self.asked.fixed_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        for answer in (self.url_open(self.url), self.send(self.url, {"score": "5"})):
            self.assertEqual(answer.status_code, 410)
        self.assertEqual(self.get_answer(), ("answered", 2))
        self.assertEqual(self.asked.rating_id.rating, 2)

    def test_after_the_end_the_link_stores_nothing(self):
        self.asked.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        for answer in (self.url_open(self.url), self.send(self.url, {"score": "5"})):
            self.assertEqual(answer.status_code, 410)
        self.assertEqual(self.get_answer(), ("sent", 0))

    def test_a_link_answers_its_own_question_alone(self):
        other = self.ask_about(self.customer_b, fields.Datetime.now())
        self.send(self.url, {"score": "5", "invitation_id": str(other.id)})
        self.assertEqual(self.get_answer(), ("answered", 5))
        self.assertEqual((other.state, other.score), ("sent", 0))

    def test_another_customer_who_is_signed_in_is_refused(self):
        self.visit_as(self.portal_user_b)
        for answer in (
            self.url_open(f"{self.url}?score=1"),
            self.send(self.url, {"score": "1"}),
        ):
            self.assertEqual(answer.status_code, 403)
            self.assertNotIn(self.asked.ticket_id.number, answer.text)
        self.visit_as(self.agent)
        self.assertEqual(self.send(self.url, {"score": "5"}).status_code, 403)
        self.assertEqual(self.get_answer(), ("sent", 0))
        self.visit_as(self.portal_user)
        self.assertEqual(self.send(self.url, {"score": "3"}).status_code, 303)
        self.assertEqual(self.get_answer(), ("answered", 3))

    def test_who_is_known_by_a_second_contact_is_no_stranger(self):
        self.asked.partner_id = self.env["res.partner"].create(
            {"name": "Ana (guest)", "email": self.asked.email}
        )
        self.env.flush_all()
        self.visit_as(self.portal_user_b)
        self.assertEqual(self.url_open(self.url).status_code, 403)
        self.portal_user.email = self.asked.email.upper()
        self.env.flush_all()
        self.visit_as(self.portal_user)
        self.assertEqual(self.url_open(self.url).status_code, 200)
        self.assertEqual(self.send(self.url, {"score": "4"}).status_code, 303)
        self.assertEqual(self.get_answer(), ("answered", 4))

    def test_no_form_from_elsewhere(self):
        with mute_logger("odoo.http"):
            answer = self.send(self.url, {"score": "1"}, csrf=False)
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.get_answer(), ("sent", 0))

    def test_links_that_are_none_are_not_found_and_end_after_many(self):
        token = self.asked.token
        for wrong in (
            token[:-1],
            token.upper(),
            f"{token}x",
            "0",
            "x" * 5000,
        ):
            self.assertEqual(self.url_open(f"/support/rate/{wrong}").status_code, 404)
        queued = self.asked.copy({"ticket_id": False, "order_id": self.order.id})
        self.assertFalse(queued.token)
        # Its counting on a cursor of its own is shown with the counter itself.
        full = patch.object(
            self.registry["support.rate.limit"], "_hit", lambda *_args: False
        )
        with full:
            answer = self.url_open("/support/rate/guess")
        self.assertEqual(answer.status_code, 429)
        self.assertEqual(self.url_open(self.url).status_code, 200)

    def test_hostile_values_store_nothing_and_break_nothing(self):
        for score in ("0", "6", "-1", "4.5", "", "5;5", "９", "a" * 5000, "\x00"):
            answer = self.send(self.url, {"score": score})
            self.assertEqual(answer.status_code, 400, (score[:20], answer.text[-300:]))
        answer = self.send(self.url, {"score": "5", "comment": "x" * 2001})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.get_answer(), ("sent", 0))

    def test_too_many_changes_are_refused(self):
        for _try in range(20):
            self.send(self.url, {"score": "4"})
        answer = self.send(self.url, {"score": "1"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.get_answer(), ("answered", 4))

    def test_markup_in_a_comment_is_only_text(self):
        comment = "<script>alert(1)</script>{{7*7}}"
        self.send(self.url, {"score": "1", "comment": comment})
        self.get_answer()
        self.assertNotIn("<script>alert", self.url_open(self.url).text)
        self.assertNotIn("<script>", self.get_note())
        notes = self.asked.ticket_id.activity_ids.mapped("note")
        self.assertNotIn("<script>", "".join(notes))

    # --- behind the page ------------------------------------------------------------

    def test_odoo_s_own_rating_page_knows_no_score_of_ours(self):
        self.send(self.url, {"score": "1"})
        self.get_answer()
        self.assertFalse(self.asked.rating_id.access_token)
        path = f"/rate/{self.asked.token}/submit_feedback"
        with mute_logger("odoo.http"):
            self.assertEqual(self.send(path, {"rate": "5"}).status_code, 404)
        self.assertEqual(self.asked.rating_id.rating, 1)

    def test_nobody_improves_a_score_behind_the_customer_s_back(self):
        self.send(self.url, {"score": "1"})
        self.get_answer()
        rating = self.asked.rating_id
        for user in (self.agent, self.lead):
            with self.assertRaises(AccessError):
                rating.with_user(user).rating = 5
            with self.assertRaises(AccessError):
                rating.with_user(user).create(
                    {
                        "res_model_id": rating.res_model_id.id,
                        "res_id": rating.res_id,
                        "rating": 5,
                        "consumed": True,
                    }
                )
        employee = self._new_agent("eve", "Eve Luz", "base.group_user")
        with self.assertRaises(AccessError):
            rating.with_user(employee).read(["feedback"])
        self.team.visibility = "members"
        with self.assertRaises(AccessError):
            rating.with_user(self.agent_b).read(["feedback"])
        self.assertEqual(rating.with_user(self.agent).rating, 1)

    def test_no_route_but_the_listed_ones(self):
        found = [
            (path, method, *(endpoint.routing[key] for key in ("auth", "type")), csrf)
            for path, endpoint in _generate_routing_rules(
                self.env.registry._init_modules, nodb_only=False
            )
            if endpoint.func.__module__.startswith(
                "odoo.addons.customer_support_metrics."
            )
            for method in endpoint.routing["methods"]
            for csrf in [endpoint.routing.get("csrf", True)]
        ]
        self.assertEqual(sorted(set(found)), ROUTES)
