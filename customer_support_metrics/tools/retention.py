"""How much more often one group does something than a similar one: no ORM."""

from dataclasses import dataclass
from math import sqrt

# Fewer matched customers than this on a side say nothing.
SMALLEST_GROUP = 30
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Stratum:
    """Customers who are alike: how many were helped or not, and who of them stayed."""

    helped: int
    helped_kept: int
    others: int
    others_kept: int

    @property
    def is_matched(self) -> bool:
        return self.helped > 0 and self.others > 0

    @property
    def weight(self) -> float:
        return self.helped * self.others / (self.helped + self.others)


@dataclass(frozen=True)
class Difference:
    """A difference of shares with its 95 % interval, from -1 to 1."""

    value: float
    low: float
    high: float
    helped: int
    others: int
    helped_share: float
    others_share: float

    @property
    def is_beyond_chance(self) -> bool:
        return self.low > 0 or self.high < 0


def get_difference(
    strata: list[Stratum], smallest: int = SMALLEST_GROUP
) -> Difference | None:
    """The difference that is left between customers who are alike otherwise.

    The risk difference of Mantel and Haenszel over the strata, with the variance of
    Sato, which holds for many small strata as well as for a few large ones. The share
    of the others is that of a group made up as the helped ones are weighted.
    Source: T. Sato: On the variance estimator for the Mantel-Haenszel risk difference.
    Biometrics 45 (1989), 1323-1324; S. Greenland, J. M. Robins: Estimation of a common
    effect parameter from sparse follow-up data. Biometrics 41 (1985), 55-68.

    :return: None where too few customers have somebody alike on the other side
    """
    matched = [one for one in strata if one.is_matched]
    helped = sum(one.helped for one in matched)
    others = sum(one.others for one in matched)
    if min(helped, others) < smallest:
        return None
    weight = sum(one.weight for one in matched)
    helped_share = sum(one.weight * one.helped_kept / one.helped for one in matched)
    others_share = sum(one.weight * one.others_kept / one.others for one in matched)
    value = (helped_share - others_share) / weight
    variance = sum(value * _get_p(one) + _get_q(one) for one in matched) / weight**2
    margin = NORMAL_95 * sqrt(max(variance, 0.0))
    return Difference(
        value=value,
        low=max(-1.0, value - margin),
        high=min(1.0, value + margin),
        helped=helped,
        others=others,
        helped_share=helped_share / weight,
        others_share=others_share / weight,
    )


def _get_p(one: Stratum) -> float:
    """The part of Sato's variance that is multiplied by the difference."""
    return (
        one.helped**2 * one.others_kept
        - one.others**2 * one.helped_kept
        + one.helped * one.others * (one.others - one.helped) / 2
    ) / (one.helped + one.others) ** 2


def _get_q(one: Stratum) -> float:
    """The part of Sato's variance that stands for itself."""
    return (
        one.helped_kept * (one.others - one.others_kept)
        + one.others_kept * (one.helped - one.helped_kept)
    ) / (2 * (one.helped + one.others))
