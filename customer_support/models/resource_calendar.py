"""Changed working hours count from the moment of the change, never backwards."""

from odoo import api, models

_HOURS = {"attendance_ids", "leave_ids", "global_leave_ids", "tz", "two_weeks_calendar"}


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        tickets = self.env["support.ticket"]
        if _HOURS.intersection(vals):
            tickets = self._close_support_clock_segments()
        result = super().write(vals)
        tickets._refresh_deadlines()
        return result

    def _close_support_clock_segments(self):
        """Book the open tickets of all teams on these calendars up to now.

        :return: those tickets
        """
        # sudo: support.team: whoever plans working hours need not be a support manager
        teams = self.env["support.team"].sudo().with_context(active_test=False)
        return teams.search(
            [("resource_calendar_id", "in", self.ids)]
        )._close_clock_segments()


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.env["resource.calendar"].browse(
            {vals.get("calendar_id") for vals in vals_list} - {None, False}
        )
        tickets = calendars._close_support_clock_segments()
        attendances = super().create(vals_list)
        tickets._refresh_deadlines()
        return attendances

    def write(self, vals):
        tickets = self.calendar_id._close_support_clock_segments()
        result = super().write(vals)
        tickets._refresh_deadlines()
        return result

    def unlink(self):
        tickets = self.calendar_id._close_support_clock_segments()
        result = super().unlink()
        tickets._refresh_deadlines()
        return result


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.env["resource.calendar"]
        for vals in vals_list:
            if not vals.get("resource_id"):
                calendars |= self._get_support_calendars(vals.get("calendar_id"))
        tickets = calendars._close_support_clock_segments()
        leaves = super().create(vals_list)
        tickets._refresh_deadlines()
        return leaves

    def write(self, vals):
        tickets = self._close_support_clock_segments()
        result = super().write(vals)
        tickets._refresh_deadlines()
        return result

    def unlink(self):
        tickets = self._close_support_clock_segments()
        result = super().unlink()
        tickets._refresh_deadlines()
        return result

    def _close_support_clock_segments(self):
        calendars = self.env["resource.calendar"]
        for leave in self.filtered(lambda leave: not leave.resource_id):
            calendars |= self._get_support_calendars(leave.calendar_id.id)
        return calendars._close_support_clock_segments()

    def _get_support_calendars(self, calendar_id):
        """The calendars that a holiday is for: one, or all when it names none."""
        calendars = self.env["resource.calendar"]
        if calendar_id:
            return calendars.browse(calendar_id)
        # sudo: support.team: as in _close_support_clock_segments
        teams = self.env["support.team"].sudo().search([("active", "=", True)])
        return teams.resource_calendar_id
