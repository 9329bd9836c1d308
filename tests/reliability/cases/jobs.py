"""C05: the jobs of the addon by four workers at once; each thing happens once."""

from collections import Counter
from collections.abc import Callable

from ..job import Job
from ..rig import Rig
from .base import Case, Result

TICKET = "support.ticket"


class JobAtOnce(Case):
    """A job runs four times at the same moment on the same tickets."""

    job = ""
    # By how many hours the clock goes forward before the job runs.
    hours = 0.0

    def run(self, rig: Rig) -> Result:
        """Make tickets, let time pass and the job run; count by SQL."""
        tickets = self.prepare(rig, rig.scale(400, 8))
        with Job(rig, self.job) as job:
            problems = self.work(rig, job, tickets)
        return Result({"tickets": len(tickets)}, problems + job.failures[:3])

    def work(self, rig: Rig, job: Job, tickets: list[int]) -> list[str]:
        """Let the job run, and return what is not as it should be."""
        with rig.clock_shifted(hours=self.hours):
            job.run_until(lambda: not self.find_problems(rig, tickets))
        return self.find_problems(rig, tickets)

    def prepare(self, rig: Rig, count: int) -> list[int]:
        """Make tickets for which something is due after `hours`."""
        raise NotImplementedError

    def find_problems(self, rig: Rig, tickets: list[int]) -> list[str]:
        """Return in words what has not happened exactly once."""
        raise NotImplementedError


def make_team(rig: Rig, name: str, **values: object) -> int:
    """Return a team that works day and night, without targets of its own."""
    members = rig.ids["agents"]
    targets = ("response", "next_reply", "resolution")
    return rig.rpc(
        "support.team",
        "create",
        {
            "name": name,
            "member_ids": [(6, 0, members)],
            "resource_calendar_id": False,
            **{f"{target}_target_hours": 0 for target in targets},
            **values,
        },
    )


def make_tickets(rig: Rig, team: int, count: int, **values: object) -> list[int]:
    """Return tickets of this team, each of a customer of its own."""
    rows = [
        {
            "name": f"Job {team} {number}",
            "team_id": team,
            "email_from": f"job{team}-{number}@customer.example",
            **values,
        }
        for number in range(count)
    ]
    return rig.rpc(TICKET, "create", rows)


def check_each(
    rig: Rig, what: str, sql: str, tickets: list[int], wanted=1
) -> list[str]:
    """Return how many tickets do not have exactly so many of something.

    :param sql: gives one ticket's id for each thing; ends with ``IN`` or ``ANY(%s)``
    """
    found = Counter(row_id for (row_id,) in rig.store.query(sql, (tickets,)))
    wrong = Counter(found[row_id] for row_id in tickets if found[row_id] != wanted)
    return [f"{n} tickets have {times} {what}" for times, n in wrong.items()]


def check_events(
    rig: Rig, kind: str, tickets: list[int], wanted: int = 1, more: str = "TRUE"
) -> list[str]:
    """Return how many tickets do not have so many events of a kind."""
    sql = (
        f"SELECT ticket_id FROM support_ticket_event WHERE kind = '{kind}'"
        f" AND {more} AND ticket_id = ANY(%s)"
    )
    return check_each(rig, f"{kind} events", sql, tickets, wanted)


class Deadlines(JobAtOnce):
    """C05: warned once, each level once, one result for each target."""

    id, title = "C05", "The deadline job four times at once: told once"
    job = "customer_support.ir_cron_support_sla"
    hours = 5

    def prepare(self, rig: Rig, count: int) -> list[int]:
        """Make tickets under a policy with a warning and two levels."""
        leader, colleague = rig.ids["managers"]
        team = make_team(rig, "Deadlines", leader_id=leader)
        levels = [
            {"minutes": 30, "notify_by": "activity", "raise_priority": True},
            {
                "minutes": 60,
                "notify_leader": False,
                "notify_by": "inbox",
                "notify_user_ids": [(6, 0, [colleague])],
            },
        ]
        rig.rpc(
            "support.sla.policy",
            "create",
            {
                "name": "Two hours",
                "team_ids": [(6, 0, [team])],
                "resolution_hours": 2,
                "escalation_ids": [(0, 0, level) for level in levels],
            },
        )
        agent = rig.ids["agents"][0]
        return make_tickets(rig, team, count, user_id=agent, priority="0")

    def find_problems(self, rig: Rig, tickets: list[int]) -> list[str]:
        """Count alerts, results, notices, to-dos and steps of priority."""
        ids = "ticket_id = ANY(%s)"
        notices = (
            "SELECT res_id FROM mail_message WHERE model = 'support.ticket'"
            " AND message_type = 'user_notification'"
            " AND body LIKE '%%{}%%' AND res_id = ANY(%s)"
        )
        checks = [
            ("alerts", f"SELECT ticket_id FROM support_sla_alert WHERE {ids}", 3),
            ("results", f"SELECT ticket_id FROM support_sla_result WHERE {ids}", 1),
            ("notices", notices.format("Solution"), 3),
            (
                "to-dos",
                "SELECT res_id FROM mail_activity WHERE res_model = 'support.ticket'"
                " AND res_id = ANY(%s)",
                1,
            ),
            (
                "steps of priority",
                "SELECT id FROM support_ticket WHERE priority = '1' AND id = ANY(%s)",
                1,
            ),
        ]
        problems = [
            problem
            for what, sql, wanted in checks
            for problem in check_each(rig, what, sql, tickets, wanted)
        ]
        return problems + check_events(rig, "escalated", tickets, 3)


