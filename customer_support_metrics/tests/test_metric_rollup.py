"""The roll-up: equal to the facts, whatever is asked, and close in percentiles."""

import random
from datetime import date, timedelta
from itertools import product
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..tools import metric_buckets, metric_span
from ..tools.metric_period import Period
from .metric_year import RandomYear
from .test_metric_reference import FIRST, LAST, percentile

EXACT = ("n", "pending", "hits", "base", "is_hidden")
MEANS = ("mean", "business_mean")
PERCENTILES = ("median", "p90", "business_median", "business_p90")


class RollupCommon(RandomYear):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id.tz = "America/Sao_Paulo"
        cls.runs = cls.env["support.metric.rollup.run"]

    def refresh(self):
        self.assertTrue(self.runs._refresh())

    def run_job(self):
        job = self.env.ref("customer_support_metrics.ir_cron_support_metric_rollup")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def assertSameAsFacts(self, periods=None, metrics=None, **filters):
        """Every figure from the roll-up equals the one that is counted from facts."""
        metrics = self.metrics if metrics is None else metrics
        question = self.ask(FIRST, LAST, metrics, **filters)
        periods = periods or [question.period]
        run = metrics._find_rollup(question, periods)
        self.assertTrue(run, "the roll-up is not asked")
        known = metrics._get_rollup_metrics()
        rows = metrics._read_rollup(known, run, question, periods)
        self.assertEqual(len(known), len(metrics._get_rollup_keys()))
        for metric in known:
            found = metrics._make_cells(metric, rows, question, periods)
            facts = self.count_facts(metric, question, periods, metrics)
            for number, exact in enumerate(facts):
                self.assertSameFigure(found(number, None), exact, metric.key)

    def count_facts(self, metric, question, periods, metrics=None):
        """The figures without the roll-up."""
        metrics = self.metrics if metrics is None else metrics
        with self.without_rollup():
            return metrics._get_figures(metric, question, periods)

    def without_rollup(self):
        none = self.runs.browse()
        return patch.object(type(self.metrics), "_find_rollup", lambda *_question: none)

    def assertSameFigure(self, found, exact, key):
        for name in EXACT:
            self.assertEqual(getattr(found, name), getattr(exact, name), (key, name))
        for name in MEANS:
            ours, theirs = getattr(found, name), getattr(exact, name)
            self.assertAlmostEqual(ours or 0, theirs or 0, 6, f"{key} {name}")
        for name in PERCENTILES:
            ours, theirs = getattr(found, name), getattr(exact, name)
            self.assertEqual(ours is None, theirs is None, (key, name))
            largest = metric_buckets.get_largest_error(theirs or 0)
            self.assertLessEqual(abs((ours or 0) - (theirs or 0)), largest, (key, name))
        if exact.median is None:
            self.assertAlmostEqual(found.value or 0, exact.value or 0, 6, key)


