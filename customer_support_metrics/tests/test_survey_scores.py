"""CSAT, NPS and CES with the numbers behind them, computed by hand here."""

from odoo.tests import tagged

from .survey_common import MONDAY, SurveyCommon


@tagged("post_install", "-at_install")
class TestSurveyScores(SurveyCommon):
    def get_scores(self, kind, **options):
        """Of the two test teams alone: other data does not count here."""
        domain = [("team_id", "in", (self.team | self.team_b).ids)]
        return self.invitations._get_scores(kind, domain, **options)

    def get_one(self, kind, **options):
        (row,) = self.get_scores(kind, **options)
        return row

    # --- formulas ---------------------------------------------------------------------

    def test_csat_is_the_share_of_fours_and_fives(self):
        self.add_answers("csat", [5, 5, 4, 3, 1, 2, 5, None, None, None])
        row = self.get_one("csat")
        self.assertEqual((row["n"], row["good"]), (7, 4))
        self.assertAlmostEqual(row["share"], 4 / 7)
        self.assertAlmostEqual(row["mean"], 25 / 7)
        self.assertEqual((row["asked"], row["responded"]), (10, 7))
        self.assertAlmostEqual(row["response_rate"], 0.7)

    def test_nps_keeps_sevens_and_eights_in_the_denominator(self):
        self.add_answers("nps", [10, 9, 9, 10, 8, 7, 6, 0])
        row = self.get_one("nps")
        self.assertEqual(
            [row[name] for name in ("promoters", "passives", "detractors", "nps")],
            [4, 2, 2, 25],
        )

    def test_nps_reaches_from_minus_100_to_100(self):
        self.add_answers("nps", [0, 1, 2, 3, 6])
        self.assertEqual(self.get_one("nps")["nps"], -100)
        self.invitations.search([("kind", "=", "nps")]).score = 10
        self.assertEqual(self.get_one("nps")["nps"], 100)

    def test_ces_has_a_mean_and_the_share_of_five_to_seven(self):
        self.add_answers("ces", [7, 6, 5, 4, 1])
        row = self.get_one("ces")
        self.assertAlmostEqual(row["mean"], 4.6)
        self.assertAlmostEqual(row["share"], 0.6)

    def test_below_five_answers_only_counts_are_shown(self):
        self.add_answers("csat", [5, 5, 5, 1])
        row = self.get_one("csat")
        self.assertEqual((row["n"], row["good"], row["asked"]), (4, 3, 4))
        self.assertEqual(
            (row["share"], row["mean"], row["response_rate"]), (None, None, None)
        )

    def test_no_answer_is_a_row_without_figures(self):
        row = self.get_one("nps")
        self.assertEqual((row["n"], row["asked"], row["nps"]), (0, 0, None))

    def test_the_dashboard_says_the_same(self):
        self.add_answers("csat", [5, 5, 4, 3, 1, 2, 5, None, None, None])
        self.add_answers("nps", [10, 9, 9, 10, 8, 7, 6, 0])
        self.add_answers("ces", [7, 6, 5, 4, 1])
        self.assertAlmostEqual(self.get_figure("csat").value, 100 * 4 / 7)
        self.assertEqual(self.get_figure("nps").value, 25)
        self.assertAlmostEqual(self.get_figure("ces").value, 4.6)
        asked = self.get_figure("survey_response")
        self.assertEqual((asked.n, asked.hits), (23, 20))

    def get_figure(self, key):
        metrics = self.env["support.metric"]
        question = metrics._read_filters(
            {
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "team_ids": (self.team | self.team_b).ids,
            }
        )
        (figure,) = metrics._get_figures(
            metrics._get_metric(key), question, [question.period]
        )
        return figure

    # --- what counts ------------------------------------------------------------------

    def test_answers_count_on_their_day_and_questions_on_theirs(self):
        answered = self.datetime(2026, 3, 10, 12)
        self.add_answers("csat", [5, 4, 1, 2, 3], answered_at=answered)
        asked = self.datetime(*MONDAY)
        first = self.get_one("csat", date_from=asked, date_to=answered)
        self.assertEqual((first["n"], first["asked"], first["responded"]), (0, 5, 5))
        self.assertEqual(first["response_rate"], 1)
        second = self.get_one("csat", date_from=answered)
        self.assertEqual((second["n"], second["asked"]), (5, 0))
        self.assertIsNone(second["response_rate"])

    def test_groups_are_who_answered_the_customer(self):
        self.add_answers("csat", [5, 5, 5, 5, 1])
        self.add_answers("csat", [1, 1, None], agent=self.agent_own)
        rows = {
            row["agent_id"]: row
            for row in self.get_scores("csat", groupby=["agent_id"])
        }
        self.assertEqual(rows.keys(), {self.agent, self.agent_own})
        self.assertEqual(rows[self.agent]["share"], 0.8)
        own = rows[self.agent_own]
        self.assertEqual((own["n"], own["asked"], own["share"]), (2, 3, None))

    def test_spam_and_merged_tickets_leave_the_figures(self):
        answers = self.add_answers("csat", [5, 5, 5, 5, 5, 1, 1])
        answers[5].ticket_id.exclusion = "test"
        answers[6].ticket_id.merged_into_id = answers[0].ticket_id
        row = self.get_one("csat")
        self.assertEqual((row["n"], row["asked"], row["share"]), (5, 5, 1))

    def test_a_deleted_ticket_leaves_its_score(self):
        answers = self.add_answers("csat", [5, 5, 5, 5, 1])
        answers[4].ticket_id.unlink()
        self.assertEqual(self.get_one("csat")["share"], 0.8)

    def test_agents_see_the_figures_of_their_own_team(self):
        self.team.visibility = self.team_b.visibility = "members"
        self.add_answers("csat", [5, 5, 5, 5, 5])
        self.invitations = self.invitations.with_user(self.agent)
        self.assertEqual(self.get_one("csat")["n"], 5)
        self.invitations = self.invitations.with_user(self.agent_b)
        self.assertEqual(self.get_one("csat")["n"], 0)
        self.invitations = self.invitations.with_user(self.lead)
        self.assertEqual(self.get_one("csat")["n"], 5)

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
