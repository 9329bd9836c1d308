from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

LATER_TODAY = timedelta(hours=3)
MORNING_WITHOUT_HOURS = time(9)


class SupportSnooze(models.TransientModel):
    """Until when tickets leave the queues."""

    _name = "support.snooze"
    _description = "Snooze Tickets"

    ticket_ids = fields.Many2many("support.ticket", string="Tickets", required=True)
    choice = fields.Selection(
        [
            ("later", "Later today (in three hours)"),
            ("tomorrow", "Tomorrow morning"),
            ("week", "Next week"),
            ("date", "On a date"),
        ],
        "Come back",
        required=True,
        default="tomorrow",
        help="Mornings are those of the team's working hours: a holiday is passed"
        " over.",
    )
    until = fields.Datetime(
        compute="_compute_until",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
    )
    note = fields.Char("Then to do", help="You find it as a task when it comes back.")

    @api.depends("choice", "ticket_ids")
    def _compute_until(self):
        for snooze in self:
            snooze.until = snooze._find_moment() or snooze.until

    def _find_moment(self):
        """The moment of the choice (UTC, naive); False where a date is to be given."""
        now = fields.Datetime.now()
        if self.choice == "later":
            return now + LATER_TODAY
        if self.choice not in ("tomorrow", "week"):
            return False
        zone = self._get_zone()
        today = pytz.utc.localize(now).astimezone(zone).date()
        days = 1 if self.choice == "tomorrow" else 7 - today.weekday()
        return self._find_morning(today + timedelta(days=days), zone)

    def _get_zone(self):
        team = self.ticket_ids[:1].team_id
        name = team.resource_calendar_id.tz or self.env.user.tz or "UTC"
        return pytz.timezone(name)

    def _find_morning(self, day, zone):
        """When the team begins to work on ``day`` or on the next day that it works."""
        team = self.ticket_ids[:1].team_id
        hour = time() if team.resource_calendar_id else MORNING_WITHOUT_HOURS
        local = zone.localize(datetime.combine(day, hour))
        start = local.astimezone(pytz.utc).replace(tzinfo=None)
        if not team.resource_calendar_id:
            return start
        first_minute = team._plan_business_seconds(start, 60)
        return first_minute and first_minute - timedelta(minutes=1)

    def action_snooze(self):
        """Snooze the tickets.

        :raise UserError: if the moment has passed
        """
        self.ensure_one()
        if self.until <= fields.Datetime.now():
            raise UserError(self.env._("Choose a moment that is still to come."))
        self.ticket_ids.check_access("write")
        running = self.ticket_ids.filtered(lambda ticket: not ticket.closed_at)
        running._snooze(self.until, self.note)
        return {"type": "ir.actions.act_window_close"}