@tagged("post_install", "-at_install")
class TestRollup(RollupCommon):
    def test_a_random_year_is_the_same_with_and_without_it(self):
        self.play_year(seed=41, tickets=25)
        self.refresh()
        self.assertSameAsFacts()
        self.assertSameAsFacts(Period(FIRST, LAST, self.lead.tz).split())
        for teams, channels in product(
            ([], self.team.ids, self.team_b.ids), ([], self.channels[:1].ids)
        ):
            self.assertSameAsFacts(team_ids=teams, channel_ids=channels)
        self.assertSameInOddPeriods()
        self.assertSameGroups()

    def assertSameInOddPeriods(self):
        chance = random.Random(5)
        for _number in range(8):
            first = FIRST + timedelta(days=chance.randrange(200))
            last = first + timedelta(days=chance.randrange(101, 400))
            period = Period(first, last, self.lead.tz)
            self.assertSameAsFacts([period.get_previous(), period])

    def assertSameGroups(self):
        question = self.ask(FIRST, LAST)
        metric = self.metrics._get_metric("first_response")
        for group in ("team", "channel"):
            found, exact = (
                {one: figure.n for one, figure in groups.items()}
                for groups in (
                    self.metrics._get_groups(metric, question, question.period, group),
                    self.get_exact_groups(metric, question, group),
                )
            )
            self.assertEqual(found, exact)
            self.assertTrue(sum(exact.values()))

    def get_exact_groups(self, metric, question, group):
        with self.without_rollup():
            return self.metrics._get_groups(metric, question, question.period, group)

    def test_the_job_counts_as_the_refresh_does(self):
        self.solved(2)
        self.run_job()
        self.assertSameAsFacts()

    def test_a_job_that_was_cut_off_goes_on_where_it_was(self):
        self.solved(2)
        run = self.runs._start()
        days = self.runs._get_stale_days()
        run._count(days[:3])
        self.assertFalse(self.metrics._find_rollup(*self.ask_long()))
        self.run_job()
        self.assertEqual(self.runs._get_current(), run)
        self.assertFalse(self.runs._get_stale_days())
        self.assertSameAsFacts()

    def ask_long(self, **filters):
        question = self.ask(FIRST, LAST, **filters)
        return question, [question.period]

    def test_short_spans_agents_and_reasons_are_counted_from_facts(self):
        self.solved(2)
        self.refresh()
        self.assertTrue(self.metrics._find_rollup(*self.ask_long()))
        for filters in ({"agent_ids": [1]}, {"reason_ids": self.reasons.ids}):
            self.assertFalse(self.metrics._find_rollup(*self.ask_long(**filters)))
        self.assertFalse(self.metrics._find_rollup(*self.ask_long(), "agent"))
        short = self.ask(LAST - timedelta(days=30), LAST)
        self.assertFalse(self.metrics._find_rollup(short, [short.period]))

    def test_a_reader_whose_days_begin_elsewhere_gets_the_facts(self):
        self.solved(2)
        self.refresh()
        self.lead.tz = "Asia/Tokyo"
        metrics = self.env["support.metric"].with_user(self.lead)
        metrics = metrics.with_context(tz="Asia/Tokyo")
        question = self.ask(FIRST, LAST, metrics)
        self.assertFalse(metrics._find_rollup(question, [question.period]))

    def test_another_time_zone_of_the_company_counts_everything_anew(self):
        self.solved(2)
        self.refresh()
        self.env.company.resource_calendar_id.tz = "Europe/Lisbon"
        self.refresh()
        self.assertFalse(self.metrics._find_rollup(*self.ask_long()))
        self.env.company.resource_calendar_id.tz = "America/Sao_Paulo"
        self.refresh()
        self.assertSameAsFacts()

    def test_the_dashboard_says_as_of_when_and_who_may_count_anew(self):
        for _number in range(5):
            self.solved(2)
        self.refresh()
        days = {"date_from": str(FIRST), "date_to": str(LAST)}
        board = self.metrics.get_dashboard({**days, "team_ids": self.team.ids})
        cards = {card["key"]: card["figure"] for card in board["cards"]}
        self.assertTrue(board["period"]["as_of"] and board["period"]["can_update"])
        self.assertEqual((cards["created"]["n"], cards["first_response"]["n"]), (5, 5))
        self.assertTrue(cards["first_response"]["is_estimated"])
        short = self.metrics.get_dashboard(
            {"date_from": "2026-03-01"} | {"date_to": "2026-03-31"}
        )
        self.assertIs(short["period"]["as_of"], False)
        self.solved(2)
        self.assertTrue(self.metrics.update_rollup())
        board = self.metrics.get_dashboard({**days, "team_ids": self.team.ids})
        cards = {card["key"]: card["figure"] for card in board["cards"]}
        self.assertEqual(cards["created"]["n"], 6)

    def test_the_dashboard_of_years_does_not_wait_for_what_is_counted_one_by_one(self):
        for _number in range(5):
            self.solved(2)
        self.refresh()
        days = {"date_from": str(FIRST), "date_to": str(LAST)}
        cards = self.metrics.get_dashboard(days)["cards"]
        late = {card["key"] for card in cards if not card["figure"]}
        self.assertTrue({"backlog", "handle_time", "support_cost"} <= late)
        self.assertFalse(late & self.metrics._get_rollup_keys())
        found = self.metrics.get_cards([*late], days)
        self.assertEqual({card["key"] for card in found}, late)
        question = self.ask(FIRST, LAST)
        for card in found:
            metric = self.metrics._get_metric(card["key"])
            [figure] = self.metrics._get_figures(metric, question, [question.period])
            self.assertEqual(card["figure"], figure.to_dict(), card["key"])
        short = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        for card in self.metrics.get_dashboard(short)["cards"]:
            self.assertTrue(card["figure"], card["key"])

    def test_late_cards_show_nobody_more_than_the_others(self):
        self.refresh()
        days = {"date_from": str(FIRST), "date_to": str(LAST)}
        keys = ["support_cost", "backlog"]
        found = self.metrics.with_user(self.agent).get_cards(keys, days)
        self.assertEqual([card["key"] for card in found], ["backlog"])
        with self.assertRaises(AccessError):
            self.metrics.with_user(self.portal_user).get_cards(keys, days)

    def test_who_does_not_see_all_teams_may_not_count_anew(self):
        for user in (self.agent, self.agent_own, self.portal_user):
            with self.assertRaises(AccessError):
                self.metrics.with_user(user).update_rollup()

    def test_two_do_not_count_at_once(self):
        busy = patch.object(type(self.runs), "_lock_roll_up", lambda _self: False)
        with busy, self.assertRaises(UserError):
            self.metrics.update_rollup()

    def test_a_team_sees_its_own_sums_alone(self):
        self.solved(2)
        with self.at(2026, 3, 2, 12):
            self.make_ticket(team_id=self.team_b.id)
        self.refresh()
        agent = self.metrics.with_user(self.agent_own)
        question = self.ask(FIRST, LAST, agent)
        [figure] = agent._get_figures(
            agent._get_metric("created"), question, [question.period]
        )
        self.assertEqual(figure.n, 1)
        with self.assertRaises(AccessError):
            self.env["support.metric.rollup"].with_user(self.agent).search([])


