"""Who sees which figures, and what the dashboard is given."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .metric_common import MetricCommon

MARCH = {"date_from": "2026-03-01", "date_to": "2026-03-31"}


@tagged("post_install", "-at_install")
class TestMetricAccess(MetricCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._new_agent("eva", "Eva Luz", "base.group_user")

    def created(self, user, **filters):
        board = self.metrics.with_user(user).get_dashboard({**MARCH, **filters})
        cards = {card["key"]: card for card in board["cards"]}
        return cards["created"]["figure"]["n"]

    def test_the_people_of_another_company_are_not_named(self):
        company = self.env["res.company"].create({"name": "Second store"})
        stranger = self._new_agent(
            "rui", "Rui Sá", "customer_support.group_support_agent"
        )
        stranger.write({"company_ids": company.ids, "company_id": company.id})
        self.env["support.agent"]._ensure_for(stranger)
        metrics = self.metrics.with_context(allowed_company_ids=self.env.company.ids)
        names = [one["name"] for one in metrics._prepare_options()["agents"]]
        self.assertIn(self.agent.name, names)
        self.assertNotIn(stranger.name, names)

    def test_a_team_sees_itself_and_a_manager_all(self):
        before = self.created(self.lead)
        self.open_ticket(2026, 3, 2, 12, user_id=self.agent.id)
        self.open_ticket(2026, 3, 2, 12, team_id=self.team_b.id)
        self.assertEqual(self.created(self.lead) - before, 2)
        self.assertEqual(self.created(self.agent_own), 1)
        self.assertEqual(self.created(self.agent_own, team_ids=self.team_b.ids), 0)
        self.assertEqual(self.created(self.agent_own, team_ids=self.team.ids), 1)

    def test_an_agent_without_a_team_sees_nothing(self):
        self.open_ticket(2026, 3, 2, 12)
        lonely = self._new_agent(
            "lina", "Lina Reis", "customer_support.group_support_agent"
        )
        self.assertEqual(self.created(lonely), 0)

    def test_the_tickets_behind_are_those_that_one_may_read(self):
        mine = self.open_ticket(2026, 3, 2, 12, user_id=self.agent_own.id)
        theirs = self.open_ticket(2026, 3, 2, 12, user_id=self.agent.id)
        self.assertEqual(self.behind("created"), mine | theirs)
        self.assertEqual(self.behind("created", self.agent_own), mine)

    def test_others_are_refused(self):
        for user in (self.employee, self.portal_user):
            metrics = self.metrics.with_user(user)
            with self.assertRaises(AccessError):
                metrics.get_dashboard(MARCH)
            with self.assertRaises(AccessError):
                metrics.get_chart("created", MARCH)

    def test_a_forged_trace_shows_no_more(self):
        self.open_ticket(2026, 3, 2, 12, team_id=self.team_b.id)
        found = self.behind("created", self.agent_own, team_ids=self.team_b.ids)
        self.assertFalse(found)
        tickets = self.env["support.ticket"].with_user(self.lead)
        for wrong in ("x", "[]", '{"key": "created"}', '{"key": "x", "filters": {}}'):
            with self.assertRaises(UserError):
                tickets.search([("metric_trace", "=", wrong)])

    def test_days_that_make_no_period_are_refused(self):
        for first, last in (
            ("2026-03-02", "2026-03-01"),
            ("1900-01-01", "2026-03-01"),
            ("soon", "2026-03-01"),
        ):
            with self.assertRaises(UserError):
                self.metrics.get_dashboard({"date_from": first, "date_to": last})

    def test_another_company_is_another_desk(self):
        company = self.env["res.company"].create({"name": "Second store"})
        team = self.team.copy(
            {"company_id": company.id, "resource_calendar_id": False, "alias_name": "x"}
        )
        before = self.created(self.lead)
        self.open_ticket(2026, 3, 2, 12, team_id=team.id)
        self.assertEqual(self.created(self.lead), before)
        self.lead.company_ids |= company
        metrics = self.metrics.with_context(allowed_company_ids=company.ids)
        board = metrics.get_dashboard(MARCH)
        card = next(card for card in board["cards"] if card["key"] == "created")
        self.assertEqual(card["figure"]["n"], 1)


@tagged("post_install", "-at_install")
class TestDashboard(MetricCommon):
    def ask_board(self):
        filters = {**MARCH, "team_ids": self.team.ids}
        return self.metrics.get_dashboard(filters)

    def test_figures_stand_beside_those_of_the_period_before(self):
        self.open_ticket(2026, 2, 10, 12)
        for _number in range(3):
            self.open_ticket(2026, 3, 10, 12)
        card = next(c for c in self.ask_board()["cards"] if c["key"] == "created")
        self.assertEqual((card["figure"]["n"], card["previous"]["n"]), (3, 1))

    def test_every_figure_has_a_name_a_definition_and_a_chart(self):
        self.answered(1)
        metrics = self.metrics._get_metrics()
        self.assertEqual(len({metric.key for metric in metrics}), len(metrics))
        for metric in metrics:
            self.assertTrue(metric.name and metric.definition, metric.key)
            chart = self.metrics.get_chart(metric.key, MARCH)
            self.assertEqual(len(chart["points"]), 31 if metric.has_dimensions else 0)

    def test_bars_are_named_and_small_ones_hide_their_times(self):
        for _number in range(5):
            self.answered(2)
        phone = self.env.ref("customer_support.channel_phone")
        self.answered(2, channel_id=phone.id)
        filters = {**MARCH, "team_ids": self.team.ids}
        chart = self.metrics.get_chart("first_response", filters)
        bars = chart["groups"]["channel"]
        self.assertEqual([bar["figure"]["n"] for bar in bars], [5, 1])
        self.assertEqual([bar["figure"]["is_hidden"] for bar in bars], [False, True])
        self.assertEqual(bars[1]["name"], phone.name)
        self.assertIsNone(bars[1]["figure"]["median"])

    def test_the_number_of_queries_does_not_grow_with_the_tickets(self):
        self.solved(2)
        self.ask_board()
        counts = []
        for _round in range(2):
            before = self.env.cr.sql_log_count
            self.ask_board()
            counts.append(self.env.cr.sql_log_count - before)
            for _number in range(3):
                self.solved(3)
            self.env.flush_all()
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 90)

    def test_a_figure_without_tickets_says_so(self):
        with self.assertRaises(UserError):
            self.metrics.get_tickets_action("retention", MARCH)
        with self.assertRaises(UserError):
            self.metrics.get_chart("no_such_figure", MARCH)
