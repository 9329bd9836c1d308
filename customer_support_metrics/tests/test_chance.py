"""The arithmetic of chance and of comparison, without a database."""

from math import comb
from random import Random

from odoo.tests import BaseCase, tagged

from ..models.support_pattern_cells import Cell
from ..models.support_pattern_detection import find_growing
from ..tools.chance import Counts, find_discoveries, get_binomial_tail
from ..tools.retention import Stratum, get_difference


@tagged("post_install", "-at_install")
class TestChance(BaseCase):
    def test_the_tail_is_the_sum_of_its_terms(self):
        for trials, share, least in (
            (10, 0.3, 5),
            (10, 0.3, 2),
            (200, 0.05, 20),
            (200, 0.05, 3),
            (900, 0.9, 850),
        ):
            expected = sum(
                comb(trials, number) * share**number * (1 - share) ** (trials - number)
                for number in range(least, trials + 1)
            )
            tail = get_binomial_tail(least, trials, share)
            self.assertAlmostEqual(tail, expected, msg=(trials, share, least))
        self.assertEqual(get_binomial_tail(0, 10, 0.3), 1)
        self.assertEqual(get_binomial_tail(11, 10, 0.3), 0)

    def test_a_small_example_by_hand(self):
        # Six recent cases, none before, as much exposed: six heads in a row.
        counts = Counts(6, 10.0, 0, 10.0)
        self.assertAlmostEqual(counts.get_p_value(), 1 / 64)
        # Three of four with a quarter of the exposure: 4 * (1/4)^3 * 3/4 + (1/4)^4
        self.assertAlmostEqual(Counts(3, 5.0, 1, 15.0).get_p_value(), 13 / 256)
        self.assertEqual(Counts(9, 5.0, 12, 15.0).expected, 4)

    def test_discoveries_are_those_of_benjamini_and_hochberg(self):
        # With four tests at 0.05 the bounds are 0.0125, 0.025, 0.0375 and 0.05: the
        # third p-value saves the second, which misses its own bound.
        self.assertEqual(find_discoveries([0.03, 0.6, 0.001, 0.028], 0.05), {0, 2, 3})
        self.assertEqual(find_discoveries([0.03, 0.6, 0.2, 0.4], 0.05), set())
        self.assertEqual(find_discoveries([], 0.05), set())


@tagged("post_install", "-at_install")
class TestRetentionDifference(BaseCase):
    def test_one_group_by_hand(self):
        # 0.6 - 0.4; the variance is that of two shares: 0.24 / 50 + 0.24 / 50
        found = get_difference([Stratum(50, 30, 50, 20)])
        self.assertAlmostEqual(found.value, 0.2)
        self.assertAlmostEqual(found.high - found.value, 1.96 * 0.0096**0.5, 4)
        self.assertTrue(found.is_beyond_chance)

    def test_like_is_compared_with_like(self):
        # Helped customers are mostly old ones, who come back anyway: within each group
        # there is no difference, though 0.7 of one side and 0.4 of the other came.
        found = get_difference([Stratum(80, 64, 20, 16), Stratum(20, 6, 80, 24)])
        self.assertAlmostEqual(found.value, 0)
        self.assertFalse(found.is_beyond_chance)

    def test_who_has_nobody_alike_does_not_count(self):
        matched = [Stratum(40, 20, 40, 10)]
        alone = [Stratum(30, 30, 0, 0), Stratum(0, 0, 90, 0)]
        self.assertEqual(get_difference(matched + alone), get_difference(matched))

    def test_too_few_say_nothing(self):
        self.assertIsNone(get_difference([]))
        self.assertIsNone(get_difference([Stratum(29, 20, 500, 100)]))
        self.assertIsNone(get_difference([Stratum(500, 20, 29, 1)]))
        self.assertIsNone(get_difference([Stratum(100, 50, 0, 0)]))

    def simulate(self, seed, effect):
        """Forty small groups whose customers come back by 10 to 60 percent."""
        random, strata = Random(seed), []
        for _group in range(40):
            share = random.uniform(0.1, 0.6)
            helped, others = random.randint(0, 8), random.randint(0, 40)
            strata.append(
                Stratum(
                    helped,
                    sum(random.random() < share + effect for _one in range(helped)),
                    others,
                    sum(random.random() < share for _one in range(others)),
                )
            )
        return get_difference(strata)

    def test_a_known_effect_is_recovered_and_none_is_none(self):
        for effect in (0, 0.1, 0.25):
            found = [self.simulate(seed, effect) for seed in range(500)]
            covered = sum(one.low <= effect <= one.high for one in found) / 500
            # Four standard errors of a share of 0.95 in 500 runs
            self.assertGreater(covered, 0.91, effect)
            self.assertLess(covered, 0.99, effect)
            mean = sum(one.value for one in found) / 500
            self.assertAlmostEqual(mean, effect, 2)


@tagged("post_install", "-at_install")
class TestFalseAlarms(BaseCase):
    def draw(self, random, mean):
        """A Poisson number."""
        count, left = 0, random.expovariate(1)
        while left < mean:
            count, left = count + 1, left + random.expovariate(1)
        return count

    def night(self, seed, grown=0):
        """A store of 80 products; a few of them are four times as bad lately."""
        random, cells = Random(seed), []
        for number in range(80):
            recent, past = random.uniform(10, 200), random.uniform(100, 1000)
            rate = random.uniform(0.005, 0.05)
            factor = 4 if number < grown else 1
            counts = Counts(
                self.draw(random, rate * factor * recent),
                recent,
                self.draw(random, rate * past),
                past,
            )
            cells.append(Cell("product", number, 1, counts, ()))
        return cells

    def find(self, cells):
        return {cell.thing_id for cell, _p_value in find_growing(cells)}

    def test_quiet_nights_stay_quiet_but_for_one_in_a_hundred(self):
        alarms = sum(bool(self.find(self.night(seed))) for seed in range(600))
        # Six are allowed on average; twelve are two and a half standard errors more.
        self.assertLessEqual(alarms, 12)

    def test_what_has_grown_is_found_and_little_else(self):
        right, wrong = 0, 0
        for seed in range(100):
            found = self.find(self.night(seed, grown=5))
            right += len({one for one in found if one < 5})
            wrong += len({one for one in found if one >= 5})
        # Of 500, most of which have but a handful of cases
        self.assertGreater(right, 120)
        self.assertLess(wrong / (right + wrong), 0.02)
