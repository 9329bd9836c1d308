"""Taking one event of a ticket's log back, without the ORM.

The log is never changed: what follows from here is written as one more event that
carries the columns which have to change.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from . import ticket_clock
from .ticket_clock import Event, State

# What going into another ticket changes on the one that goes.
MERGED_COLUMNS = (
    *("clock_kind", "stage_since", "stage_business_seconds"),
    *("paused_seconds", "paused_business_seconds"),
    *("hold_seconds", "hold_business_seconds"),
    *("waiting_since", "waiting_business_seconds"),
    *("resolved_at", "resolution_seconds", "resolution_business_seconds"),
    *("net_resolution_seconds", "net_resolution_business_seconds", "closed_at"),
)


def replay_without(events: Sequence[Event], index: int) -> State:
    """The state that a log would amount to, had one of its events never happened.

    The time up to that event is not lost: the next one gets it. ``events`` reach up
    to the present, so the event at ``index`` is not the last one.
    """
    left, following = events[index], events[index + 1]
    seconds = left.business_seconds + following.business_seconds
    state, _waits = ticket_clock.replay(
        [
            *events[:index],
            replace(following, business_seconds=seconds),
            *events[index + 2 :],
        ]
    )
    return state


def restore_loser(
    before: State, present: State, now: datetime, business_seconds: int
) -> dict[str, Any]:
    """The columns of a merged ticket that change when it stands for itself again.

    The customer has waited all along. A wait of ours has ended with the merge, and
    begins anew: no wait is counted twice.

    :param before: its state just before the merge
    :param present: its state now, merged
    :param business_seconds: working seconds between ``before.clock_at`` and ``now``
    """
    event = Event("clock", now, business_seconds=business_seconds)
    state, _waits = ticket_clock.apply(before, event)
    if state.clock_kind in ticket_clock.STAGE_WAITS:
        state = replace(state, stage_since=now, stage_business_seconds=0)
    changed = ticket_clock.changed_columns(present, state)
    return {name: changed[name] for name in MERGED_COLUMNS if name in changed}


def forget_message(
    events: Sequence[Event], index: int, present: State
) -> dict[str, Any]:
    """The columns that change when a customer's message went into another ticket.

    What was answered or solved meanwhile stays as it was.
    """
    state = replay_without(events, index)
    changed = ticket_clock.changed_columns(present, state)
    names = ["customer_message_count", "last_customer_message_at"]
    if not any(map(_ends_reply_wait, events[index:])):
        names += ["waiting_since", "waiting_business_seconds"]
    return {name: changed[name] for name in names if name in changed}


def _ends_reply_wait(event: Event) -> bool:
    """Whether a wait of the customer that ran until then has been counted."""
    if event.kind == "stage":
        return event.payload["stage_kind"] in ticket_clock.CLOSED_KINDS
    return event.kind in ("reply", "merged")
