"""What a team wants to reach, and who is told when it does not."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .metric_common import MetricCommon


@tagged("post_install", "-at_install")
class TestGoal(MetricCommon):
    def new_goal(self, key="first_response", target=3.0, **vals):
        return self.env["support.goal"].create(
            {
                "team_id": self.team.id,
                "metric_key": key,
                "target": target,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
                **vals,
            }
        )

    def look(self, goal, *moment):
        with self.at(*moment):
            goal.invalidate_recordset()
            return goal.state, goal.current, round(goal.progress)

    def test_a_time_below_the_target_is_on_track(self):
        for _number in range(5):
            self.answered(2)
        goal = self.new_goal()
        self.assertEqual(goal.statistic, "business_median")
        self.assertEqual(goal.unit, "hours")
        self.assertEqual(goal.user_id, self.lead)
        self.assertEqual(self.look(goal, 2026, 3, 10, 12), ("on_track", 2, 100))

    def test_a_time_above_it_is_off_track(self):
        for _number in range(5):
            self.answered(4)
        goal = self.new_goal()
        self.assertEqual(self.look(goal, 2026, 3, 10, 12), ("off_track", 4, 75))

    def test_a_share_has_to_be_reached(self):
        for hours in (1, 2, 3, 5):
            self.answered(hours)
        self.answered(6)
        goal = self.new_goal("sla_response", 80)
        self.assertEqual((goal.statistic, goal.unit), ("value", "%"))
        self.assertEqual(self.look(goal, 2026, 3, 10, 12), ("off_track", 60, 75))

    def test_a_count_may_have_reached_as_much_as_time_has_passed(self):
        for _number in range(5):
            ticket = self.answered(1)
            self.write_at(ticket, 2026, 3, 3, 12)
            self.do_at(ticket, "action_close", 2026, 3, 3, 14)
        goal = self.new_goal("unanswered", 10)
        # 10 of 31 days: 3.2 were allowed; 20 of 31 days: 6.5
        self.assertEqual(self.look(goal, 2026, 3, 10, 12)[0], "off_track")
        self.assertEqual(self.look(goal, 2026, 3, 20, 12)[0], "on_track")

    def test_too_few_cases_say_nothing(self):
        self.answered(4)
        goal = self.new_goal()
        self.assertEqual(self.look(goal, 2026, 3, 10, 12), ("no_data", 0, 0))
        self.assertEqual(self.look(goal, 2026, 2, 10, 12)[0], "planned")

    def test_the_proposal_is_what_the_team_has_reached(self):
        for _number in range(5):
            self.answered(2)
        goal = self.new_goal(target=1)
        with self.at(2026, 4, 10, 12):
            goal.action_propose()
            self.assertEqual(goal.target, 2)
        with self.at(2026, 8, 10, 12):  # nothing in the last 90 days
            self.assertEqual(goal.action_propose()["params"]["type"], "warning")
        self.assertEqual(goal.target, 2)

    def test_a_team_that_is_at_zero_is_told_so(self):
        for _number in range(5):
            self.solved(2)
        goal = self.new_goal("reopen_rate", 5)
        with self.at(2026, 4, 10, 12):
            self.assertEqual(goal._get_proposal(), 0)
            params = goal.action_propose()["params"]
            self.assertIn("has reached 0", params["message"])
            self.assertEqual(goal.target, 5)
            draft = self.env["support.goal"].new(
                {"team_id": self.team.id, "metric_key": "reopen_rate", "target": 5}
            )
            draft._onchange_proposal()
            self.assertEqual(draft.target, 5)

    def test_a_recommendation_below_zero_is_a_target_too(self):
        goal = self.new_goal("nps", -20)
        for score, state, progress in (
            (-20, "on_track", 100),
            (-30, "off_track", 0),
            (None, "no_data", 0),
        ):
            read = patch.object(
                type(goal), "_read_figure", lambda *_days, score=score: (score, 9)
            )
            with self.subTest(score=score), read:
                found = self.look(goal, 2026, 3, 10, 12)
                self.assertEqual((found[0], found[2]), (state, progress))
        with (
            self.at(2026, 4, 10, 12),
            patch.object(type(goal), "_read_figure", lambda *_days: (-12.04, 9)),
        ):
            self.assertTrue(goal.action_propose())
        self.assertEqual(goal.target, -12)
        goal.target = 25
        with patch.object(type(goal), "_read_figure", lambda *_days: (-10, 9)):
            found = self.look(goal, 2026, 3, 10, 12)
        self.assertEqual(found, ("off_track", -10, 0))

    def test_the_owner_is_told_once_and_again_after_it_was_well(self):
        for _number in range(5):
            self.answered(4)
        goal = self.new_goal()
        with self.at(2026, 3, 10, 12):
            for _run in range(2):
                goal._alert(date(2026, 3, 10))
            self.assertEqual(len(goal.activity_ids), 1)
            self.assertEqual(goal.activity_ids.user_id, self.lead)
            self.assertIn("4.0 hours", goal.activity_ids.note)
        goal.target = 5
        with self.at(2026, 3, 11, 12):
            goal._alert(date(2026, 3, 11))
            self.assertFalse(goal.alerted_on)
            goal.target = 3
            goal._alert(date(2026, 3, 11))
            self.assertEqual(len(goal.activity_ids), 2)

    def test_the_job_looks_at_goals_in_force(self):
        for _number in range(5):
            self.answered(4)
        running = self.new_goal()
        over = self.new_goal(date_to=date(2026, 3, 9))
        with self.at(2026, 3, 10, 12), self.enter_registry_test_mode():
            self.env.ref("customer_support_metrics.ir_cron_support_goal").with_user(
                self.env.ref("base.user_root")
            ).method_direct_trigger()
        (running | over).invalidate_recordset()
        self.assertTrue(running.alerted_on)
        self.assertFalse(over.alerted_on)

    def test_agents_see_the_goals_of_their_team_and_change_none(self):
        goal = self.new_goal()
        other = self.new_goal(team_id=self.team_b.id)
        goals = self.env["support.goal"].with_user(self.agent_own)
        self.assertEqual(goals.search([("id", "in", (goal | other).ids)]), goal)
        self.assertEqual(goal.with_user(self.agent_own).state, "no_data")
        with self.assertRaises(AccessError):
            goal.with_user(self.agent_own).target = 9
        with self.assertRaises(AccessError):
            other.with_user(self.agent_own).read(["target"])

    def test_what_makes_no_goal_is_refused(self):
        for vals in (
            {"target": 0},
            {"key": "sla_response", "statistic": "median"},
        ):
            with self.assertRaises(ValidationError):
                self.new_goal(**vals)

    def test_the_card_of_one_team_shows_its_goal(self):
        goal = self.new_goal()
        filters = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        board = self.metrics.get_dashboard({**filters, "team_ids": self.team.ids})
        cards = {card["key"]: card for card in board["cards"]}
        self.assertEqual(cards["first_response"]["goal"]["id"], goal.id)
        self.assertFalse(cards["created"]["goal"])
