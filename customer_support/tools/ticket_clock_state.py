"""What the clock of a ticket is made of: its events, its waits and its state.

``ticket_clock`` tells what each of them means.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

WAITING = "waiting"
ON_HOLD = "on_hold"
SOLVED = "solved"
CLOSED_KINDS = ("solved", "cancelled")

REPLY_WAIT = "reply"
CUSTOMER_WAIT = "customer"
THIRD_PARTY_WAIT = "third_party"
STAGE_WAITS = {WAITING: CUSTOMER_WAIT, ON_HOLD: THIRD_PARTY_WAIT}


@dataclass(frozen=True)
class Event:
    """One line of the log.

    ``business_seconds``: working seconds since the previous event of the same ticket,
    on the calendar that was in force meanwhile.
    """

    kind: str
    at: datetime
    author_kind: str = "human"
    business_seconds: int = 0
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wait:
    """A wait that has ended; ``outcome`` is answered, unanswered, ended or merged."""

    kind: str
    outcome: str
    started_at: datetime
    ended_at: datetime
    seconds: int
    business_seconds: int
    is_first: bool = False


@dataclass(frozen=True)
class State:
    """What the log says of a ticket so far: each field is a column of the ticket."""

    opened_at: datetime | None = None
    clock_at: datetime | None = None
    clock_kind: str = "new"
    age_business_seconds: int = 0
    stage_since: datetime | None = None
    stage_business_seconds: int = 0
    paused_seconds: int = 0
    paused_business_seconds: int = 0
    hold_seconds: int = 0
    hold_business_seconds: int = 0
    first_customer_at: datetime | None = None
    last_customer_message_at: datetime | None = None
    waiting_since: datetime | None = None
    waiting_business_seconds: int = 0
    first_response_at: datetime | None = None
    first_response_seconds: int = 0
    first_response_business_seconds: int = 0
    last_reply_at: datetime | None = None
    reply_age_business_seconds: int = 0
    reply_paused_seconds: int = 0
    reply_paused_business_seconds: int = 0
    first_resolved_at: datetime | None = None
    first_resolution_seconds: int = 0
    first_resolution_business_seconds: int = 0
    resolved_at: datetime | None = None
    resolution_seconds: int = 0
    resolution_business_seconds: int = 0
    net_resolution_seconds: int = 0
    net_resolution_business_seconds: int = 0
    closed_at: datetime | None = None
    reply_count: int = 0
    touch_count: int = 0
    customer_message_count: int = 0
    reopen_count: int = 0
    reopened_used_business_seconds: int = 0
    assignment_count: int = 0
    transfer_count: int = 0


Waits = list[Wait]
Step = tuple[State, Waits]


def changed_columns(before: State, after: State) -> dict[str, Any]:
    """The columns in which two states differ, with the values of the later one."""
    old, new = vars(before), vars(after)
    return {name: value for name, value in new.items() if value != old[name]}


def seconds_between(start: datetime, end: datetime) -> int:
    """Calendar seconds from ``start`` to ``end``, never negative."""
    return max(0, int((end - start).total_seconds()))
