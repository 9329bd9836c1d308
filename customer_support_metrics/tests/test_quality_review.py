"""A case is graded, its agent reads and answers that, and reviewers agree or not."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, tagged

from ..tools.agreement import LINEAR, weighted_kappa
from .metric_common import MetricCommon


class QualityCommon(MetricCommon):
    """A scorecard with two criteria, and cases that agents answered in March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["support.quality.scorecard"].search([]).active = False
        cls.reviews = cls.env["support.quality.review"]
        cls.scorecard = cls.env["support.quality.scorecard"].create(
            {
                "name": "Answers",
                "team_ids": cls.team.ids,
                "reviewer_ids": (cls.lead | cls.agent_b).ids,
                "sample_size": 2,
            }
        )
        cls.right, cls.kind = cls.env["support.quality.criterion"].create(
            [
                {
                    "scorecard_id": cls.scorecard.id,
                    "name": name,
                    "weight": weight,
                    "scale": scale,
                }
                for name, weight, scale in (("Right", 3, "5"), ("Kind", 1, "3"))
            ]
        )
        # A colleague of another team who may read this one's cases.
        cls.team.visibility = "agents"

    def new_review(self, ticket=None, reviewer=None, number=1):
        ticket = ticket or self.answered(1)
        return self.reviews.sudo().create(
            {
                "scorecard_id": self.scorecard.id,
                "ticket_id": ticket.id,
                "agent_id": self.agent.id,
                "team_id": self.team.id,
                "reviewer_id": (reviewer or self.agent_b).id,
                "week": date(2026, 3, 2),
                "round": number,
            }
        )

    def grade(self, review, right, kind):
        """The reviewer fills in the form and finishes."""
        review = review.with_user(review.reviewer_id)
        for line in review.line_ids:
            line.grade = right if line.criterion_id == self.right else kind
        review.action_finish()
        return review


