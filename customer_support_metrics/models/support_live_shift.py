"""When people come and go: a board that nobody touches looks again then."""

from datetime import timedelta

import pytz

from odoo import api, models

# A board looks again after so long at the latest where people have working hours.
AHEAD = timedelta(days=7)


class SupportLive(models.AbstractModel):
    _inherit = "support.live"

    @api.model
    def _get_people_changes(self, teams, agents, now):
        """When somebody may come or go, as working hours and absences say.

        :param teams: ``support.team``, in sudo
        :param agents: ``support.agent``, in sudo
        :param datetime now: UTC, naive
        :return: list of moments after now
        """
        moments = [
            *self._get_absence_moments(agents, now),
            *self._get_shift_moments(teams, agents, now),
        ]
        return [moment for moment in moments if moment and moment > now]

    @api.model
    def _get_absence_moments(self, agents, now):
        """When absences begin and end that are not over."""
        # sudo: resource.calendar.leaves: only when somebody is away
        leaves = self.env["resource.calendar.leaves"].sudo()
        leaves = leaves.search(
            [
                ("resource_id", "in", agents.resource_id.ids),
                ("date_from", "<=", now + AHEAD),
                ("date_to", ">", now),
                ("time_type", "=", "leave"),
            ]
        )
        away = agents.filtered(lambda agent: agent.absent_until)
        return [
            *leaves.mapped("date_from"),
            *leaves.mapped("date_to"),
            *away.mapped("absent_from"),
            *away.mapped("absent_until"),
        ]

    @api.model
    def _get_shift_moments(self, teams, agents, now):
        """When working hours begin and end: of the teams, and of people's own."""
        hours = {(one, one.tz) for one in teams.resource_calendar_id}
        hours |= {
            (one.calendar_id, one.resource_id.tz) for one in agents if one.calendar_id
        }
        start = pytz.utc.localize(now)
        moments = [now + AHEAD] if hours else []
        for calendar, zone in hours:
            shifts = calendar._work_intervals_batch(
                start, start + AHEAD, tz=pytz.timezone(zone or "UTC")
            )[False]
            for begins, ends, _lines in shifts:
                moments += [_to_utc(begins), _to_utc(ends)]
        return moments


def _to_utc(moment):
    return moment.astimezone(pytz.utc).replace(tzinfo=None)
