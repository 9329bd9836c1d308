"""The figures of a year, from raw messages and tracking values.

It shares no code with the addon: it knows neither the log nor the columns that follow
from it. Of a ticket it reads what people enter: team, customer and reason.
"""

from bisect import bisect_right
from datetime import datetime, timedelta

from .metric_year import HOLIDAYS

CLOSED = ("solved", "cancelled")
ZONE = timedelta(hours=-3)
WEEK = timedelta(days=7)


class RawCase:
    """One conversation: who spoke when, and the stages it went through."""

    def __init__(self, rows, kinds):
        self.customer, self.reason = rows[0]["partner_id"], rows[0]["reason_id"]
        self.spoken = [row for row in rows if row["is_public"] and not row["stage"]]
        self.stages = [
            (row["date"], kinds[row["stage"]]) for row in rows if row["stage"]
        ]
        self.opened = self.spoken[0]["date"] if self.spoken else None
        self.replies = [row for row in self.spoken if not row["is_customer"]]
        self.solutions = [at for at, kind in self.stages if kind == "solved"]

    def get_kind(self, moment):
        """The kind of stage that it was in at a moment."""
        place = bisect_right([at for at, _kind in self.stages], moment)
        return self.stages[place - 1][1] if place else "new"

    @property
    def is_solved(self):
        return bool(self.stages) and self.stages[-1][1] == "solved"

    @property
    def is_reopened(self):
        return len(self.solutions) > 1 or bool(self.solutions) and not self.is_solved

    def find_waits(self):
        """The waits of the customer that have ended: (since, until, was answered)."""
        happened = [(row["date"], row["is_customer"]) for row in self.spoken]
        happened += [(at, "closed") for at in self.solutions]
        since = None
        for at, what in sorted(happened, key=lambda one: one[0]):
            if what is True:
                since = since or at
            elif since:
                yield since, at, what is False
                since = None

    def find_pauses(self):
        """The times in which we waited for the customer, until the last solution."""
        ends = [at for at, _kind in self.stages[1:]]
        for (at, kind), end in zip(self.stages, ends, strict=False):
            if kind == "waiting":
                yield at, end

    def is_first_contact(self, cases):
        replied = self.replies[-1]["date"]
        again = any(
            other is not self
            and other.customer == self.customer
            and (other.reason or -1) == self.reason
            and self.opened <= other.opened <= self.solutions[-1] + WEEK
            for other in cases
        )
        late = any(until > replied for _since, until, _answered in self.find_waits())
        return len(self.replies) == 1 and not (self.is_reopened or again or late)


def read_cases(env, team):
    """All cases of a team; one that was merged away has no words left."""
    env.cr.execute(
        """SELECT message.res_id AS ticket, message.id, message.date,
                  ticket.partner_id, ticket.reason_id, message.author_id,
                  author.partner_share AS is_customer,
                  message.message_type IN ('comment', 'email')
                    AND message.author_id <> %s
                    AND NOT coalesce(subtype.internal, false) AS is_public,
                  tracking.new_value_integer AS stage
             FROM mail_message message
             JOIN support_ticket ticket ON ticket.id = message.res_id
             LEFT JOIN res_partner author ON author.id = message.author_id
             LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
             LEFT JOIN (mail_tracking_value tracking
                        JOIN ir_model_fields field
                          ON field.id = tracking.field_id AND field.name = 'stage_id')
               ON tracking.mail_message_id = message.id
            WHERE message.model = 'support.ticket' AND ticket.team_id = %s
            ORDER BY message.res_id, message.date, message.id""",
        [env.ref("base.partner_root").id, team.id],
    )
    raw = {}
    for row in env.cr.dictfetchall():
        raw.setdefault(row["ticket"], []).append(row)
    kinds = {stage.id: stage.kind for stage in env["support.stage"].search([])}
    cases = [RawCase(rows, kinds) for rows in raw.values()]
    return [case for case in cases if case.spoken]


def measure(start, end):
    """Seconds and working seconds between two moments."""
    return (end - start).total_seconds(), count_working(start, end)


def count_working(start, end):
    """From 9 to 17 from Monday to Friday, three hours behind UTC, without holidays."""
    start, end = start + ZONE, end + ZONE
    seconds, day = 0, start.replace(hour=0, minute=0, second=0)
    while day < end:
        if day.weekday() < 5 and (day.year, day.month, day.day) not in HOLIDAYS:
            opening, closing = (
                datetime(*day.timetuple()[:3], hour) for hour in (9, 17)
            )
            worked = min(end, closing) - max(start, opening)
            seconds += max(0, worked.total_seconds())
        day += timedelta(days=1)
    return seconds


def get_durations(cases):
    """(seconds, working seconds) of each figure that is a time."""
    found = {
        key: []
        for key in (
            *("first_response", "next_reply"),
            *("first_resolution", "full_resolution", "net_resolution"),
        )
    }
    for case in cases:
        answered = [(a, b) for a, b, is_answered in case.find_waits() if is_answered]
        found["first_response"] += [measure(*wait) for wait in answered[:1]]
        found["next_reply"] += [measure(*wait) for wait in answered[1:]]
        if case.solutions:
            first = measure(case.opened, case.solutions[0])
            found["first_resolution"].append(first)
        if case.is_solved:
            full = measure(case.opened, case.solutions[-1])
            pauses = [measure(*pause) for pause in case.find_pauses()]
            net = tuple(
                whole - sum(parts) for whole, *parts in zip(full, *pauses, strict=True)
            )
            found["full_resolution"].append(full)
            found["net_resolution"].append(net)
    return found


def get_rates(cases):
    """(how many, how many of them yes) of each figure that is a share."""
    solved = [case for case in cases if case.is_solved]
    resolved = [case for case in cases if case.solutions]
    replied = [case for case in solved if case.replies]
    return {
        "resolution_rate": (len(cases), len(solved)),
        "reopen_rate": (len(resolved), sum(case.is_reopened for case in resolved)),
        "first_contact": (
            len(replied),
            sum(case.is_first_contact(cases) for case in replied),
        ),
    }


def get_counts(cases):
    unanswered = (
        sum(not answered for *_span, answered in case.find_waits()) for case in cases
    )
    return {
        "created": len(cases),
        "replies": sum(len(case.replies) for case in cases),
        "unanswered": sum(unanswered),
    }


def count_open(cases, moment):
    """How many cases were open just before a moment."""
    return sum(
        case.opened < moment
        and case.get_kind(moment - timedelta(seconds=1)) not in CLOSED
        for case in cases
    )
