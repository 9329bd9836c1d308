"""Moments as providers write them, in UTC without zone."""

from datetime import datetime, timezone


def read_seconds(value) -> datetime:
    """The moment of so many seconds since 1970, a number or a text."""
    return datetime.fromtimestamp(int(value), timezone.utc).replace(tzinfo=None)


def read_milliseconds(value) -> datetime:
    """The moment of so many milliseconds since 1970, a number or a text."""
    moment = datetime.fromtimestamp(int(value) / 1000, timezone.utc)
    return moment.replace(tzinfo=None)