@tagged("post_install", "-at_install")
class TestQualityReview(QualityCommon):
    def test_the_score_weighs_the_criteria(self):
        review = self.grade(self.new_review(), 4, 2)
        # 3 of 4 steps with weight 3, 1 of 2 steps with weight 1
        self.assertAlmostEqual(review.score, 100 * (3 * 0.75 + 0.5) / 4)
        self.assertEqual(review.state, "done")

    def test_what_does_not_fit_is_left_out(self):
        review = self.new_review().with_user(self.agent_b)
        review.line_ids[0].grade = 5
        with self.assertRaises(UserError):
            review.action_finish()
        review.line_ids[1].is_not_applicable = True
        review.action_finish()
        self.assertEqual(review.score, 100)

    def test_grades_stay_on_their_scale(self):
        line = self.new_review().line_ids[1]
        for vals in ({"grade": 4}, {"grade": -1}):
            with self.assertRaises(ValidationError):
                line.with_user(self.agent_b).write(vals)

    def test_nobody_reviews_a_case_that_he_worked_on(self):
        ticket = self.answered(1)
        self.agent_replies(ticket, agent=self.agent_b)
        for reviewer in (self.agent, self.agent_b):
            with self.assertRaises(ValidationError):
                self.new_review(ticket, reviewer)

    def test_the_agent_sees_the_own_review_once_it_is_over(self):
        review = self.new_review()
        mine = self.reviews.with_user(self.agent)
        self.assertFalse(mine.search([("id", "=", review.id)]))
        self.grade(review, 4, 2)
        self.assertTrue(mine.search([("id", "=", review.id)]))
        self.assertEqual(review.with_user(self.agent).line_ids.mapped("grade"), [4, 2])
        other = self.reviews.with_user(self.agent_own)
        self.assertFalse(other.search([("id", "=", review.id)]))
        with self.assertRaises(AccessError):
            review.with_user(self.agent_own).read(["score"])

    def test_leaders_see_their_team_and_managers_all(self):
        review = self.new_review()
        leader = self._new_agent(
            "rui", "Rui Sá", "customer_support.group_support_agent"
        )
        seen = self.reviews.with_user(leader)
        self.assertFalse(seen.search([("id", "=", review.id)]))
        self.team.leader_id = leader
        self.assertTrue(seen.search([("id", "=", review.id)]))
        self.assertTrue(
            self.reviews.with_user(self.lead).search([("id", "=", review.id)])
        )

    def test_agents_change_no_review_and_make_none(self):
        review = self.grade(self.new_review(), 4, 2)
        mine = review.with_user(self.agent)
        for change in (
            lambda: mine.write({"comment": "Perfect"}),
            lambda: mine.line_ids[0].write({"grade": 5}),
            lambda: mine.unlink(),
            lambda: mine.action_reopen(),
            lambda: mine.create({"ticket_id": review.ticket_id.id}),
        ):
            with self.assertRaises(AccessError):
                change()
        with self.assertRaises(UserError):
            review.with_user(self.agent_b).line_ids[0].grade = 5

    def test_the_reviewer_decides_nothing_but_the_review(self):
        review = self.new_review().with_user(self.agent_b)
        for vals in ({"state": "done"}, {"agent_id": self.agent_own.id}, {"score": 9}):
            with self.assertRaises(AccessError):
                review.write(vals)

    def test_the_agent_agrees(self):
        review = self.grade(self.new_review(), 4, 2)
        self.assertEqual(
            self.activities(review), self.agent, "the agent is asked to read it"
        )
        review.with_user(self.agent).action_agree()
        self.assertEqual((review.answer, bool(review.answered_at)), ("agreed", True))
        self.assertFalse(self.activities(review))

    def test_an_objection_goes_to_the_reviewer(self):
        review = self.grade(self.new_review(), 4, 2)
        action = review.with_user(self.agent).action_object()
        dialog = (
            self.env["support.quality.objection"]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        with self.assertRaises(UserError):
            dialog.create({"comment": "  "}).action_send()
        dialog.create({"comment": "It was not known then."}).action_send()
        self.assertEqual(review.answer, "objected")
        self.assertEqual(review.answer_comment, "It was not known then.")
        self.assertEqual(self.activities(review), self.agent_b)
        review.with_user(self.agent_b).action_reopen()
        self.assertEqual(review.state, "todo")

    def test_only_the_agent_answers(self):
        review = self.new_review()
        with self.assertRaises(AccessError):
            review.with_user(self.agent).action_agree()
        self.grade(review, 4, 2)
        with self.assertRaises(AccessError):
            review.with_user(self.agent_b).action_agree()

    def activities(self, review):
        return (
            self.env["mail.activity"]
            .search([("res_model", "=", review._name), ("res_id", "=", review.id)])
            .user_id
        )

    def test_a_manager_starts_a_review_on_the_ticket(self):
        ticket = self.answered(1)
        action = ticket.with_user(self.lead).action_review_quality()
        review = self.reviews.browse(action["res_id"])
        self.assertEqual(
            (review.agent_id, review.reviewer_id, review.week),
            (self.agent, self.lead, date(2026, 3, 2)),
        )
        again = ticket.with_user(self.lead).action_review_quality()
        self.assertEqual(again["res_id"], review.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).action_review_quality()
        with self.assertRaises(UserError):
            self.make_ticket().with_user(self.lead).action_review_quality()

    def test_the_figure_counts_first_reviews_on_their_day(self):
        for kind in (3, 3, 3, 1, 2):
            review = self.new_review()
            with self.at(2026, 3, 10, 12):
                self.grade(review, 5, kind)
        second = self.new_review(review.ticket_id, self.lead, 2)
        with self.at(2026, 3, 10, 13):
            self.grade(second, 1, 1)
        # 100, 100, 100, 75 and 87.5
        figure = self.figure("quality")
        self.assertEqual((figure.n, figure.value), (5, 92.5))
        self.assertEqual(self.groups("quality", "agent")[self.agent.id].n, 5)
        self.assertEqual(self.figure("quality", day=9).n, 0)

    def test_agreement_is_shown_from_five_cases_on(self):
        pairs = ((1, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 3), (3, 1))
        for number, (first, second) in enumerate(pairs, 1):
            ticket = self.answered(1)
            self.grade(self.new_review(ticket), 5, first)
            self.grade(self.new_review(ticket, self.lead, 2), 5, second)
            self.kind.invalidate_recordset()
            self.assertEqual(self.kind.pair_count, number)
            if number < 5:
                self.assertEqual(self.kind.agreement, 0)
        self.assertAlmostEqual(self.kind.agreement, 0.5)
        self.assertEqual(self.right.agreement, 0)  # all the same: nothing to tell

    def test_the_second_look_is_not_shown_to_the_agent(self):
        ticket = self.answered(1)
        self.grade(self.new_review(ticket), 5, 3)
        second = self.grade(self.new_review(ticket, self.lead, 2), 1, 1)
        mine = self.reviews.with_user(self.agent)
        self.assertFalse(mine.search([("id", "=", second.id)]))


class TestAgreement(BaseCase):
    def test_cohens_example_of_two_grades(self):
        # 20 and 15 alike, 5 and 10 not: observed 0.7, by chance 0.5
        pairs = [(2, 2)] * 20 + [(2, 1)] * 5 + [(1, 2)] * 10 + [(1, 1)] * 15
        self.assertAlmostEqual(weighted_kappa(pairs), 0.4)
        self.assertAlmostEqual(weighted_kappa(pairs, LINEAR), 0.4)

    def test_three_grades_by_hand(self):
        # Both reviewers gave 1 three times, 2 twice and 3 three times.
        # Squares apart: 1 + 1 + 4 = 6 of 8; by chance (24 * 1 + 18 * 4) / 64 = 1.5
        pairs = [(1, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 3), (3, 1)]
        self.assertAlmostEqual(weighted_kappa(pairs), 1 - (6 / 8) / 1.5)
        # Steps apart: 1 + 1 + 2 = 4 of 8; by chance (24 * 1 + 18 * 2) / 64
        self.assertAlmostEqual(weighted_kappa(pairs, LINEAR), 1 - 0.5 / (60 / 64))

    def test_full_agreement_and_none(self):
        self.assertEqual(weighted_kappa([(1, 1), (3, 3)]), 1)
        self.assertEqual(weighted_kappa([(1, 3), (3, 1)]), -1)
        self.assertIsNone(weighted_kappa([(2, 2), (2, 2)]))
        self.assertIsNone(weighted_kappa([]))
