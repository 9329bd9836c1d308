"""Calls that were promised to a customer."""

from datetime import timedelta

from babel.dates import format_time
from pytz import timezone, utc

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

CALL_BACK_HOURS = 4


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    call_back_ids = fields.One2many("support.call.back", "ticket_id", "Call-backs")
    call_back_at = fields.Datetime(
        "Call on",
        compute="_compute_call_back_at",
        help="The customer has chosen this hour on the website.",
    )

    def _compute_call_back_at(self):
        for ticket in self:
            ticket.call_back_at = ticket._get_planned_call_back().starts_at

    def _get_planned_call_back(self):
        """The next call that the customer waits for, in sudo; may be empty."""
        self.ensure_one()
        # sudo: support.call.back: of a ticket that was opened
        planned = self.sudo().call_back_ids.filtered(
            lambda one: one.state == "booked" and one.ends_at > fields.Datetime.now()
        )
        return planned[:1]

    def _plan_call_back(self, phone, starts_at=None, ends_at=None):
        """Give somebody of the team the task to call, with a deadline.

        :param starts_at: the hour that the customer chose (UTC); else as soon as the
            first response is due, or some hours from now
        :return: the ``mail.activity``
        """
        self.ensure_one()
        until = starts_at or self.response_deadline
        until = until or fields.Datetime.now() + timedelta(hours=CALL_BACK_HOURS)
        agent = self.user_id or self.team_id.leader_id or self.team_id.member_ids[:1]
        agent = agent or self.env.ref("base.user_admin")
        zone = agent.tz or self.team_id.resource_calendar_id.tz or "UTC"
        local = utc.localize(until).astimezone(timezone(zone))
        # Whoever calls reads it, not the customer who asked for it.
        reader = self.with_context(lang=agent.lang)
        summary = reader.env._("Call %s back", phone)
        if starts_at:
            summary = reader.env._(
                "Call %(phone)s, %(hours)s",
                phone=phone,
                hours="–".join(
                    reader._format_hour(moment, zone) for moment in (starts_at, ends_at)
                ),
            )
        return self.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=local.date(),
            summary=summary,
            user_id=agent.id,
        )

    def _format_hour(self, moment, zone):
        """A moment (UTC) as the clock shows it in a time zone."""
        local = utc.localize(moment).astimezone(timezone(zone))
        return format_time(
            local, "short", locale=babel_locale_parse(get_lang(self.env).code)
        )

    def _get_call_back_words(self, call_back):
        """When the customer is called, in the zone of whoever reads it."""
        until = self._format_hour(call_back.ends_at, self._get_reader_zone())
        return f"{self._format_moment(call_back.starts_at)}–{until}"
