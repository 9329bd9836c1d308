"""The hours at which customers may ask a team to call them."""

from calendar import timegm
from collections import Counter
from datetime import timedelta

from babel.dates import format_skeleton, format_time
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import babel_locale_parse, get_lang

# Nobody asks for a call that nobody has seen before it is due.
LEAD = timedelta(hours=1)
MAX_DAYS = 31


def get_slot_key(starts_at):
    """How a form names an hour: the seconds of its start (UTC, naive)."""
    return str(timegm(starts_at.timetuple()))


class SupportTeam(models.Model):
    _inherit = "support.team"

    call_back_capacity = fields.Integer(
        "Calls at the same hour",
        help="How many customers may choose the same hour on the website. 0: no calls "
        "are offered.",
    )
    call_back_minutes = fields.Integer(
        "Length of an hour",
        default=60,
        help="In minutes: customers choose such a part of your working hours.",
    )
    call_back_days = fields.Integer(
        "Days ahead", default=5, help="For how many days customers may choose."
    )

    @api.constrains("call_back_capacity", "call_back_minutes", "call_back_days")
    def _check_call_back(self):
        for team in self:
            is_right = (
                team.call_back_capacity >= 0
                and 10 <= team.call_back_minutes <= 480
                and 1 <= team.call_back_days <= MAX_DAYS
            )
            if not is_right:
                raise ValidationError(
                    self.env._(
                        "Calls: an hour has 10 to 480 minutes, and customers choose 1 "
                        "to %s days ahead.",
                        MAX_DAYS,
                    )
                )

    def _get_call_back_slots(self):
        """The hours at which somebody of this team in sudo is free to call.

        :return: pairs of start and end (UTC, naive), soonest first
        """
        self.ensure_one()
        if not self.call_back_capacity or not self.resource_calendar_id:
            return []
        slots = self._plan_call_back_slots()
        taken = self._count_call_backs(slots)
        return [
            (start, end)
            for start, end in slots
            if taken[start] < self.call_back_capacity
        ]

    def _plan_call_back_slots(self):
        calendar = self.resource_calendar_id
        now = utc.localize(fields.Datetime.now())
        zone = timezone(calendar.tz or "UTC")
        # From midnight, so that the hours begin with the shift and not with now.
        today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        end = today + timedelta(days=self.call_back_days + 1)
        step = timedelta(minutes=self.call_back_minutes)
        slots = []
        for begins, ends, _records in calendar._work_intervals_batch(today, end)[False]:
            begins, ends = (
                moment.astimezone(utc).replace(tzinfo=None) for moment in (begins, ends)
            )
            while begins + step <= ends:
                if begins >= fields.Datetime.now() + LEAD:
                    slots.append((begins, begins + step))
                begins += step
        return slots

    def _count_call_backs(self, slots):
        """How many customers have chosen each of these hours, by its start."""
        planned = self.env["support.call.back"].search_fetch(
            [
                ("team_id", "=", self.id),
                ("state", "=", "booked"),
                ("starts_at", "in", [start for start, _end in slots]),
            ],
            ["starts_at"],
        )
        return Counter(planned.mapped("starts_at"))

    def _get_call_back_days(self, zone_name):
        """The free hours as a page shows them, in the visitor's time zone.

        :param str zone_name: the zone in which the hours are written
        :return: pairs of a day and its hours, each a pair of its key and its words
        """
        zone = timezone(zone_name)
        locale = babel_locale_parse(get_lang(self.env).code)
        days = {}
        for slot in self._get_call_back_slots():
            begins, ends = (utc.localize(moment).astimezone(zone) for moment in slot)
            day = format_skeleton("MMMEd", begins, locale=locale)
            words = "–".join(
                format_time(moment, "short", locale=locale) for moment in (begins, ends)
            )
            days.setdefault(day, []).append((get_slot_key(slot[0]), words))
        return list(days.items())
