"""The working hours of a team: as they are, as they were, and when they change."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import ormcache

from ..tools import working_time

_TARGETS = {
    "response_target_hours",
    "next_reply_target_hours",
    "resolution_target_hours",
}
_SYSTEM_COLUMNS = {"deadline_version", "hours_changed_at"}
# Longer stretches of hours are asked for rarely, and would fill the server's memory.
_KEPT_SECONDS = 4 * working_time.STEP


class SupportTeam(models.Model):
    _inherit = "support.team"

    hours_changed_at = fields.Datetime(
        "Hours changed on",
        readonly=True,
        copy=False,
        help="What was worked before stands in the past hours.",
    )
    deadline_version = fields.Integer(
        "Version of the deadlines",
        readonly=True,
        copy=False,
        help="Rises whenever all deadlines have to be planned anew. Tickets that have"
        " another one wait for that.",
    )
    is_planning_anew = fields.Boolean(
        "Deadlines are brought up to date", compute="_compute_is_planning_anew"
    )

    def _compute_is_planning_anew(self):
        # sudo: support.ticket: whether there are any, whoever looks at the team
        tickets = self.env["support.ticket"].sudo()
        for team in self:
            domain = tickets._get_outdated_domain(team)
            team.is_planning_anew = bool(tickets.search(domain, limit=1))

    def write(self, vals):
        touched = sorted(_SYSTEM_COLUMNS.intersection(vals))
        if touched and not self.env.su:
            raise AccessError(
                self.env._(
                    "What the system knows of working hours cannot be set by hand:"
                    " %(columns)s",
                    columns=", ".join(touched),
                )
            )
        changing = self._filter_changing_calendar(vals)
        with changing._changing_hours():
            result = super().write(vals)
        if _TARGETS.intersection(vals):
            (self - changing)._plan_deadlines_anew()
        return result

    def _filter_changing_calendar(self, vals):
        if "resource_calendar_id" not in vals:
            return self.browse()
        calendar_id = vals["resource_calendar_id"] or False
        return self.filtered(lambda team: team.resource_calendar_id.id != calendar_id)

    # --- change ---------------------------------------------------------------------

    @contextmanager
    def _changing_hours(self):
        """Keep the hours up to now, and plan all deadlines anew after the change.

        What is changed within, such as the lines of a calendar, belongs to the same
        change.
        """
        changing = self.env.cr.cache.setdefault("support_changing_hours", set())
        # sudo: support.team: whoever plans working hours need not be a support manager
        teams = self.sudo().filtered(lambda team: team.id not in changing)
        if not teams:
            yield
            return
        teams._keep_hours(fields.Datetime.now())
        changing.update(teams.ids)
        teams._get_changed_hours().update(teams.ids)
        try:
            yield
        finally:
            changing.difference_update(teams.ids)
            self._forget_known_times()
        teams._plan_deadlines_anew()

    def _keep_hours(self, now):
        """Write down what these teams worked up to ``now``."""
        begins = self._find_beginnings(now)
        values = []
        for team in self.filtered(lambda team: team.id in begins):
            low, high = (
                working_time.to_seconds(moment) for moment in (begins[team.id], now)
            )
            values.append(
                {
                    "team_id": team.id,
                    "began_at": begins[team.id],
                    "ended_at": now,
                    "stretches": team._get_present_stretches(low, high),
                }
            )
            team.hours_changed_at = now
        # Of two changes at the same time the second one fails here and starts again:
        # then it finds the hours that the first one has left.
        self.flush_recordset()
        self.env["support.past.hours"].create(values)

    def _find_beginnings(self, now):
        """From when on the present hours matter: the last change or the first ticket.

        :return: dict of team id to moment; teams without such a time are left out
        """
        begins = {team.id: team.hours_changed_at for team in self}
        new = [team_id for team_id, moment in begins.items() if not moment]
        if new:
            self.env["support.ticket"].flush_model(["team_id", "opened_at"])
            self.env.cr.execute(
                "SELECT team_id, min(opened_at) FROM support_ticket"
                " WHERE team_id = ANY(%s) GROUP BY team_id",
                [new],
            )
            begins.update(self.env.cr.fetchall())
        return {
            team_id: moment
            for team_id, moment in begins.items()
            if moment and moment < now
        }

    def _plan_deadlines_anew(self):
        """Let the deadlines of all open tickets follow the present hours and targets.

        A few are planned at once; more than that are left to the job.
        """
        if not self:
            return
        # sudo: support.team: the version is the system's own
        for team in self.sudo():
            team.deadline_version += 1
        self.env["support.ticket"]._plan_outdated(self)

    # --- time -----------------------------------------------------------------------

    def _get_business_seconds(self, start, end):
        """Working seconds of this team from ``start`` to ``end`` (UTC, naive).

        Each moment counts by the hours that were in force then.
        """
        if start >= end:
            return 0
        time = self._get_working_time(start)
        if not time:
            return int((end - start).total_seconds())
        return time.seconds_between(start, end)

    def _plan_business_seconds(self, start, seconds):
        """The moment ``seconds`` working seconds after ``start`` (UTC, naive).

        False when the calendar has no such moment in sight.
        """
        # What is overdue already was due before, perhaps on hours of the past.
        time = self._get_working_time(start if seconds >= 0 else working_time.EPOCH)
        if not time:
            return start + timedelta(seconds=seconds)
        return time.plan(start, seconds) or False

    def _get_working_time(self, start):
        """The working time of this team from ``start`` on.

        It is known until the end of the transaction or until hours change.

        :return: ``tools.working_time.WorkingTime``; None means day and night
        """
        # sudo: support.team, resource.calendar: a customer's message moves the clock
        team = self.sudo()
        if team.hours_changed_at and start < team.hours_changed_at:
            find = team._find_stretches
        elif team.resource_calendar_id:
            find = team._get_present_stretches
        else:
            return None
        known, key = self._get_known_times(), (team, find.__name__)
        if key not in known:
            known[key] = working_time.WorkingTime(find)
        return known[key]

    def _find_stretches(self, low, high):
        """The working time between two moments, by the hours in force at each."""
        stretches = []
        for began, ended, past in self.env["support.past.hours"]._find_overlapping(
            self, low, high
        ):
            if low < began:
                stretches += self._get_present_stretches(low, min(began, high))
                low = began
            stretches += working_time.cut(past, low, min(ended, high))
            low = max(low, ended)
        return stretches + self._get_present_stretches(low, high)

    def _get_present_stretches(self, low, high):
        """The working time of the present hours, as ``tools.working_time`` has it."""
        calendar = self.resource_calendar_id
        if not calendar:
            return [(low, high)] if low < high else []
        # A team in a form is not saved: its hours are nobody else's.
        is_private = not self.id or self.id in self._get_changed_hours()
        if is_private or high - low > _KEPT_SECONDS:
            return calendar._find_support_stretches(low, high)
        return list(self._get_kept_stretches(self.deadline_version, low, high))

    @ormcache("self.id", "version", "low", "high")
    def _get_kept_stretches(self, version, low, high):
        """The same, kept by this server for the next transactions.

        Every change of the hours raises the version, so that what was kept before is
        asked for no more: also by a job that began before the change.
        """
        return tuple(self.resource_calendar_id._find_support_stretches(low, high))

    def _get_known_times(self):
        """The working times that this transaction knows."""
        return self.env.cr.cache.setdefault("support_working_times", {})

    def _get_changed_hours(self):
        """The ids of teams whose hours this transaction has changed.

        Nobody else may see these hours, which may yet be taken back. Odoo empties what
        is kept for after the commit when the transaction ends, and not before.
        """
        return self.env.cr.postcommit.data.setdefault("support_changed_hours", set())

    def _forget_known_times(self):
        self._get_known_times().clear()
