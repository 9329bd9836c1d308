"""Automatic notices wait for the hours that the customer has chosen."""

from odoo import api, fields, models


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    contact_preference = fields.Char(
        "Prefers",
        compute="_compute_contact_preference",
        help="How and when this customer wants to hear from us.",
    )

    @api.depends("partner_id")
    def _compute_contact_preference(self):
        for ticket in self:
            # sudo: res.partner: the customer's wish, shown to staff
            customer = ticket.sudo().partner_id
            wishes = (customer.support_channel_id.name, customer._get_support_hours())
            ticket.contact_preference = ", ".join(filter(None, wishes))

    def action_open_preference(self):
        """Open the window for the channel and the hours of this customer."""
        self.ensure_one()
        return self.partner_id.action_open_support_preference()

    def _get_notice_time(self):
        """When an automatic notice may leave (UTC); False when at once."""
        self.ensure_one()
        # sudo: res.partner, support.team: only the moment leaves
        ticket = self.sudo()
        zone = (
            ticket.team_id.resource_calendar_id.tz
            or ticket.company_id.partner_id.tz
            or "UTC"
        )
        return ticket.partner_id._get_support_notice_time(zone)

    def _is_notice(self, message):
        """Whether a message to the customer is one that no person has written.

        What answers a customer at once, such as the bot, does not wait.
        """
        is_public = not (message.is_internal or message.subtype_id.internal)
        return is_public and self._get_message_author_kind(message) == "rule"

    def _hold_notices(self, mails):
        """Let these automatic mails of tickets wait for their customers' hours.

        :param mails: ``mail.mail`` that are not sent yet
        """
        for mail in mails:
            at = self.browse(mail.res_id)._get_notice_time()
            if at:
                mail.scheduled_date = at

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        if self and not kwargs.get("scheduled_date") and self._is_notice(message):
            if at := self._get_notice_time():
                kwargs["scheduled_date"] = at
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
