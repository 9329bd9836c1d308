"""A period as few years, months and days as it takes."""

from datetime import date, timedelta

from .metric_period import Period

_ONE_DAY = timedelta(days=1)


def cover(
    period: Period, first_day: date | None, last_day: date | None
) -> list[tuple[str, date, date]]:
    """The spans of a roll-up that a period consists of.

    :param first_day: before it there is nothing, so that its year counts as a whole
    :param last_day: as much for what is after it
    :return: (grain, first day, day after the last one)
    """
    if not first_day or period.last < first_day or period.first > last_day:
        return []
    first, end = period.first, period.last + _ONE_DAY
    if first <= first_day:
        first = _floor("year", first_day)
    if period.last >= last_day:
        end = _ceil("year", last_day + _ONE_DAY)
    return _cover(first, end, ("year", "month", "day"))


def _cover(first: date, end: date, grains: tuple[str, ...]) -> list:
    if first >= end:
        return []
    grain, *finer = grains
    if not finer:
        return [(grain, first, end)]
    start, stop = _ceil(grain, first), _floor(grain, end)
    if start >= stop:
        return _cover(first, end, tuple(finer))
    return [
        *_cover(first, start, tuple(finer)),
        (grain, start, stop),
        *_cover(stop, end, tuple(finer)),
    ]


def _floor(grain: str, day: date) -> date:
    return day.replace(month=1, day=1) if grain == "year" else day.replace(day=1)


def _ceil(grain: str, day: date) -> date:
    start = _floor(grain, day)
    if start == day:
        return day
    if grain == "year":
        return start.replace(year=start.year + 1)
    return (start + timedelta(days=32)).replace(day=1)
