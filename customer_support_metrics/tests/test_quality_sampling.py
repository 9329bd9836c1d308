"""Which cases are reviewed by whom is drawn, and drawn again comes out the same."""

from datetime import date

from psycopg2 import IntegrityError

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..tools.sampling import get_share, shuffle
from .test_quality_review import QualityCommon

MONDAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestQualitySampling(QualityCommon):
    def draw(self, scorecard=None):
        return (scorecard or self.scorecard)._draw(MONDAY)

    def test_so_many_cases_of_each_agent_are_drawn(self):
        for _number in range(4):
            self.answered(1)
        ticket = self.open_ticket(2026, 3, 3, 12)
        with self.at(2026, 3, 3, 13):
            self.agent_replies(ticket, agent=self.agent_own)
        reviews = self.draw()
        self.assertEqual(len(reviews.filtered(lambda r: r.agent_id == self.agent)), 2)
        self.assertEqual(
            reviews.filtered(lambda r: r.agent_id == self.agent_own).ticket_id, ticket
        )
        self.assertTrue(all(reviews.mapped(lambda r: len(r.line_ids) == 2)))
        self.assertEqual(set(reviews.mapped("week")), {MONDAY})

    def test_drawn_again_nothing_is_added(self):
        for _number in range(4):
            self.answered(1)
        first = self.draw()
        self.assertFalse(self.draw())
        drawn = first.ticket_id
        first.unlink()
        self.assertEqual(self.draw().ticket_id, drawn)

    def test_another_seed_draws_others(self):
        tickets = [self.answered(1).id for _number in range(8)]
        orders = {tuple(shuffle(tickets, seed, MONDAY)) for seed in range(5)}
        self.assertEqual(len(orders), 5)

    def test_the_week_excluded_cases_and_other_teams_do_not_count(self):
        self.answered(1, day=9)
        self.answered(1, exclusion="test")
        other = self.open_ticket(2026, 3, 3, 12, team_id=self.team_b.id)
        with self.at(2026, 3, 3, 13):
            self.agent_replies(other, agent=self.agent_b)
        self.assertFalse(self.draw())

    def test_nobody_gets_the_own_case(self):
        self.scorecard.reviewer_ids = self.agent | self.agent_b
        tickets = [self.answered(1) for _number in range(2)]
        with self.at(2026, 3, 2, 15):
            self.agent_replies(tickets[0], agent=self.agent_b)
        self.assertFalse(self.scorecard._find_reviewers(tickets[0], self.agent))
        reviews = self.draw().filtered(lambda review: review.agent_id == self.agent)
        self.assertEqual(reviews.ticket_id, tickets[1])
        self.assertEqual(reviews.reviewer_id, self.agent_b)

    def test_who_may_not_read_a_case_reviews_it_not(self):
        self.scorecard.reviewer_ids = self.agent_own
        self.answered(1, user_id=self.agent.id)
        self.assertFalse(self.draw())

    def test_without_reviewers_the_leader_reviews(self):
        self.scorecard.reviewer_ids = False
        self.answered(1)
        self.assertEqual(self.draw().reviewer_id, self.lead)

    def test_a_share_is_reviewed_twice_by_two_people(self):
        self.scorecard.double_share = 100
        self.answered(1)
        reviews = self.draw()
        self.assertEqual(sorted(reviews.mapped("round")), [1, 2])
        self.assertEqual(reviews.reviewer_id, self.lead | self.agent_b)

    def test_the_database_keeps_a_case_from_being_drawn_twice(self):
        review = self.new_review()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.new_review(review.ticket_id, self.lead)

    def test_the_job_draws_the_last_whole_week_once(self):
        self.answered(1)
        job = self.env.ref("customer_support_metrics.ir_cron_support_quality_draw")
        for _run in range(2):
            with self.at(2026, 3, 10, 12), self.enter_registry_test_mode():
                job.method_direct_trigger()
            self.env.invalidate_all()
            reviews = self.reviews.search([("scorecard_id", "=", self.scorecard.id)])
            self.assertEqual(len(reviews), 1)
        self.assertEqual(self.scorecard.drawn_week, MONDAY)


class TestShuffle(BaseCase):
    def test_shares_are_spread_evenly(self):
        shares = [get_share("seed", number) for number in range(2000)]
        self.assertTrue(all(0 <= share < 1 for share in shares))
        self.assertAlmostEqual(sum(shares) / 2000, 0.5, delta=0.03)
        self.assertEqual(get_share("seed", 7), get_share("seed", 7))
