"""Working time as stretches on a line, without the ORM.

Asking a calendar for each ticket takes milliseconds each time. What is known here is
asked for once, for all tickets whose times lie near each other, and found by bisection.
Moments are UTC and naive; they count in whole seconds.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

Stretch = tuple[int, int]
Find = Callable[[int, int], Iterable[Stretch]]

EPOCH = datetime(1970, 1, 1)
# A promise of some hours ends within them; a longer one asks for more.
STEP = 14 * 86400
# A moment that lies further away is none: the calendar has no hours.
HORIZON = 100 * STEP


def to_seconds(moment: datetime) -> int:
    """Return the seconds since the epoch."""
    return round((moment - EPOCH).total_seconds())


def to_moment(seconds: int) -> datetime:
    """Return the moment, the inverse of ``to_seconds``."""
    return EPOCH + timedelta(seconds=seconds)


def cut(stretches: Iterable[Stretch], low: int, high: int) -> list[Stretch]:
    """Return what of these stretches lies between two moments."""
    return [
        (max(start, low), min(end, high))
        for start, end in stretches
        if start < high and end > low
    ]


class WorkingTime:
    """The working time of one calendar or team, as far as it was asked for.

    :param find: gives the stretches between two moments (seconds since the epoch) in
        their order, none beyond
    """

    def __init__(self, find: Find) -> None:
        self._find = find
        self._low = self._high = 0
        self._starts: list[int] = []
        self._ends: list[int] = []
        # Worked before each stretch, and up to its end, since the first of all.
        self._before: list[int] = []
        self._until: list[int] = []

    def seconds_between(self, start: datetime, end: datetime) -> int:
        """Return the working seconds between two moments; 0 if they go backwards."""
        low, high = to_seconds(start), to_seconds(end)
        if low >= high:
            return 0
        self._reach(low, high)
        return self._worked(high) - self._worked(low)

    def plan(self, start: datetime, seconds: int) -> datetime | None:
        """Return the moment so many working seconds after ``start``.

        It lies before it when they are less than 0; none is the first moment of work.

        :return: None when there is no such moment within years
        """
        begin = to_seconds(start)
        self._reach(begin, begin)
        find = self._find_ahead if seconds >= 0 else self._find_back
        while (found := find(begin, seconds)) is None:
            if seconds >= 0 and self._high < begin + HORIZON:
                self._reach(begin, self._high + STEP)
            elif seconds < 0 and self._low > begin - HORIZON:
                self._reach(self._low - STEP, begin)
            else:
                return None
        return to_moment(found)

    def stretches_between(self, low: int, high: int) -> list[Stretch]:
        """Return the stretches between two moments (seconds since the epoch)."""
        if low >= high:
            return []
        self._reach(low, high)
        first = bisect_right(self._ends, low)
        last = bisect_left(self._starts, high)
        pairs = zip(self._starts[first:last], self._ends[first:last], strict=True)
        return cut(pairs, low, high)

    # --- finding --------------------------------------------------------------------

    def _find_ahead(self, begin: int, seconds: int) -> int | None:
        if seconds:
            target = self._worked(begin) + seconds
            index = bisect_left(self._until, target)
            if index == len(self._until):
                return None
            return self._starts[index] + target - self._before[index]
        index = bisect_right(self._ends, begin)
        return max(begin, self._starts[index]) if index < len(self._ends) else None

    def _find_back(self, begin: int, seconds: int) -> int | None:
        target = self._worked(begin) + seconds
        index = bisect_right(self._before, target) - 1
        if index < 0:
            return None
        return self._starts[index] + target - self._before[index]

    def _worked(self, moment: int) -> int:
        """Return what was worked before ``moment`` since the first stretch known."""
        index = bisect_right(self._starts, moment) - 1
        if index < 0:
            return 0
        worked = min(moment, self._ends[index]) - self._starts[index]
        return self._before[index] + worked

    # --- reaching further -------------------------------------------------------------

    def _reach(self, low: int, high: int) -> None:
        """Know the stretches between two moments; each step doubles what is known.

        What is asked for first begins and ends at a multiple of ``STEP``: whoever asks
        in the same days asks for the same.
        """
        if self._low == self._high:
            self._low = low - low % STEP
            self._high = max(high, low + STEP)
            self._high += -self._high % STEP
            self._know(self._find(self._low, self._high))
        step = max(STEP, self._high - self._low)
        if high > self._high:
            further = max(high, self._high + step)
            self._know([*self._known(), *self._find(self._high, further)])
            self._high = further
        if low < self._low:
            earlier = min(low, self._low - step)
            self._know([*self._find(earlier, self._low), *self._known()])
            self._low = earlier

    def _known(self) -> Iterable[Stretch]:
        return zip(self._starts, self._ends, strict=True)

    def _know(self, stretches: Iterable[Stretch]) -> None:
        starts, ends = [], []
        for start, end in stretches:
            if ends and start <= ends[-1]:
                ends[-1] = max(end, ends[-1])
            elif start < end:
                starts.append(start)
                ends.append(end)
        before, until, total = [], [], 0
        for start, end in zip(starts, ends, strict=True):
            before.append(total)
            total += end - start
            until.append(total)
        self._starts, self._ends = starts, ends
        self._before, self._until = before, until
