"""L07: tens of thousands of questions to customers: a pace is kept, workers die."""

from collections import Counter

from ..job import Job
from ..killer import QUESTION_ASKED, QUESTION_PLANNED
from ..rig import Rig
from .base import Case, Result
from .jobs import TICKET, check_each, make_team, make_tickets

PLAN = "customer_support_metrics.ir_cron_support_survey_plan"
ASK = "customer_support_metrics.ir_cron_support_survey_ask"
PACE = "customer_support_metrics.questions_per_hour"
DOMAIN = "@asked.example"
# One customer in so many has a second ticket, and is left in peace about it.
TWICE = 10
PATIENCE = 3600
# Of a ticket that a person solved; number after number, each of the next customer.
COPIES = """
    INSERT INTO support_ticket
    SELECT copy.*
      FROM support_ticket AS first, generate_series(1, %(copies)s) AS copies (i),
           LATERAL (SELECT i %% %(customers)s || %(domain)s AS address) AS customer,
           LATERAL jsonb_populate_record(first, jsonb_build_object(
               'id', nextval('support_ticket_id_seq'), 'number', 'L07-' || i,
               'email_from', address, 'email_normalized', address)) AS copy
     WHERE first.id = %(first)s"""
MOST_IN_AN_HOUR = """
    SELECT max(asked) FROM (
        SELECT count(*) OVER (ORDER BY sent_at RANGE
               BETWEEN interval '3599 seconds' PRECEDING AND CURRENT ROW) AS asked
          FROM support_survey_invitation WHERE ticket_id = ANY(%s)) AS hours"""


class Questions(Case):
    """L07: the job that plans dies once, the one that asks dies in each hour."""

    id, title = "L07", "Questions to many customers while workers die: each asked once"

    def run(self, rig: Rig) -> Result:
        """Let the questions be planned, and asked hour by hour; count by SQL."""
        customers, pace = rig.scale(50_000, 200), rig.scale(5_000, 80)
        kills = rig.killer.kills
        tickets = self._solve(rig, customers, pace)
        problems = self._plan(rig, tickets)
        with Job(rig, ASK) as job:
            for so_far in range(0, customers, pace):
                with rig.clock_shifted(hours=so_far // pace):
                    wanted = min(so_far + pace, customers)
                    problems += self._ask(rig, job, tickets, wanted)
                rig.settle()
            problems += job.failures[:3]
        figures = {
            "tickets": len(tickets),
            "customers": customers,
            "pace": pace,
            "most_in_an_hour": rig.store.count(MOST_IN_AN_HOUR, tickets),
            "kills": rig.killer.kills - kills,
        }
        if figures["most_in_an_hour"] > pace:
            problems.append("more were asked in an hour than the pace allows")
        return Result(figures, problems + _check_once(rig, tickets, customers))

    def _solve(self, rig: Rig, customers: int, pace: int) -> list[int]:
        """Let a rule ask about all tickets of a team, and solve them."""
        rig.rpc("ir.config_parameter", "set_param", PACE, str(pace))
        team = make_team(rig, "Questions")
        values = {"name": "L07", "delay_hours": 0, "team_ids": [(6, 0, [team])]}
        rig.rpc("support.survey.rule", "create", [values])
        [first] = make_tickets(rig, team, 1, email_from=f"0{DOMAIN}")
        rig.client("rig_rita").call(TICKET, "action_close", [first])
        copies = customers + customers // TWICE - 1
        names = {"copies": copies, "customers": customers, "domain": DOMAIN}
        rig.store.query(COPIES, names | {"first": first})
        sql = "SELECT id FROM support_ticket WHERE team_id = %s"
        return [row_id for (row_id,) in rig.store.query(sql, (team,))]

    def _plan(self, rig: Rig, tickets: list[int]) -> list[str]:
        """Let the job die at a portion, and its successors do the rest."""
        with Job(rig, PLAN) as job:
            died = job.run_until_death(QUESTION_PLANNED, rig.scale(37, 1))

            def is_planned() -> bool:
                job.run_scheduled(1)
                return _count(rig, tickets, "queued") == len(tickets)

            rig.wait(is_planned, PATIENCE)
        return [] if died else ["nobody died while planning"]

    def _ask(self, rig: Rig, job: Job, tickets: list[int], wanted: int) -> list[str]:
        """Let the job die among the customers of this hour, and four of it go on."""
        died = job.run_until_death(QUESTION_ASKED, rig.scale(437, 33))
        job.run_until(lambda: _count(rig, tickets, "sent") >= wanted, PATIENCE)
        # Once more: now they have to hold back.
        job.run_until(lambda: True)
        return [] if died else ["nobody died while asking"]


def _count(rig: Rig, tickets: list[int], state: str) -> int:
    return rig.store.count(
        "SELECT count(*) FROM support_survey_invitation"
        " WHERE ticket_id = ANY(%s) AND state = %s",
        tickets,
        state,
    )


def _check_once(rig: Rig, tickets: list[int], customers: int) -> list[str]:
    """Return what was lost or doubled: among the questions, and among the mails."""
    sql = "SELECT ticket_id FROM support_survey_invitation WHERE ticket_id = ANY(%s)"
    problems = check_each(rig, "questions", sql, tickets)
    asked = rig.store.query(
        "SELECT count(*), count(DISTINCT email) FROM support_survey_invitation"
        " WHERE ticket_id = ANY(%s) AND state = 'sent'",
        (tickets,),
    )
    if asked != [(customers, customers)]:
        problems.append(f"{asked} questions and addresses instead of {customers}")
    mails = Counter(
        recipient
        for mail in rig.sink.deliveries
        for recipient in mail.recipients
        if recipient.endswith(DOMAIN)
    )
    wrong = Counter(mails[f"{number}{DOMAIN}"] for number in range(customers))
    del wrong[1]
    return problems + [f"{n} customers got {times} mails" for times, n in wrong.items()]


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [Questions()]