class Idle(JobAtOnce):
    """C05I: reminded once, and days later closed once."""

    id, title = "C05I", "The job for silent customers four times at once"
    job = "customer_support.ir_cron_support_idle"

    def prepare(self, rig: Rig, count: int) -> list[int]:
        """Make tickets that wait for their customers."""
        team = make_team(rig, "Idle", idle_warning_days=2, idle_close_days=3)
        tickets = make_tickets(rig, team, count)
        rig.client("rig_rita").call(TICKET, "action_wait", tickets)
        return tickets

    def work(self, rig: Rig, job: Job, tickets: list[int]) -> list[str]:
        """Let the reminder become due, and then the end."""
        problems = self._run(rig, job, 3, lambda: self._check_reminded(rig, tickets))
        problems += self._run(rig, job, 7, lambda: self._check_closed(rig, tickets))
        rig.settle()
        mails = Counter(
            recipient
            for mail in rig.sink.deliveries
            for recipient in mail.recipients
            if recipient.startswith("job")
        )
        wanted = [
            email
            for (email,) in rig.store.query(
                "SELECT email_normalized FROM support_ticket WHERE id = ANY(%s)",
                (tickets,),
            )
        ]
        wrong = [email for email in wanted if mails[email] != 1]
        if wrong:
            problems.append(f"{len(wrong)} customers were not reminded once by mail")
        return problems

    def _run(
        self, rig: Rig, job: Job, days: int, find: Callable[[], list[str]]
    ) -> list[str]:
        with rig.clock_shifted(days=days):
            job.run_until(lambda: not find())
        return find()

    def _check_reminded(self, rig: Rig, tickets: list[int]) -> list[str]:
        return check_events(rig, "idle_warning", tickets)

    def _check_closed(self, rig: Rig, tickets: list[int]) -> list[str]:
        more = "payload->>'closed_by' = 'idle'"
        closed = (
            "SELECT id FROM support_ticket WHERE closed_by = 'idle' AND id = ANY(%s)"
        )
        return [
            *check_events(rig, "stage", tickets, more=more),
            *check_each(rig, "idle ends", closed, tickets),
            *self._check_reminded(rig, tickets),
        ]


class HandOver(JobAtOnce):
    """C05H: what an absent agent holds goes to a colleague, once."""

    id, title = "C05H", "The assignment job four times at once hands over once"
    job = "customer_support.ir_cron_support_assignment"

    def prepare(self, rig: Rig, count: int) -> list[int]:
        """Give tickets to an agent, who then is away for a week."""
        away = rig.ids["agents"][0]
        team = make_team(rig, "Hand over", handover_hours=8)
        tickets = make_tickets(rig, team, count, user_id=away)
        rig.rpc("support.team", "write", [team], {"assignment_mode": "turn"})
        self._seat = rig.rpc("support.agent", "search", [("user_id", "=", away)])
        rig.rpc(
            "support.agent",
            "write",
            self._seat,
            {"absent_until": "2090-01-01 00:00:00"},
        )
        return tickets

    def work(self, rig: Rig, job: Job, tickets: list[int]) -> list[str]:
        """Let the job run, and let the agent come back."""
        try:
            return super().work(rig, job, tickets)
        finally:
            rig.rpc("support.agent", "write", self._seat, {"absent_until": False})

    def find_problems(self, rig: Rig, tickets: list[int]) -> list[str]:
        """Count what went back to the queue, and what was given out by the rule."""
        colleague = (
            f"SELECT id FROM support_ticket WHERE user_id = {rig.ids['agents'][1]:d}"
            " AND id = ANY(%s)"
        )
        return [
            *check_events(rig, "released", tickets),
            *check_events(rig, "assign", tickets, more="author_kind = 'rule'"),
            *check_each(rig, "new agents", colleague, tickets),
        ]


class Snooze(JobAtOnce):
    """C05S: a snoozed ticket comes back once, with one to-do."""

    id, title = "C05S", "The snooze job four times at once wakes once"
    job = "customer_support.ir_cron_support_snooze"
    hours = 4

    def prepare(self, rig: Rig, count: int) -> list[int]:
        """Snooze tickets for three hours."""
        agent = rig.client("rig_rita")
        team = make_team(rig, "Snooze")
        tickets = make_tickets(rig, team, count, user_id=rig.ids["agents"][0])
        values = {"ticket_ids": [(6, 0, tickets)], "choice": "later"}
        window = agent.call("support.snooze", "create", [values])
        agent.call("support.snooze", "action_snooze", window)
        return tickets

    def find_problems(self, rig: Rig, tickets: list[int]) -> list[str]:
        """Count what came back, and the to-dos."""
        todos = (
            "SELECT res_id FROM mail_activity WHERE res_model = 'support.ticket'"
            " AND res_id = ANY(%s)"
        )
        return [
            *check_events(rig, "woken", tickets),
            *check_each(rig, "to-dos", todos, tickets),
        ]


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Deadlines(), Idle(), HandOver(), Snooze()]
