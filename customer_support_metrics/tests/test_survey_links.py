"""Nobody finds somebody else's question by trying addresses."""

from uuid import uuid4

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_support.tests.web_common import SupportWebCase

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyLinks(SurveyCommon, SupportWebCase):
    def setUp(self):
        super().setUp()
        self.rule = self.env["support.survey.rule"].create(
            {"name": "Recommended?", "kind": "nps", "delay_hours": 0}
        )
        ticket = self.make_ticket()
        self.agent_replies(ticket)
        ticket.with_user(self.agent).action_close()
        self.rule._queue(ticket)
        self.asked = self.invitations.search([("ticket_id", "=", ticket.id)])
        self.asked._run_due(fields.Datetime.add(fields.Datetime.now(), seconds=1))
        self.env.flush_all()
        self.survey = self.asked.user_input_id.survey_id
        self.visit_as()

    def test_counting_through_numbers_and_names_finds_nothing(self):
        for guess in (*range(1, 21), self.asked.id, "admin", uuid4().hex):
            page = self.url_open(f"/support/rate/{guess}")
            self.assertEqual(page.status_code, 404)

    @mute_logger("odoo.http")
    def test_a_survey_opens_by_a_persons_own_link_alone(self):
        sheets = self.env["survey.user_input"]
        before = sheets.search_count([])
        survey, own = self.survey.access_token, self.asked.user_input_id
        form = "o_survey_form"
        guesses = [str(own.id), uuid4().hex, str(uuid4()), own.access_token[:-1]]
        for path in (
            f"/survey/start/{survey}",
            f"/survey/start/{self.survey.id}",
            *(f"/survey/start/{survey}?answer_token={one}" for one in guesses),
            *(f"/survey/{survey}/{one}" for one in guesses),
            *(f"/survey/print/{survey}?answer_token={one}" for one in guesses),
        ):
            with self.subTest(path):
                self.assertNotIn(form, self.url_open(path).text)
        self.assertEqual(sheets.search_count([]), before)
        mine = self.url_open(f"/survey/{survey}/{own.access_token}")
        self.assertIn(form, mine.text)
