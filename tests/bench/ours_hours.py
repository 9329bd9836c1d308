"""Working hours that change while many tickets of the team are open."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from odoo import Command, api

SCENARIOS = ("hours_saved", "hours_planned")
NAME = "Bench hours"


def let_hours_change(team, scenario: str) -> None:
    """Give a team hours of its own, and let all its deadlines be right or wrong."""
    if team.resource_calendar_id.name != NAME:
        calendar = make_calendar(team.env, NAME, range(5), (9, 17))
        team.resource_calendar_id = calendar
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


def make_calendar(
    env: api.Environment, name: str, days: Iterable[int], hours: tuple[int, int]
):
    """Make working hours from one hour to another on these days (0: Monday)."""
    start, end = hours
    lines = [
        {"name": "Day", "dayofweek": str(day), "hour_from": start, "hour_to": end}
        for day in days
    ]
    return env["resource.calendar"].create(
        {
            "name": name,
            "tz": "UTC",
            "attendance_ids": [Command.clear(), *map(Command.create, lines)],
        }
    )
