"""The jobs that look at all open tickets, a twentieth of all: only ours has them."""

from collections.abc import Callable

from odoo import SUPERUSER_ID, api

from . import ours_hours

OPEN_SHARE = 0.05
ASSIGNED, REMINDED = 200, 100


class Jobs:
    """Giving out tickets, reminding customers, and looking when nothing is due."""

    team_ids: list[int]
    has_opened = False

    @property
    def jobs(self) -> dict[str, Callable[[api.Environment], list[int]]]:
        """What is measured, by name."""
        return {
            "job_assign": self.assign_waiting,
            "job_remind": self.remind_idle,
            "job_nothing": self.find_nothing_idle,
            "hours_saved": self.save_holiday,
            "hours_planned": self.plan_deadlines,
        }

    def user_of(self, scenario: str) -> int:
        """Return the user who does `scenario`: jobs run as the superuser."""
        return SUPERUSER_ID if scenario in self.jobs else super().user_of(scenario)

    def before(self, env: api.Environment, scenario: str) -> None:
        """Let work be due; this is not timed."""
        super().before(env, scenario)
        if scenario in self.jobs:
            self._let_be_due(env, scenario)

    def _let_be_due(self, env: api.Environment, scenario: str) -> None:
        if not self.has_opened:
            self._open_a_share(env)
            self.has_opened = True
        env["support.team"].browse(self.team_ids[0]).write(
            {"assignment_mode": "turn", "idle_warning_days": 5}
        )
        if scenario == "job_assign":
            self._update_some(env, "user_id = NULL", "'open'", ASSIGNED)
        elif scenario == "job_remind":
            since = "stage_since = now() - interval '9 days', idle_warned_at = NULL"
            self._update_some(env, since, "'waiting'", REMINDED)
        elif scenario in ours_hours.SCENARIOS:
            team = env["support.team"].browse(self.team_ids[0])
            ours_hours.let_hours_change(team, scenario)
        env.cr.commit()

    def _open_a_share(self, env: api.Environment) -> None:
        """Open the newest tickets again; nobody has waited for long in any."""
        env.cr.execute(
            """
            UPDATE support_ticket AS ticket
               SET closed_at = NULL, resolved_at = NULL, stage_since = now(),
                   exclusion = NULL, stage_id = stage.id, stage_kind = stage.kind,
                   clock_kind = stage.kind,
                   user_id = COALESCE(ticket.user_id, %s)
              FROM support_stage AS stage
             WHERE ticket.id > (SELECT max(id) - count(*) * %s FROM support_ticket)
               AND stage.id = (SELECT min(id) FROM support_stage
                                WHERE kind = (ARRAY['open', 'waiting'])
                                             [1 + ticket.id %% 2])""",
            [SUPERUSER_ID, OPEN_SHARE],
        )
        env.cr.execute("ANALYZE support_ticket")

    def _update_some(
        self, env: api.Environment, values: str, kind: str, count: int
    ) -> None:
        env.cr.execute(
            f"""
            UPDATE support_ticket SET {values}
             WHERE id IN (SELECT id FROM support_ticket
                           WHERE team_id = %s AND stage_kind = {kind}
                             AND closed_at IS NULL
                        ORDER BY id DESC LIMIT %s)""",
            [self.team_ids[0], count],
        )
        env.invalidate_all()

    def assign_waiting(self, env: api.Environment) -> list[int]:
        """Run the job that gives out what waits."""
        env["support.team"]._cron_assign()
        return [ASSIGNED]

    def remind_idle(self, env: api.Environment) -> list[int]:
        """Run the job for customers who do not answer, when some are due."""
        env["support.ticket"]._cron_idle()
        return [REMINDED]

    def find_nothing_idle(self, env: api.Environment) -> list[int]:
        """Run it again when nobody is due: it looks at what waits."""
        env["support.ticket"]._cron_idle()
        return [0]

    def save_holiday(self, env: api.Environment) -> list[int]:
        """Enter a holiday, as whoever plans the hours of a team does."""
        ours_hours.add_holiday(env["support.team"].browse(self.team_ids[0]))
        return []

    def plan_deadlines(self, env: api.Environment) -> list[int]:
        """Run the job that brings all deadlines of the team up to date."""
        env["support.ticket"]._cron_plan_outdated()
        return []
