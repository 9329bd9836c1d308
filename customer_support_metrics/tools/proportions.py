"""How sure a difference between two shares is: plain values without the ORM.

The interval of one share is Wilson's score interval (E. B. Wilson, "Probable
inference, the law of succession, and statistical inference", Journal of the American
Statistical Association 22, 1927, pages 209 to 212). The interval of the difference of
two shares is Newcombe's hybrid of two of them (R. G. Newcombe, "Interval estimation for
the difference between independent proportions: comparison of eleven methods",
Statistics in Medicine 17, 1998, pages 873 to 890, method 10). Both hold for small
groups and for shares near 0 and 1, where the usual formula with the standard error does
not.
"""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
# With fewer in one of the groups nothing is said.
SMALLEST_GROUP = 20


@dataclass(frozen=True)
class Difference:
    """The share of one group less that of another, with its interval."""

    difference: float
    low: float
    high: float

    @property
    def is_shown(self):
        """Whether the interval leaves out that there is no difference."""
        return self.low > 0 or self.high < 0


def get_wilson_interval(hits, total, z=Z_95):
    """Wilson's interval of the share ``hits`` of ``total``.

    :param int total: above 0
    :return: (low, high), both within 0 and 1
    """
    share = hits / total
    center = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


def get_difference(hits, total, other_hits, other_total, z=Z_95):
    """The share ``hits`` of ``total`` less the other one, with Newcombe's interval.

    :return: ``Difference``; None when a group is too small to say anything
    """
    if min(total, other_total) < SMALLEST_GROUP:
        return None
    share, other = hits / total, other_hits / other_total
    low, high = get_wilson_interval(hits, total, z)
    other_low, other_high = get_wilson_interval(other_hits, other_total, z)
    return Difference(
        difference=share - other,
        low=share - other - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        high=share - other + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )
