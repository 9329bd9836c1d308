"""When a target runs and when it ends, from the clock of a ticket, without the ORM.

A ticket has one first response; each wait for a later reply is a target of its own,
and each reopening starts a new resolution target. The *key* names a target within its
ticket, so that its result is recorded once.
"""

from dataclasses import dataclass
from datetime import datetime

from .sla_policy import NEXT_REPLY, RESOLUTION, RESPONSE
from .ticket_clock_state import CLOSED_KINDS, Event, State

DEADLINES = {
    RESPONSE: "response_deadline",
    NEXT_REPLY: "next_reply_deadline",
    RESOLUTION: "resolution_deadline",
}


@dataclass(frozen=True)
class Ended:
    """A target that an event ended.

    ``is_reached`` is False when it ended without being reached: closed without a
    reply, cancelled, merged. ``used`` are the working seconds that count against it.
    """

    kind: str
    key: str
    at: datetime
    used: int
    is_reached: bool


def get_key(kind: str, state: State) -> str:
    """The name of the target of ``kind`` that runs in ``state``."""
    if kind == NEXT_REPLY:
        return f"{kind}/{state.waiting_since}"
    if kind == RESOLUTION:
        return f"{kind}/{state.reopen_count}"
    return kind


def get_used(kind: str, state: State) -> int:
    """Working seconds that count against the target of ``kind``."""
    if kind != RESOLUTION:
        return state.waiting_business_seconds
    return (
        state.age_business_seconds
        - state.paused_business_seconds
        - state.hold_business_seconds
        - state.reopened_used_business_seconds
    )


def get_running(state: State) -> list[str]:
    """The kinds whose target is not decided yet; one that pauses counts as well."""
    if state.closed_at:
        return []
    if not state.waiting_since:
        return [RESOLUTION]
    return [NEXT_REPLY if state.first_response_at else RESPONSE, RESOLUTION]


def find_ended(before: State, event: Event, after: State) -> list[Ended]:
    """The targets that ran before ``event`` and do not any more."""
    return [
        _end(kind, before, event, after)
        for kind in get_running(before)
        if _has_ended(kind, before, after)
    ]


def _has_ended(kind: str, before: State, after: State) -> bool:
    if kind == RESOLUTION:
        return after.clock_kind in CLOSED_KINDS
    if kind == RESPONSE and after.first_response_at:
        return True
    return not after.waiting_since


def _end(kind: str, before: State, event: Event, after: State) -> Ended:
    key = get_key(kind, before)
    waited = before.waiting_business_seconds + event.business_seconds
    if kind == RESPONSE and after.first_response_at:
        used = after.first_response_business_seconds
        return Ended(kind, key, after.first_response_at, used, True)
    if kind == RESOLUTION:
        at = after.resolved_at
        return Ended(kind, key, at or event.at, _get_solved_used(after), bool(at))
    return Ended(kind, key, event.at, waited, event.kind == "reply")


def _get_solved_used(after: State) -> int:
    """What a solution took; one confirmed silently ends at the last reply."""
    if after.resolved_at and after.resolved_at != after.closed_at:
        used = after.reply_age_business_seconds - after.reply_paused_business_seconds
    else:
        used = after.age_business_seconds - after.paused_business_seconds
    past = after.hold_business_seconds + after.reopened_used_business_seconds
    return max(0, used - past)
