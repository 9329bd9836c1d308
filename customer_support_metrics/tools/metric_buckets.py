"""Durations counted in buckets: additive, and close enough for a median.

A duration below two hours goes into the bucket of its nearest minute, a longer one into
one whose upper end is 2 % above its lower end. A bucket stands for its middle, so a
duration is at most half a minute, or one percent, away from what stands for it.
A percentile lies between two durations that follow each other: it is at most
``30 seconds + 1 %`` away from the exact one (``get_largest_error``).

The counts of all buckets are one number: bucket ``b`` has the ``DIGITS`` decimal digits
from ``10 ** (DIGITS * b)`` on. So counts of days add up as numbers do, in the database
too, and need no row a bucket.
"""

from bisect import bisect_right
from itertools import accumulate
from math import exp, log

from odoo.tools import SQL

MINUTE = 60
FINE_BELOW = 2 * 3600
STEP = 1.02
# More than so many durations do not fit into one bucket: a hundred million less one.
DIGITS = 8
_LAST_MINUTE = FINE_BELOW // MINUTE


def get_bucket(seconds: float) -> int:
    """The number of the bucket that a duration goes into."""
    seconds = max(seconds, 0)
    if seconds < FINE_BELOW:
        return int((seconds + MINUTE // 2) // MINUTE)
    return _LAST_MINUTE + 1 + int(log(seconds / FINE_BELOW) / log(STEP))


def get_middle(bucket: int) -> float:
    """The seconds that a bucket stands for."""
    if bucket <= _LAST_MINUTE:
        return bucket * MINUTE
    return FINE_BELOW * exp((bucket - _LAST_MINUTE - 0.5) * log(STEP))


def get_largest_error(seconds: float) -> float:
    """How far a percentile from buckets may be away from the exact one."""
    return MINUTE / 2 + 0.01 * seconds


def count_sql(seconds: SQL) -> SQL:
    """The counts of all buckets of the rows of a group, as one number.

    :param seconds: a column, whose NULLs do not count
    """
    # An exponent is read at once, and such a number takes a few bytes: the sum costs
    # no more than a sum of small numbers.
    return SQL(
        """sum(CASE WHEN %(seconds)s IS NOT NULL THEN ('1e' || %(digits)s * (
                CASE WHEN %(seconds)s < %(fine)s
                     THEN floor((greatest(%(seconds)s, 0) + %(half)s) / %(minute)s)
                     ELSE %(first)s + floor(ln(%(seconds)s::float / %(fine)s)
                                            / ln(%(step)s::float))
                END)::int)::numeric END)""",
        seconds=seconds,
        digits=DIGITS,
        fine=FINE_BELOW,
        half=MINUTE // 2,
        minute=float(MINUTE),
        first=_LAST_MINUTE + 1,
        step=STEP,
    )


def read_counts(number) -> dict[int, int]:
    """The counts of the buckets that are not empty, from what ``count_sql`` gives.

    :param number: digits as text, or None for no rows at all
    """
    digits = str(number or 0)
    counts = {}
    for bucket in range(-(-len(digits) // DIGITS)):
        end = len(digits) - DIGITS * bucket
        count = int(digits[max(0, end - DIGITS) : end])
        if count:
            counts[bucket] = count
    return counts


def get_percentile(counts: dict[int, int], share: float) -> float | None:
    """The duration that a share of all is below, as ``percentile_cont`` finds it.

    :param counts: number of durations by bucket
    :return: seconds; None when there are none
    """
    buckets = sorted(counts)
    ends = list(accumulate(counts[bucket] for bucket in buckets))
    if not ends:
        return None
    place = share * (ends[-1] - 1)
    below = int(place)
    above = min(below + 1, ends[-1] - 1)
    low, high = (
        get_middle(buckets[bisect_right(ends, number)]) for number in (below, above)
    )
    return low + (high - low) * (place - below)
