"""F14: daylight saving begins or ends over a deadline, and the clock goes back."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from .. import corpus
from ..mail import Mail
from ..rig import Rig
from .answers import answering
from .base import Case, Result
from .jobs import TICKET, make_team, make_tickets

ZONE = "Europe/Berlin"
TARGET = timedelta(hours=8)
SPRING, AUTUMN = datetime(2027, 3, 28), datetime(2027, 10, 31)  # Sundays
# Hours (UTC) before that Sunday's midnight at which a ticket is opened, the hours of
# the team, and how long eight working hours take from there on, counted by hand.
OFFICE, WEEKEND, ALWAYS = "office", "weekend", "always"
DEADLINES = (
    # Friday 16:00: one hour on Friday and seven on Monday, which comes an hour sooner.
    (SPRING, 33, OFFICE, timedelta(hours=71)),
    (AUTUMN, 34, OFFICE, timedelta(hours=73)),
    # Saturday 22:00: through the night in which an hour is missing, or comes twice.
    (SPRING, 3, WEEKEND, TARGET),
    (AUTUMN, 4, WEEKEND, TARGET),
    (SPRING, 3, ALWAYS, TARGET),
    (AUTUMN, 4, ALWAYS, TARGET),
)
MARGIN = timedelta(minutes=2)


class WrongClock(Case):
    """F14: deadlines in real working hours, and no duration below zero."""

    id, title = "F14", "Daylight saving over a deadline, and a clock that goes back"

    def run(self, rig: Rig) -> Result:
        """Open tickets before each change; then let the clock go to and fro."""
        self.agent = rig.client("rig_rita")
        teams = {hours: _make_team(rig, hours) for hours in (OFFICE, WEEKEND, ALWAYS)}
        problems: list[str] = []
        for change, before, hours, wanted in DEADLINES:
            opened = change - timedelta(hours=before)
            name = f"{change:%B}, {hours}"
            found = self._check_deadline(rig, teams[hours], opened, wanted)
            problems += [f"{name}: {problem}" for problem in found]
        mails = self._go_back(rig, teams[OFFICE])
        problems += _find_below_zero(rig)
        figures = {"deadlines": len(DEADLINES)}
        return Result.of(rig.balance(mails), problems, **figures)

    def _check_deadline(
        self, rig: Rig, team: int, opened: datetime, wanted: timedelta
    ) -> list[str]:
        """Open two tickets; solve one in time and one late."""
        with _clock_at(rig, opened):
            tickets = make_tickets(rig, team, 2)
        rows = rig.store.query(
            "SELECT resolution_deadline - opened_at FROM support_ticket"
            " WHERE id = ANY(%s)",
            (tickets,),
        )
        problems = [
            f"due after {left}, not {wanted}" for (left,) in rows if left != wanted
        ]
        moments = (opened + wanted - MARGIN, opened + wanted + MARGIN)
        for ticket, moment in zip(tickets, moments, strict=True):
            with _clock_at(rig, moment):
                self.agent.call(TICKET, "action_close", [ticket])
        results = rig.store.query(
            "SELECT outcome, business_seconds, resolution_business_seconds"
            "  FROM support_sla_result AS result"
            "  JOIN support_ticket AS ticket ON ticket.id = ticket_id"
            " WHERE ticket_id = ANY(%s) AND result.kind = 'resolution'"
            " ORDER BY ticket_id",
            (tickets,),
        )
        outcomes = [outcome for outcome, *_seconds in results]
        if outcomes != ["met", "missed"]:
            problems.append(f"in time and late are {outcomes}")
        hours = [round(seconds / 360) / 10 for *_row, seconds in results]
        if hours != [8.0, 8.0]:
            problems.append(f"working hours until the end: {hours}")
        return problems

    def _go_back(self, rig: Rig, team: int) -> list[Mail]:
        """Work on tickets and take mail in while the clock jumps."""
        mails = corpus.ordinary(4 * rig.scale(5, 1))
        email = rig.rpc("support.channel", "search", [("kind", "=", "email")])[0]
        values = {"email_from": "back@customer.example", "channel_id": email}
        tickets = make_tickets(rig, team, 2, **values)
        steps = ["action_wait", "action_close", "action_reopen", "action_close"]
        for number, step in enumerate(steps * rig.scale(5, 1)):
            with rig.clock_shifted(hours=-1 if number % 2 == 0 else 1):
                answering(self.agent, tickets[0], f"F14 answer {number}")()
                self.agent.call(TICKET, step, tickets)
                rig.mailbox.put(mails[number].raw)
                rig.settle()
        rig.settle()
        return mails


@contextlib.contextmanager
def _clock_at(rig: Rig, moment: datetime) -> Iterator[None]:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    with rig.clock_shifted(seconds=(moment - now).total_seconds()):
        yield


def _make_team(rig: Rig, hours: str) -> int:
    days = {OFFICE: (range(5), 9, 17), WEEKEND: (range(5, 7), 0, 24)}
    calendar = False
    if hours in days:
        weekdays, start, end = days[hours]
        attendances = [
            {
                "name": str(day),
                "dayofweek": str(day),
                "hour_from": start,
                "hour_to": end,
                "day_period": "morning",
            }
            for day in weekdays
        ]
        commands = [(0, 0, attendance) for attendance in attendances]
        values = {"name": hours, "tz": ZONE, "attendance_ids": [(5, 0, 0), *commands]}
        calendar = rig.rpc("resource.calendar", "create", [values])[0]
    return make_team(
        rig,
        f"Clock {hours}",
        resource_calendar_id=calendar,
        resolution_target_hours=TARGET.total_seconds() / 3600,
    )


def _find_below_zero(rig: Rig) -> list[str]:
    """Return the durations below zero, and moments in the wrong order."""
    columns = rig.store.query(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_name LIKE 'support\\_%' AND column_name LIKE '%seconds'"
        "   AND data_type IN ('integer', 'double precision', 'numeric')"
    )
    problems = []
    for table, column in columns:
        found = rig.store.count(f'SELECT count(*) FROM "{table}" WHERE "{column}" < 0')
        if found:
            problems.append(f"{found} times {table}.{column} is below zero")
    if not columns:
        problems.append("no durations were found")
    backwards = rig.store.count(
        "SELECT count(*) FROM (SELECT at, lag(at) OVER ("
        "   PARTITION BY ticket_id ORDER BY id) AS earlier"
        "   FROM support_ticket_event) AS events WHERE at < earlier"
    )
    early = rig.store.count(
        "SELECT count(*) FROM support_ticket"
        " WHERE LEAST(first_response_at, resolved_at, closed_at, last_reply_at,"
        "   response_deadline, resolution_deadline) < opened_at"
    )
    if backwards or early:
        problems.append(
            f"{backwards} events go back, {early} moments before the opening"
        )
    return problems


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [WrongClock()]
