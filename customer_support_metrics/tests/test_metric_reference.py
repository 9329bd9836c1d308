"""Figures against a reference that reads raw messages and tracking values."""

from collections import Counter
from datetime import date, timedelta
from statistics import fmean, median

from odoo.tests import tagged

from ..tools.metric_period import Period
from . import metric_raw
from .metric_year import RandomYear

FIRST, LAST = date(2025, 1, 1), date(2026, 3, 31)


@tagged("post_install", "-at_install")
class TestReference(RandomYear):
    def test_a_random_year_gives_the_same_figures(self):
        self.play_year(seed=20250101, tickets=30)
        self.assertSameFigures()

    def test_another_random_year_gives_the_same_figures(self):
        self.play_year(seed=7, tickets=30)
        self.assertSameFigures()

    # --- equal ------------------------------------------------------------------------

    def assertSameFigures(self):
        cases = metric_raw.read_cases(self.env, self.team)
        self.assertSameDurations(cases)
        for key, (n, hits) in metric_raw.get_rates(cases).items():
            figure = self.figure_of_year(key)
            self.assertEqual((figure.n, figure.hits), (n, hits), key)
            self.assertTrue(0 < hits < n, f"{key} is put to no test")
        for key, n in metric_raw.get_counts(cases).items():
            self.assertTrue(n, f"{key} is put to no test")
            self.assertEqual(self.figure_of_year(key).n, n, key)
        self.assertSameAuthors(cases)
        self.assertSameBacklog(cases)

    def assertSameDurations(self, cases):
        for key, durations in metric_raw.get_durations(cases).items():
            figure = self.figure_of_year(key)
            self.assertGreaterEqual(len(durations), 5, key)
            self.assertEqual(figure.n, len(durations), key)
            calendar, working = zip(*durations, strict=True)
            self.assertSpread(figure, "", calendar, key)
            self.assertSpread(figure, "business_", working, key)

    def assertSameAuthors(self, cases):
        expected = Counter(row["author_id"] for case in cases for row in case.replies)
        metric = self.metrics._get_metric("replies")
        question = self.ask_year()
        groups = self.metrics._get_groups(metric, question, question.period, "agent")
        users = self.env["res.users"]
        found = {
            users.browse(user_id).partner_id.id: figure.n
            for user_id, figure in groups.items()
        }
        self.assertEqual(found, dict(expected))

    def assertSameBacklog(self, cases):
        """Open at the end of every tenth day."""
        for number in range(10, 400, 10):
            day = FIRST + timedelta(days=number)
            period = Period(day, day, self.lead.tz)
            question = self.ask(day, day, team_ids=self.team.ids)
            metric = self.metrics._get_metric("backlog")
            [figure] = self.metrics._get_figures(metric, question, [period])
            expected = metric_raw.count_open(cases, period.end)
            self.assertEqual(figure.n, expected, f"backlog of {day}")

    def ask_year(self):
        return self.ask(FIRST, LAST, team_ids=self.team.ids)

    def figure_of_year(self, key):
        question = self.ask_year()
        metric = self.metrics._get_metric(key)
        return self.metrics._get_figures(metric, question, [question.period])[0]

    def assertSpread(self, figure, prefix, values, key):
        for name, value in (
            ("mean", fmean(values)),
            ("median", median(values)),
            ("p90", percentile(values, 0.9)),
        ):
            shown = getattr(figure, prefix + name)
            self.assertAlmostEqual(shown, value, places=3, msg=f"{key} {prefix}{name}")


def percentile(values, share):
    """The value that a share of the others is below, between two of them."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
