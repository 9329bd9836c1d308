"""What becomes of the clocks of two tickets when they are merged into one."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from .ticket_clock_state import CLOSED_KINDS, State, seconds_between

BusinessClock = Callable[[datetime, datetime], int]


def merge(survivor: State, loser: State, business: BusinessClock) -> dict[str, Any]:
    """The columns of ``survivor`` that change when ``loser`` goes into it.

    The survivor keeps the earliest opening and the earliest customer message, the
    oldest running wait, and the earliest first response, measured from the earliest
    customer message. Both states must have been advanced to the present.

    ``business`` gives the working seconds between two moments.
    """
    return {
        **_merge_opening(survivor, loser, business),
        **_merge_messages(survivor, loser),
        **_merge_wait(survivor, loser),
        **_merge_first_response(survivor, loser, business),
    }


def _merge_opening(survivor: State, loser: State, business: BusinessClock) -> dict:
    if loser.opened_at >= survivor.opened_at:
        return {}
    earlier = business(loser.opened_at, survivor.opened_at)
    return {
        "opened_at": loser.opened_at,
        "age_business_seconds": survivor.age_business_seconds + earlier,
        "reply_age_business_seconds": survivor.reply_age_business_seconds + earlier,
        **_merge_reopening(survivor, earlier),
    }


def _merge_reopening(survivor: State, earlier: int) -> dict:
    """A target that began with a reopening does not begin with the other ticket."""
    if not survivor.reopen_count:
        return {}
    used = survivor.reopened_used_business_seconds + earlier
    return {"reopened_used_business_seconds": used}


def _merge_messages(survivor: State, loser: State) -> dict:
    both = (survivor, loser)
    return {
        "first_customer_at": _earliest(s.first_customer_at for s in both),
        "last_customer_message_at": _latest(s.last_customer_message_at for s in both),
        "customer_message_count": sum(s.customer_message_count for s in both),
        "reply_count": sum(s.reply_count for s in both),
        "touch_count": sum(s.touch_count for s in both),
    }


def _merge_wait(survivor: State, loser: State) -> dict:
    running = [s for s in (survivor, loser) if s.waiting_since]
    if not running or survivor.clock_kind in CLOSED_KINDS:
        return {}
    oldest = min(running, key=lambda s: s.waiting_since)
    return {
        "waiting_since": oldest.waiting_since,
        "waiting_business_seconds": oldest.waiting_business_seconds,
    }


def _merge_first_response(
    survivor: State, loser: State, business: BusinessClock
) -> dict:
    answered = [s for s in (survivor, loser) if s.first_response_at]
    if not answered:
        return {}
    first = min(answered, key=lambda s: s.first_response_at)
    at = first.first_response_at
    earliest = _earliest(s.first_customer_at for s in (survivor, loser))
    if earliest == first.first_customer_at:
        return {
            "first_response_at": at,
            "first_response_seconds": first.first_response_seconds,
            "first_response_business_seconds": first.first_response_business_seconds,
        }
    return {
        "first_response_at": at,
        "first_response_seconds": seconds_between(earliest, at),
        "first_response_business_seconds": business(earliest, at),
    }


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((m for m in moments if m), default=None)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((m for m in moments if m), default=None)
