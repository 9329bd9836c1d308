"""The state of a ticket in plain words for the customer."""

from babel.dates import format_skeleton, format_time

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse, get_lang
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

STATUS_LABELS = {
    "new": _lt("We have received your message"),
    "open": _lt("We are working on it"),
    "waiting": _lt("We are waiting for your answer"),
    "on_hold": _lt("We are waiting for somebody else"),
    "solved": _lt("Solved"),
    "cancelled": _lt("Closed"),
}
STATUS_TONES = {
    "new": "info",
    "open": "primary",
    "waiting": "warning",
    "on_hold": "secondary",
    "solved": "success",
    "cancelled": "secondary",
}


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_portal_status(self):
        """Return what the customer reads as the state of the case."""
        self.ensure_one()
        # sudo: support.stage: its words for customers
        label = self.sudo().stage_id.customer_label
        return label or str(STATUS_LABELS[self.stage_kind])

    def _get_portal_tone(self):
        """Return the Bootstrap colour name of the state."""
        return STATUS_TONES[self.stage_kind]

    def _get_tracking_links(self, picking):
        """Pairs of parcel number and link of a delivery; numbers may be empty.

        :param picking: `stock.picking` that the visitor may know of
        """
        # sudo: stock.picking: the caller shows this delivery to its customer
        picking = picking.sudo()
        pairs = picking.get_multiple_carrier_tracking()
        if not isinstance(pairs, list):
            number = picking.carrier_tracking_ref or ""
            pairs = [(number, picking.carrier_tracking_url or "")]
        return [pair for pair in pairs if pair[1].startswith(("http:", "https:"))]

    def _get_promised_at(self):
        """Return when a running promise to answer ends (UTC), or False."""
        self.ensure_one()
        if not self.is_waiting_agent:
            return False
        if not self.first_response_at:
            return self._get_planned_call_back().ends_at or self.response_deadline
        return self.next_reply_deadline

    def _get_portal_next_step(self):
        """Return one sentence: who is to do what, and until when."""
        self.ensure_one()
        kind = self.stage_kind
        if self._is_reopen_window_over():
            return self.env._(
                "This case was closed some time ago. If you write to us here, a new "
                "case begins that goes on from this one."
            )
        if kind == "solved":
            return self.env._(
                "This case is solved. If it is not, just write to us here: it opens "
                "again."
            )
        if kind == "cancelled":
            return self.env._("This case is closed. You can still write to us here.")
        if not self.is_waiting_agent and kind == "waiting":
            return self.env._("Please answer below, so that we can go on.")
        if not self.is_waiting_agent and kind == "on_hold":
            return self.env._(
                "We need something from somebody else, such as the carrier. We write "
                "to you as soon as we know more."
            )
        return self._get_promise_sentence()

    def _get_promise_sentence(self):
        promised_at = self._get_promised_at()
        if promised_at and promised_at >= fields.Datetime.now():
            return self.env._(
                "We answer by %(moment)s.", moment=self._format_moment(promised_at)
            )
        if promised_at:
            return self.env._(
                "Our answer takes longer than we promised. We are sorry, and have not "
                "forgotten you."
            )
        if self.is_waiting_agent:
            return self.env._("We answer as soon as we can.")
        return self.env._("We have answered. You can write to us here at any time.")

    def _get_reader_zone(self):
        """Return the time zone of whoever reads the page, else that of the store."""
        # sudo: support.team, res.company: they give the store's time zone, no more
        ticket = self.sudo()
        return (
            self.env.user.tz
            or self.env.context.get("tz")
            or ticket.team_id.resource_calendar_id.tz
            or ticket.company_id.partner_id.tz
            or "UTC"
        )

    def _format_moment(self, moment):
        """Return a moment with weekday and time zone, such as "Mon, Nov 23, 10:00".

        :param datetime moment: in UTC
        """
        zone = self._get_reader_zone()
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        locale = babel_locale_parse(get_lang(self.env).code)
        day = format_skeleton("MMMEd", local, locale=locale)
        return f"{day}, {format_time(local, 'short', locale=locale)}"
