"""Whether a number of cases is more than chance explains: plain values, no ORM."""

from dataclasses import dataclass
from math import exp, lgamma, log, log1p

# A term that is smaller than this part of the sum changes no digit of it.
_NEGLIGIBLE = 1e-17


@dataclass(frozen=True)
class Counts:
    """Cases and time at risk of something, lately and otherwise."""

    recent: int
    recent_exposure: float
    past: int
    past_exposure: float

    @property
    def total(self) -> int:
        return self.recent + self.past

    @property
    def expected(self) -> float:
        """How many recent cases there would be at the past rate."""
        return self.past * self.recent_exposure / self.past_exposure

    @property
    def is_comparable(self) -> bool:
        return self.recent_exposure > 0 and self.past_exposure > 0

    def get_p_value(self) -> float:
        """How probable so many recent cases, or more, are if nothing has changed.

        The conditional test of two Poisson rates: given their sum, the recent cases
        are binomial, with the recent share of the exposure as probability. It is exact
        for the smallest numbers, and counts that the past rate is an estimate too.
        Source: J. Przyborowski, H. Wilenski: Homogeneity of results in testing samples
        from Poisson series. Biometrika 31 (1940), 313-323.
        """
        share = self.recent_exposure / (self.recent_exposure + self.past_exposure)
        return get_binomial_tail(self.recent, self.total, share)


def get_binomial_tail(least: int, trials: int, probability: float) -> float:
    """The probability of ``least`` or more successes in so many trials."""
    if least <= 0:
        return 1.0
    if least > trials or probability <= 0:
        return 0.0
    if probability >= 1:
        return 1.0
    if least > trials * probability:
        return min(1.0, _sum_terms(least, trials, probability, 1))
    return max(0.0, 1 - _sum_terms(least - 1, trials, probability, -1))


def _sum_terms(first: int, trials: int, probability: float, step: int) -> float:
    """The sum from ``first`` away from the mean, where each term is the smaller one."""
    odds, count = probability / (1 - probability), first
    term = exp(
        lgamma(trials + 1)
        - lgamma(count + 1)
        - lgamma(trials - count + 1)
        + count * log(probability)
        + (trials - count) * log1p(-probability)
    )
    total = 0.0
    while term > total * _NEGLIGIBLE and term:
        total += term
        if step > 0:
            term *= odds * (trials - count) / (count + 1)
        else:
            term *= count / (trials - count + 1) / odds
        count += step
    return total


def find_discoveries(p_values: list[float], rate: float) -> set[int]:
    """Which of many tests stand out, with a bound on those that do by chance.

    Of what is found, at most the share ``rate`` is expected to be chance; if there is
    nothing to find, something is found with at most that probability.
    Source: Y. Benjamini, Y. Hochberg: Controlling the false discovery rate. Journal of
    the Royal Statistical Society B 57 (1995), 289-300.

    :return: the positions of those in ``p_values``
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    found = 0
    for rank, position in enumerate(order, 1):
        if p_values[position] <= rate * rank / len(order):
            found = rank
    return set(order[:found])
