"""CSAT, NPS and CES with the numbers behind them, computed by hand here."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyScores(SurveyCommon):
    def setUp(self):
        super().setUp()
        self.metrics = self.env["support.metric"]

    def read_question(self, first="2026-03-01", last="2026-03-31"):
        """Of the two test teams alone: other data does not count here."""
        teams = (self.team | self.team_b).ids
        return self.metrics._read_filters(
            {"date_from": first, "date_to": last, "team_ids": teams}
        )

    def get_figure(self, key, *days):
        question = self.read_question(*days)
        (figure,) = self.metrics._get_figures(
            self.metrics._get_metric(key), question, [question.period]
        )
        return figure

    def get_agents(self, key):
        question = self.read_question()
        return self.metrics._get_groups(
            self.metrics._get_metric(key), question, question.period, "agent"
        )

    # --- formulas ---------------------------------------------------------------------

    def test_csat_is_the_share_of_fours_and_fives(self):
        self.add_answers("csat", [5, 5, 4, 3, 1, 2, 5, None, None, None])
        figure = self.get_figure("csat")
        self.assertEqual((figure.n, figure.hits), (7, 4))
        self.assertAlmostEqual(figure.value, 100 * 4 / 7)

    def test_each_question_has_its_own_response_rate(self):
        self.add_answers("csat", [5, 5, 4, 3, 1, 2, 5, None, None, None])
        self.add_answers("nps", [10, 9, 9, 10, None])
        self.add_answers("ces", [7, None])
        csat = self.get_figure("csat_response")
        self.assertEqual((csat.n, csat.hits), (10, 7))
        self.assertAlmostEqual(csat.value, 70)
        self.assertAlmostEqual(self.get_figure("nps_response").value, 80)
        ces = self.get_figure("ces_response")
        self.assertEqual((ces.n, ces.hits, ces.value), (2, 1, None))

    def test_nps_keeps_sevens_and_eights_in_the_denominator(self):
        self.add_answers("nps", [10, 9, 9, 10, 8, 7, 6, 0])
        figure = self.get_figure("nps")
        # four promoters, two passives, two detractors
        self.assertEqual((figure.n, figure.value), (8, 25))

    def test_nps_reaches_from_minus_100_to_100(self):
        self.add_answers("nps", [0, 1, 2, 3, 6])
        self.assertEqual(self.get_figure("nps").value, -100)
        self.invitations.search([("team_id", "=", self.team.id)]).score = 10
        self.assertEqual(self.get_figure("nps").value, 100)

    def test_ces_has_a_mean_and_the_share_of_five_to_seven(self):
        self.add_answers("ces", [7, 6, 5, 4, 1])
        self.assertAlmostEqual(self.get_figure("ces").value, 4.6)
        share = self.get_figure("ces_share")
        self.assertEqual((share.n, share.hits), (5, 3))
        self.assertAlmostEqual(share.value, 60)

    def test_below_five_answers_only_counts_are_shown(self):
        self.add_answers("csat", [5, 5, 5, 1])
        figure = self.get_figure("csat")
        self.assertEqual((figure.n, figure.hits, figure.value), (4, 3, None))
        self.assertTrue(figure.is_hidden)
        self.assertIsNone(self.get_figure("csat_response").value)

    def test_without_an_answer_there_is_no_figure(self):
        figure = self.get_figure("nps")
        self.assertEqual((figure.n, figure.value, figure.is_hidden), (0, None, False))

    # --- what counts ------------------------------------------------------------------

    def test_answers_count_on_their_day_and_questions_on_theirs(self):
        answered = self.datetime(2026, 3, 10, 12)
        self.add_answers("csat", [5, 4, 1, 2, 3], answered_at=answered)
        asked = ("2026-03-01", "2026-03-09")
        self.assertEqual(self.get_figure("csat", *asked).n, 0)
        self.assertEqual(self.get_figure("csat_response", *asked).value, 100)
        later = ("2026-03-10", "2026-03-31")
        self.assertEqual(self.get_figure("csat", *later).n, 5)
        self.assertEqual(self.get_figure("csat_response", *later).n, 0)

    def test_groups_are_who_answered_the_customer(self):
        self.add_answers("csat", [5, 5, 5, 5, 1])
        self.add_answers("csat", [1, 1, None], agent=self.agent_own)
        figures = self.get_agents("csat")
        self.assertEqual(figures.keys(), {self.agent.id, self.agent_own.id})
        self.assertAlmostEqual(figures[self.agent.id].value, 80)
        own = figures[self.agent_own.id]
        self.assertEqual((own.n, own.value), (2, None))
        self.assertEqual(self.get_agents("csat_response")[self.agent_own.id].n, 3)

    def test_spam_and_merged_tickets_leave_the_figures(self):
        answers = self.add_answers("csat", [5, 5, 5, 5, 5, 1, 1])
        answers[5].ticket_id.exclusion = "test"
        answers[6].ticket_id.merged_into_id = answers[0].ticket_id
        self.assertEqual(self.get_figure("csat").value, 100)
        self.assertEqual(self.get_figure("csat_response").n, 5)

    def add_order_answers(self, scores):
        """What customers say of orders, of which the desk knows nothing."""
        orders = [self.order.copy() for _score in scores]
        answers = self.add_answers("csat", scores, team_id=False, agent_id=False)
        for answer, order in zip(answers, orders, strict=True):
            answer.write({"ticket_id": False, "order_id": order.id})
        return answers

    def get_company_figure(self, key):
        """Of March, of the whole company: no team is asked for."""
        question = self.metrics._read_filters(
            {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        metric = self.metrics._get_metric(key)
        (figure,) = self.metrics._get_figures(metric, question, [question.period])
        return figure

    def test_how_orders_went_is_no_figure_of_the_desk(self):
        keys = ("csat", "csat_response", "csat_order", "csat_order_response")
        before = {key: self.get_company_figure(key) for key in keys}
        # A case about an order is a case all the same.
        self.add_answers("csat", [1, 1, 1, 1, 1], order_id=self.order.id)
        orders = self.add_order_answers([5, 5, 5, 5, 5, None])
        counts = {}
        for key in keys:
            figure = self.get_company_figure(key)
            counts[key] = (figure.n - before[key].n, figure.hits - before[key].hits)
        self.assertEqual(
            counts,
            {
                "csat": (5, 0),
                "csat_response": (5, 5),
                "csat_order": (5, 5),
                "csat_order_response": (6, 5),
            },
        )
        filters = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        action = self.metrics.get_tickets_action("csat_order", filters)
        behind = self.invitations.search(action["domain"])
        self.assertEqual(behind & orders, orders[:5])
        self.assertEqual(len(behind), self.get_company_figure("csat_order").n)

    def test_the_tickets_behind_are_as_many_as_the_answers(self):
        self.add_answers("csat", [5, 4, 1, 1, 1])
        self.add_order_answers([5, 5])
        filters = {
            "date_from": "2026-03-01",
            "date_to": "2026-03-31",
            "team_ids": self.team.ids,
        }
        action = self.metrics.get_tickets_action("csat", filters)
        behind = self.env["support.ticket"].search(action["domain"])
        self.assertEqual(len(behind), self.get_figure("csat").n)

    def test_what_is_said_of_orders_is_of_no_team(self):
        question = self.read_question()
        shown = {metric.key for metric in self.metrics._get_shown_metrics(question)}
        self.assertIn("csat", shown)
        self.assertFalse({"csat_order", "csat_order_response"} & shown)

    def test_a_deleted_case_about_an_order_stays_a_case(self):
        answers = self.add_answers("csat", [5, 1], order_id=self.order.id)
        before = self.get_company_figure("csat_order").n
        answers.ticket_id.unlink()
        self.assertEqual(self.get_figure("csat").n, 2)
        self.assertEqual(self.get_company_figure("csat_order").n, before)

    def test_effort_is_not_asked_after_a_delivery(self):
        with self.assertRaises(ValidationError):
            self.make_rule(kind="ces", trigger="order_delivered")

    def test_agents_see_the_figures_of_their_own_team(self):
        self.team.visibility = self.team_b.visibility = "members"
        self.add_answers("csat", [5, 5, 5, 5, 5])
        for user, count in ((self.agent, 5), (self.agent_b, 0), (self.lead, 5)):
            self.metrics = self.metrics.with_user(user)
            self.assertEqual(self.get_figure("csat").n, count)

    # --- Odoo's surveys ---------------------------------------------------------------

    def test_the_nps_survey_becomes_the_score_of_its_question(self):
        self.make_rule(kind="nps")
        ticket = self.solve(2026, 3, 2, 14)
        asked = self.ask(2026, 3, 2, 15)
        sheet = asked.user_input_id
        self.assertEqual((sheet.partner_id, sheet.state), (self.customer, "new"))
        self.assertEqual(sheet.deadline, asked.expires_at)
        self.assertIn(sheet.access_token, self.find_mails("survey/start").body_html)
        with self.at(2026, 3, 3, 12):
            self.fill_in(asked, 0, "Never again")
        self.assertEqual((asked.state, asked.score), ("answered", 0))
        self.assertEqual(asked.comment, "Never again")
        self.assertEqual(ticket.survey_scores, "NPS 0")
        self.assertFalse(ticket.rating_ids)

    def test_the_ces_survey_counts_once_and_not_after_its_end(self):
        self.make_rule(kind="ces", expiry_days=3)
        self.solve(2026, 3, 2, 14)
        asked = self.ask(2026, 3, 2, 15)
        with self.at(2026, 3, 9, 12):
            self.fill_in(asked, 7)
        self.assertEqual(asked.state, "sent")
        with self.at(2026, 3, 3, 12):
            self.fill_in(asked, 6)
            self.fill_in(asked, 1)
        self.assertEqual((asked.state, asked.score), ("answered", 6))

    def test_relational_questions_have_a_quiet_period_of_their_own(self):
        self.make_rule(kind="nps", quiet_days=90)
        self.make_rule(kind="csat", quiet_days=7)
        self.solve(2026, 3, 2, 14)
        self.assertEqual(len(self.ask(2026, 3, 2, 15)), 2)
        self.solve(2026, 3, 12, 14)
        self.assertEqual(self.ask(2026, 3, 12, 15).kind, "csat")
        self.solve(2026, 6, 12, 14)
        self.assertEqual(len(self.ask(2026, 6, 12, 15)), 2)

    def test_the_surveys_are_answered_in_portuguese_too(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        for name, text in (
            ("survey_nps_score", "recomendar"),
            ("survey_ces_score", "fácil"),
        ):
            question = self.env.ref(f"customer_support_metrics.{name}")
            self.assertIn(text, question.with_context(lang="pt_BR").title)
            codes = question.survey_id._get_supported_lang_codes()
            self.assertLessEqual({"en_US", "pt_BR"}, set(codes))
