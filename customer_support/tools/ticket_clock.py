"""The clock of a ticket: a fold over its event log, without the ORM.

``apply`` takes the state of a ticket and its next event and gives the state after it.
Used one event at a time it keeps the columns of the ticket; used from the first event
on it rebuilds them (``replay``). Both being the same function is what makes the
figures of a ticket provable.

Definitions (all durations in seconds, calendar and business):

* a *reply wait* runs from the oldest unanswered customer message to the next public
  reply by a person; several customer messages in a row are one wait;
* *first response* is the first reply wait that a person ended; bots, rules, notes and
  stage mails never end one;
* *full resolution* runs from the opening to the latest solution, *first resolution* to
  the first one, *net* is full less the time spent waiting for the customer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
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


def replay(events: Iterable[Event]) -> Step:
    """The state and all ended waits that a whole log amounts to."""
    state, waits = State(), []
    for event in events:
        state, ended = apply(state, event)
        waits += ended
    return state, waits


def apply(state: State, event: Event) -> Step:
    """The state after ``event`` and the waits that it ended."""
    state = _advance(state, event)
    step = _STEPS.get(event.kind)
    return step(state, event) if step else (state, [])


def _advance(state: State, event: Event) -> State:
    """Let time pass up to ``event``: every clock that runs gets its share."""
    if state.clock_at is None:
        return replace(
            state,
            opened_at=event.at,
            clock_at=event.at,
            stage_since=event.at,
        )
    calendar = seconds_between(state.clock_at, event.at)
    business = event.business_seconds
    changes: dict[str, Any] = {
        "clock_at": event.at,
        "age_business_seconds": state.age_business_seconds + business,
        "stage_business_seconds": state.stage_business_seconds + business,
    }
    if state.waiting_since:
        changes["waiting_business_seconds"] = state.waiting_business_seconds + business
    if state.clock_kind == WAITING:
        changes["paused_seconds"] = state.paused_seconds + calendar
        changes["paused_business_seconds"] = state.paused_business_seconds + business
    elif state.clock_kind == ON_HOLD:
        changes["hold_seconds"] = state.hold_seconds + calendar
        changes["hold_business_seconds"] = state.hold_business_seconds + business
    return replace(state, **changes)


# --- one function for each kind of event -------------------------------------------


def _created(state: State, event: Event) -> Step:
    state = replace(state, clock_kind=event.payload.get("stage_kind", "new"))
    if event.author_kind == "customer":
        state = _start_waiting(state, event.at)
    if state.clock_kind in CLOSED_KINDS:
        return _close(state, event)
    return state, []


def _start_waiting(state: State, at: datetime) -> State:
    return replace(
        state,
        first_customer_at=state.first_customer_at or at,
        waiting_since=state.waiting_since or at,
    )


def _customer_message(state: State, event: Event) -> Step:
    state = replace(
        state,
        customer_message_count=state.customer_message_count + 1,
        first_customer_at=state.first_customer_at or event.at,
        last_customer_message_at=event.at,
    )
    if event.payload.get("needs_answer", True):
        state = _start_waiting(state, event.at)
    return state, []


def _reply(state: State, event: Event) -> Step:
    state = replace(
        state,
        reply_count=state.reply_count + 1,
        touch_count=state.touch_count + 1,
        last_reply_at=event.at,
        reply_age_business_seconds=state.age_business_seconds,
        reply_paused_seconds=state.paused_seconds,
        reply_paused_business_seconds=state.paused_business_seconds,
    )
    if not state.waiting_since:
        return state, []
    is_first = state.first_response_at is None
    state, waits = _end_reply_wait(state, event.at, "answered", is_first)
    if is_first:
        state = replace(
            state,
            first_response_at=event.at,
            first_response_seconds=waits[0].seconds,
            first_response_business_seconds=waits[0].business_seconds,
        )
    return state, waits


def _end_reply_wait(
    state: State, at: datetime, outcome: str, is_first: bool = False
) -> Step:
    if not state.waiting_since:
        return state, []
    wait = Wait(
        kind=REPLY_WAIT,
        outcome=outcome,
        started_at=state.waiting_since,
        ended_at=at,
        seconds=seconds_between(state.waiting_since, at),
        business_seconds=state.waiting_business_seconds,
        is_first=is_first,
    )
    return replace(state, waiting_since=None, waiting_business_seconds=0), [wait]


def _note(state: State, event: Event) -> Step:
    if event.author_kind == "human":
        state = replace(state, touch_count=state.touch_count + 1)
    return state, []


def _stage(state: State, event: Event) -> Step:
    kind = event.payload["stage_kind"]
    if kind == state.clock_kind:
        return state, []
    was_closed = state.clock_kind in CLOSED_KINDS
    state, waits = _leave_stage(state, event.at, kind)
    if kind in CLOSED_KINDS:
        state, ended = _close(_clear_resolution(state), event)
        waits += ended
    elif was_closed:
        state = replace(
            _clear_resolution(state),
            closed_at=None,
            reopen_count=state.reopen_count + 1,
        )
    return state, waits


def _leave_stage(state: State, at: datetime, kind: str) -> Step:
    waits = []
    if state.clock_kind in STAGE_WAITS:
        waits.append(
            Wait(
                kind=STAGE_WAITS[state.clock_kind],
                outcome="ended",
                started_at=state.stage_since,
                ended_at=at,
                seconds=seconds_between(state.stage_since, at),
                business_seconds=state.stage_business_seconds,
            )
        )
    state = replace(state, clock_kind=kind, stage_since=at, stage_business_seconds=0)
    return state, waits


def _clear_resolution(state: State) -> State:
    return replace(
        state,
        resolved_at=None,
        resolution_seconds=0,
        resolution_business_seconds=0,
        net_resolution_seconds=0,
        net_resolution_business_seconds=0,
    )


def _close(state: State, event: Event) -> Step:
    state, waits = _end_reply_wait(state, event.at, "unanswered")
    state = replace(state, closed_at=event.at)
    if state.clock_kind == SOLVED:
        state = _resolve(state, event)
    return state, waits


def _resolve(state: State, event: Event) -> State:
    """Fix the resolution; a silent confirmation counts from the last reply."""
    at = event.at
    business, paused = state.age_business_seconds, state.paused_seconds
    paused_business = state.paused_business_seconds
    if event.payload.get("confirms_reply") and state.last_reply_at:
        at = state.last_reply_at
        business, paused = state.reply_age_business_seconds, state.reply_paused_seconds
        paused_business = state.reply_paused_business_seconds
    seconds = seconds_between(state.opened_at, at)
    state = replace(
        state,
        resolved_at=at,
        resolution_seconds=seconds,
        resolution_business_seconds=business,
        net_resolution_seconds=seconds - paused,
        net_resolution_business_seconds=business - paused_business,
    )
    if state.first_resolved_at:
        return state
    return replace(
        state,
        first_resolved_at=at,
        first_resolution_seconds=seconds,
        first_resolution_business_seconds=business,
    )


def _assign(state: State, event: Event) -> Step:
    return replace(state, assignment_count=state.assignment_count + 1), []


def _team(state: State, event: Event) -> Step:
    return replace(state, transfer_count=state.transfer_count + 1), []


def _merged(state: State, event: Event) -> Step:
    """This ticket went into another one: it closes without being resolved."""
    state, waits = _leave_stage(state, event.at, "cancelled")
    state, ended = _end_reply_wait(_clear_resolution(state), event.at, "merged")
    return replace(state, closed_at=state.closed_at or event.at), waits + ended


def _absorbed(state: State, event: Event) -> Step:
    """Another ticket went into this one: take over what ``merge`` found."""
    return replace(state, **event.payload["columns"]), []


_STEPS: dict[str, Callable[[State, Event], Step]] = {
    "created": _created,
    "customer_message": _customer_message,
    "reply": _reply,
    "note": _note,
    "stage": _stage,
    "assign": _assign,
    "team": _team,
    "merged": _merged,
    "absorbed": _absorbed,
}


# --- merging --------------------------------------------------------------------------

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
    }


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
