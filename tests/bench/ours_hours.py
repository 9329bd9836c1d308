"""Working hours that change while many tickets of the team are open."""

from datetime import datetime, timedelta

from odoo import Command, api

SCENARIOS = ("hours_saved", "hours_planned")


def let_hours_change(team, scenario: str) -> None:
    """Give a team hours of its own, and let all its deadlines be right or wrong."""
    if team.resource_calendar_id.name != "Bench hours":
        team.resource_calendar_id = _make_calendar(team.env)
    if scenario == "hours_planned":
        add_holiday(team)
    else:
        team.env["support.ticket"]._cron_plan_outdated()


def add_holiday(team) -> None:
    """Close on the next day that is no holiday yet."""
    calendar = team.resource_calendar_id
    days = 1 + len(calendar.global_leave_ids)
    start = datetime.combine(datetime.now(), datetime.min.time())
    start += timedelta(days=days)
    team.env["resource.calendar.leaves"].create(
        {
            "name": "Holiday",
            "calendar_id": calendar.id,
            "date_from": start,
            "date_to": start + timedelta(days=1, seconds=-1),
        }
    )


def count_outdated(env: api.Environment, team_id: int) -> int:
    """Count the tickets of a team whose deadlines do not follow the hours yet."""
    tickets = env["support.ticket"]
    team = env["support.team"].browse(team_id)
    return tickets.search_count(tickets._get_outdated_domain(team))


def _make_calendar(env: api.Environment):
    days = [
        {"name": "Day", "dayofweek": str(day), "hour_from": 9, "hour_to": 17}
        for day in range(5)
    ]
    return env["resource.calendar"].create(
        {
            "name": "Bench hours",
            "tz": "America/Sao_Paulo",
            "attendance_ids": [Command.clear(), *map(Command.create, days)],
        }
    )
