"""Days as people name them, and the moments where they begin and end."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")
DAYS_BY_DAY = 31
DAYS_BY_WEEK = 182


@dataclass(frozen=True)
class Period:
    """Whole days of a time zone, both ends included."""

    first: date
    last: date
    zone: str

    @property
    def start(self) -> datetime:
        """Where it begins, in UTC without a zone."""
        return self._to_utc(self.first)

    @property
    def end(self) -> datetime:
        """Where the day after it begins: a day is as long as the clocks make it."""
        return self._to_utc(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def interval(self) -> str:
        """How a curve over it is cut: day, week or month."""
        if self.days <= DAYS_BY_DAY:
            return "day"
        return "week" if self.days <= DAYS_BY_WEEK else "month"

    def _to_utc(self, day: date) -> datetime:
        midnight = datetime.combine(day, time(), ZoneInfo(self.zone))
        return midnight.astimezone(UTC).replace(tzinfo=None)

    def get_previous(self) -> "Period":
        """As many days just before it."""
        first = self.first - timedelta(days=self.days)
        return Period(first, self.first - timedelta(days=1), self.zone)

    def split(self) -> list["Period"]:
        """Its days, weeks (from Monday) or months, the outer ones cut to size."""
        starts, day = [self.first], self.first
        while (day := self._get_next(day)) <= self.last:
            starts.append(day)
        ends = [*starts[1:], self.last + timedelta(days=1)]
        return [
            Period(start, end - timedelta(days=1), self.zone)
            for start, end in zip(starts, ends, strict=True)
        ]

    def split_days(self) -> list["Period"]:
        """Each of its days."""
        days = (self.first + timedelta(days=number) for number in range(self.days))
        return [Period(day, day, self.zone) for day in days]

    def _get_next(self, day: date) -> date:
        if self.interval == "day":
            return day + timedelta(days=1)
        if self.interval == "week":
            return day + timedelta(days=7 - day.weekday())
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def get_bounds(periods: list[Period]) -> list[datetime]:
    """The moments that part periods following each other.

    :raise ValueError: if there is a gap between two of them
    """
    if any(before.end != after.start for before, after in pairwise(periods)):
        raise ValueError("There is a gap between two periods.")
    return [*(period.start for period in periods), periods[-1].end]