@tagged("post_install", "-at_install")
class TestBuckets(TransactionCase):
    def test_a_duration_is_close_to_what_its_bucket_stands_for(self):
        chance = random.Random(3)
        for seconds in [0, 29, 30, 7199, 7200, *range(0, 9000, 7)] + [
            chance.randrange(10**8) for _number in range(500)
        ]:
            middle = metric_buckets.get_middle(metric_buckets.get_bucket(seconds))
            off = abs(middle - seconds)
            self.assertLessEqual(off, 30 if seconds < 7200 else 0.01 * seconds)

    def test_a_percentile_is_within_the_error_that_is_stated(self):
        chance = random.Random(4)
        for largest in (100, 7000, 20_000, 10**7):
            for n in (1, 2, 5, 40, 1000):
                values = [chance.randrange(largest) for _number in range(n)]
                counts = self.count_in_database(values)
                self.assertEqual(sum(counts.values()), n)
                for share in (0.5, 0.9):
                    exact = percentile(values, share)
                    found = metric_buckets.get_percentile(counts, share)
                    allowed = metric_buckets.get_largest_error(exact)
                    self.assertLessEqual(abs(found - exact), allowed)

    def count_in_database(self, values):
        query = SQL(
            "SELECT (%s)::text FROM unnest(%s::int[]) AS one(seconds)",
            metric_buckets.count_sql(SQL("one.seconds")),
            [*values, None],
        )
        self.env.cr.execute(query)
        counts = metric_buckets.read_counts(self.env.cr.fetchone()[0])
        expected = {}
        for value in values:
            bucket = metric_buckets.get_bucket(value)
            expected[bucket] = expected.get(bucket, 0) + 1
        self.assertEqual(counts, expected)
        return counts

    def test_nothing_has_no_percentile(self):
        self.assertIsNone(metric_buckets.get_percentile({}, 0.5))
        self.assertEqual(metric_buckets.read_counts(None), {})

    def test_a_period_is_covered_once(self):
        chance = random.Random(6)
        for _number in range(200):
            first = date(2023, 1, 1) + timedelta(days=chance.randrange(700))
            last = first + timedelta(days=chance.randrange(900))
            period = Period(first, last, "UTC")
            spans = metric_span.cover(period, date(2020, 5, 5), date(2027, 5, 5))
            days = [
                start + timedelta(days=number)
                for _grain, start, end in spans
                for number in range((end - start).days)
            ]
            self.assertEqual(
                days, [first + timedelta(days=n) for n in range(period.days)]
            )
            for grain, start, end in spans:
                self.assertEqual(fields.Date.start_of(start, grain), start)
                self.assertEqual(fields.Date.start_of(end, grain), end)

    def test_what_has_no_days_at_its_ends_is_whole_years(self):
        period = Period(date(2000, 3, 3), date(2030, 4, 4), "UTC")
        spans = metric_span.cover(period, date(2023, 5, 5), date(2026, 11, 22))
        self.assertEqual(spans, [("year", date(2023, 1, 1), date(2027, 1, 1))])
        self.assertFalse(metric_span.cover(period, None, None))
