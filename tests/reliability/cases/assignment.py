"""C12: many tickets come at once, and each agent gets the same share."""

from collections.abc import Callable

from ..at_once import at_once
from ..clients import Client
from ..prepare_store import find_id
from ..rig import Rig
from .base import Case, Result

AGENTS = 5
JOB = "customer_support.ir_cron_support_assignment"
PATIENCE = 120


class InTurn(Case):
    """C12: fifty clients create a ticket each at the same moment; ten if quick."""

    id, title = "C12", "Many tickets at once are spread evenly over five agents"

    def run(self, rig: Rig) -> Result:
        """Create at once, let the job run several times at once; count by SQL."""
        count = rig.scale(50, 10)
        figures, problems = {"tickets": 0, "at_once": 0, "by_job": 0}, []
        for mode in ("turn", "load") * rig.scale(4, 1):
            team, agents = _make_team(rig, mode, figures["tickets"])
            answers = at_once(_creations(rig.client("rig_rita"), team, count))
            problems += [repr(one) for one in answers if isinstance(one, Exception)][:3]
            given = _count_given(rig, team)
            _run_job(rig, team, count)
            figures["tickets"] += len(answers)
            figures["at_once"] += given
            figures["by_job"] += _count_given(rig, team) - given
            problems += _check_shares(rig, team, agents, mode, count)
        return Result(figures, problems)


def _make_team(rig: Rig, mode: str, number: int) -> tuple[int, list[int]]:
    group = find_id(rig.rpc, "customer_support.group_support_agent")
    values = [
        {
            "name": f"Agent {number}-{n}",
            "login": f"rig_turn_{number}_{n}",
            "group_ids": [(6, 0, [group])],
        }
        for n in range(AGENTS)
    ]
    agents = rig.rpc("res.users", "create", values)
    team = rig.rpc(
        "support.team",
        "create",
        {
            "name": f"Turns {number}",
            "member_ids": [(6, 0, agents)],
            "resource_calendar_id": False,
            "assignment_mode": mode,
        },
    )
    return team, agents


def _creations(client: Client, team: int, count: int) -> list[Callable[[], object]]:
    values = {"name": "Turn mark", "team_id": team}
    twins = [client.twin() for _ in range(count)]
    return [
        lambda twin=twin: twin.call("support.ticket", "create", [values])
        for twin in twins
    ]


def _run_job(rig: Rig, team: int, count: int) -> None:
    """Let the job run, three times at once, until no ticket waits."""
    job = find_id(rig.rpc, JOB)

    def run() -> object:
        return rig.server.rpc()("ir.cron", "method_direct_trigger", [job])

    def is_done() -> bool:
        # Odoo refuses a job that runs already: that is what is tried here.
        at_once([run] * 3)
        return _count_given(rig, team) == count

    rig.wait(is_done, PATIENCE)


def _count_given(rig: Rig, team: int) -> int:
    return rig.store.query(
        "SELECT count(user_id) FROM support_ticket WHERE team_id = %s", (team,)
    )[0][0]


def _check_shares(
    rig: Rig, team: int, agents: list[int], mode: str, count: int
) -> list[str]:
    rows = rig.store.query(
        "SELECT user_id, count(*) FROM support_ticket WHERE team_id = %s GROUP BY 1",
        (team,),
    )
    given = rig.store.query(
        "SELECT count(*) FROM support_ticket_event WHERE team_id = %s"
        " AND kind = 'assign' AND author_kind = 'rule'",
        (team,),
    )[0][0]
    shares = dict(rows)
    fair = shares == dict.fromkeys(agents, count // AGENTS)
    problems = [] if fair else [f"{mode}: shares {sorted(map(str, shares.values()))}"]
    if given != count:
        problems.append(f"{mode}: {given} assignments of {count} tickets")
    return problems


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [InTurn()]
