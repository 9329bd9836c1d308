"""Our deadlines: policies over the loaded cases, and the job that watches them."""

from odoo import SUPERUSER_ID, Command, api

from . import facts

DUE = 100
# Of the newest cases so many are open while the job is timed: 50,000 of 1,000,000.
OPEN_SHARE = 0.05
POLICIES = ({"reason": True, "hours": 2}, {"priority": "3", "hours": 3}, {"hours": 4})


def switch_sla(env: api.Environment, reason_id: int, *, on: bool) -> None:
    """Let three policies count, two of which ask for something, or none."""
    env = env(user=SUPERUSER_ID)
    policies = env["support.sla.policy"].with_context(active_test=False)
    found = policies.search([])
    if on and not found:
        found = policies.create([_policy(values, reason_id) for values in POLICIES])
    found.active = on
    env.cr.commit()


def _policy(values: dict, reason_id: int) -> dict:
    return {
        "name": "Bench",
        "reason_ids": [Command.set([reason_id])] if values.get("reason") else [],
        "priority": values.get("priority"),
        "response_hours": values["hours"],
        "next_reply_hours": 8,
        "resolution_hours": 24,
    }


def make_due(env: api.Environment, size: facts.Size) -> None:
    """Let a share of the cases be open, and `DUE` of them have their deadline now."""
    first = int(size.tickets * (1 - OPEN_SHARE))
    env.cr.execute(
        """UPDATE support_ticket
              SET closed_at = NULL, resolved_at = NULL, first_response_at = NULL,
                  waiting_since = opened_at, clock_at = opened_at, clock_kind = 'open',
                  stage_kind = 'open', response_sla_met = NULL,
                  sla_check_at = now() AT TIME ZONE 'UTC' + interval '1 day'
            WHERE id > %s AND id <= %s AND sla_check_at IS NULL
              AND response_sla_met IS NULL""",
        [first, size.tickets],
    )
    env.cr.execute(
        """UPDATE support_ticket
              SET sla_check_at = now() AT TIME ZONE 'UTC' - interval '1 minute'
            WHERE id IN (SELECT id FROM support_ticket
                          WHERE id > %s AND response_sla_met IS NULL
                            AND sla_check_at IS NOT NULL
                       ORDER BY id LIMIT %s)""",
        [first, DUE],
    )
    env.cr.commit()


def run_job(env: api.Environment) -> list[int]:
    """Run the job once; what it recorded."""
    results = env["support.sla.result"]
    last = results.search([], order="id desc", limit=1).id or 0
    env["support.ticket"]._cron_run_due()
    return [results.search_count([("id", ">", last)])]
