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
from dataclasses import replace
from datetime import datetime
from typing import Any

from .ticket_clock_state import (
    CLOSED_KINDS,
    ON_HOLD,
    REPLY_WAIT,
    SOLVED,
    STAGE_WAITS,
    WAITING,
    Event,
    State,
    Step,
    Wait,
    changed_columns,
    seconds_between,
)

__all__ = (
    "Event",
    "State",
    "Wait",
    "apply",
    "changed_columns",
    "replay",
    "seconds_between",
)


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
            reopened_used_business_seconds=(
                state.age_business_seconds
                - state.paused_business_seconds
                - state.hold_business_seconds
            ),
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
    """Take over the columns that the event brings.

    ``merge`` found them when another ticket went into this one, ``ticket_clock_undo``
    when that was undone or a message went into a ticket of its own.
    """
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
    "unmerged": _absorbed,
    "gave_back": _absorbed,
    "split": _absorbed,
}
