"""Changed working hours count from the moment of the change, never backwards."""

from datetime import timedelta

from pytz import timezone, utc

from odoo import api, models

from ..tools import working_time

_HOURS = {
    "attendance_ids",
    "company_id",
    "flexible_hours",
    "full_time_required_hours",
    "global_leave_ids",
    "hours_per_day",
    "leave_ids",
    "schedule_type",
    "two_weeks_calendar",
    "tz",
}
_HOLIDAY = {"calendar_id", "date_from", "date_to", "resource_id", "time_type"}


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        if not _HOURS.intersection(vals):
            return super().write(vals)
        with self._get_support_teams()._changing_hours():
            return super().write(vals)

    def unlink(self):
        # The database empties the field of the teams: they work day and night then.
        teams = self._get_support_teams()
        if self.global_leave_ids:
            # It empties theirs as well: they are everybody's holidays then.
            teams |= self.env["resource.calendar.leaves"]._get_support_teams_of(False)
        with teams._changing_hours():
            return super().unlink()

    def _get_support_teams(self):
        """All teams that work these hours, also archived ones."""
        # sudo: support.team: whoever plans working hours need not be a support manager
        teams = self.env["support.team"].sudo().with_context(active_test=False)
        return teams.search([("resource_calendar_id", "in", self.ids)])

    def _find_support_stretches(self, low, high):
        """Working time between two moments, as ``tools.working_time`` asks for it."""
        zone = timezone(self.tz or "UTC")
        start, end = (
            utc.localize(working_time.to_moment(moment)).astimezone(zone)
            for moment in (low, high)
        )
        if self.flexible_hours:
            # Odoo spreads the hours over the days of each week that it is asked for.
            start = _find_monday(zone, start)
            end = _find_monday(zone, end + timedelta(days=7))
        intervals = self._work_intervals_batch(start, end, tz=zone)[False]
        stretches = [
            tuple(
                working_time.to_seconds(moment.astimezone(utc).replace(tzinfo=None))
                for moment in (begins, ends)
            )
            for begins, ends, _lines in intervals
        ]
        return working_time.cut(stretches, low, high)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.env["resource.calendar"].browse(
            {vals.get("calendar_id") for vals in vals_list} - {None, False}
        )
        with calendars._get_support_teams()._changing_hours():
            return super().create(vals_list)

    def write(self, vals):
        calendars = self.calendar_id
        if vals.get("calendar_id"):
            calendars |= calendars.browse(vals["calendar_id"])
        with calendars._get_support_teams()._changing_hours():
            return super().write(vals)

    def unlink(self):
        with self.calendar_id._get_support_teams()._changing_hours():
            return super().unlink()


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        teams = self.env["support.team"]
        for vals in vals_list:
            if not vals.get("resource_id"):
                teams |= self._get_support_teams_of(vals.get("calendar_id"))
        with teams._changing_hours():
            return super().create(vals_list)

    def write(self, vals):
        if not _HOLIDAY.intersection(vals):
            return super().write(vals)
        teams = self._get_support_teams()
        for leave in self:
            if not vals.get("resource_id", leave.resource_id):
                calendar = vals.get("calendar_id", leave.calendar_id.id)
                teams |= self._get_support_teams_of(calendar)
        with teams._changing_hours():
            return super().write(vals)

    def unlink(self):
        with self._get_support_teams()._changing_hours():
            return super().unlink()

    def _get_support_teams(self):
        """The teams that have these holidays; what one person takes off is none."""
        teams = self.env["support.team"]
        for leave in self.filtered(lambda leave: not leave.resource_id):
            teams |= self._get_support_teams_of(leave.calendar_id.id)
        return teams

    def _get_support_teams_of(self, calendar_id):
        """The teams that a holiday is for: all that have hours when it names none."""
        if calendar_id:
            calendar = self.env["resource.calendar"].browse(calendar_id)
            return calendar._get_support_teams()
        # sudo: support.team: as in ResourceCalendar._get_support_teams
        teams = self.env["support.team"].sudo().with_context(active_test=False)
        return teams.search([("resource_calendar_id", "!=", False)])


def _find_monday(zone, moment):
    """The beginning of the week of ``moment`` in a time zone."""
    day = (moment - timedelta(days=moment.weekday())).replace(tzinfo=None)
    return zone.localize(day.replace(hour=0, minute=0, second=0, microsecond=0))
