"""The interval of a difference of shares: against the paper, and by simulation."""

from random import Random

from odoo.tests import BaseCase, tagged

from ..tools.holdout import is_held_out
from ..tools.proportions import get_difference, get_wilson_interval


@tagged("post_install", "-at_install")
class TestProportions(BaseCase):
    def assertInterval(self, interval, low, high):
        self.assertAlmostEqual(interval[0], low, places=4)
        self.assertAlmostEqual(interval[1], high, places=4)

    def test_one_share_has_the_published_interval(self):
        # Newcombe 1998, "Two-sided confidence intervals for the single proportion".
        self.assertInterval(get_wilson_interval(81, 263), 0.2553, 0.3662)
        self.assertInterval(get_wilson_interval(15, 148), 0.0624, 0.1605)
        self.assertInterval(get_wilson_interval(0, 20), 0.0, 0.1611)
        self.assertInterval(get_wilson_interval(1, 29), 0.0061, 0.1718)

    def test_a_difference_has_the_published_interval(self):
        # Newcombe 1998, table II, method 10.
        found = get_difference(56, 70, 48, 80)
        self.assertAlmostEqual(found.difference, 0.2, places=6)
        self.assertInterval((found.low, found.high), 0.0524, 0.3339)
        self.assertTrue(found.is_shown)

    def test_small_groups_say_nothing(self):
        self.assertIsNone(get_difference(1, 19, 10, 100))
        self.assertIsNone(get_difference(10, 100, 0, 0))
        self.assertIsNotNone(get_difference(1, 20, 1, 20))

    def test_a_simulated_effect_is_recovered(self):
        found = self._simulate(0.10, 0.30, seed=11)
        covered = [one.low <= -0.20 <= one.high for one in found]
        self.assertGreater(sum(covered) / len(covered), 0.92)
        shown = [one.high < 0 for one in found]
        self.assertGreater(sum(shown) / len(shown), 0.95)

    def test_where_is_no_effect_the_interval_holds_zero(self):
        found = self._simulate(0.20, 0.20, seed=12)
        shown = [one.is_shown for one in found]
        self.assertLess(sum(shown) / len(shown), 0.08)

    def _simulate(self, share, other_share, seed, rounds=400):
        random = Random(seed)

        def draw(total, chance):
            return sum(random.random() < chance for _ in range(total))

        return [
            get_difference(draw(300, share), 300, draw(100, other_share), 100)
            for _ in range(rounds)
        ]

    # --- who is left out --------------------------------------------------------------

    def test_who_is_left_out_can_be_repeated_and_depends_on_the_salt(self):
        keys = [f"7-{number}" for number in range(4000)]
        first = [key for key in keys if is_held_out("salt", key, 10)]
        self.assertEqual(first, [key for key in keys if is_held_out("salt", key, 10)])
        self.assertAlmostEqual(len(first) / len(keys), 0.10, delta=0.02)
        other = {key for key in keys if is_held_out("pepper", key, 10)}
        self.assertLess(len(other & set(first)), 90)

    def test_a_larger_share_only_adds_to_those_left_out(self):
        keys = [f"7-{number}" for number in range(1000)]
        small = {key for key in keys if is_held_out("salt", key, 5)}
        self.assertLess(small, {key for key in keys if is_held_out("salt", key, 20)})
        self.assertFalse(any(is_held_out("salt", key, 0) for key in keys))

    def test_the_answer_never_changes_with_a_new_version(self):
        # These are in customers' databases: another answer would mix the groups.
        answers = [is_held_out("salt", f"1-{number}", 50) for number in range(8)]
        self.assertEqual(answers, EXPECTED)


EXPECTED = [False, False, False, True, True, False, False, False]
