"""How and when a customer wants to hear from the store."""

from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .res_partner_abuse import STAFF


class ResPartner(models.Model):
    _inherit = "res.partner"

    support_channel_id = fields.Many2one(
        "support.channel",
        "Prefers answers by",
        copy=False,
        groups=STAFF,
        ondelete="set null",
        help="Answers take this way where the customer can be reached by it. Empty: "
        "where the customer wrote.",
    )
    support_hours_from = fields.Float("Notices from", copy=False, groups=STAFF)
    support_hours_to = fields.Float(
        "Notices until",
        copy=False,
        groups=STAFF,
        help="Automatic notices leave between these hours of the customer's day. Both "
        "0: at any time. Your own answers leave at once.",
    )

    @api.constrains("support_hours_from", "support_hours_to")
    def _check_support_hours(self):
        for partner in self:
            first, last = partner.support_hours_from, partner.support_hours_to
            if (first or last) and not 0 <= first < last <= 24:
                raise ValidationError(
                    self.env._("The hours for notices begin before they end.")
                )

    def _get_support_channel_choices(self):
        """The channels by which this customer can be answered, in sudo.

        Other addons add the networks on which the customer is proven.
        """
        # sudo: support.channel: their names are offered
        channels = self.env["support.channel"].sudo()
        by_mail = self.env["support.ticket"]._get_channel_id("email")
        return channels.browse(by_mail if self.email_normalized else ())

    def _set_support_preference(self, channel, hours_from, hours_to):
        """Keep what a customer, or an agent for him, has chosen.

        :param channel: ``support.channel``; empty for where the customer wrote
        :raise UserError: when the customer cannot be reached by this channel
        :raise ValidationError: for hours that end before they begin
        """
        self.ensure_one()
        # sudo: res.partner: agents and customers set these three alone
        customer = self.sudo()
        if channel.sudo() - customer._get_support_channel_choices():
            raise UserError(
                self.env._("Nothing proves that we reach the customer by this channel.")
            )
        customer.write(
            {
                "support_channel_id": channel.id,
                "support_hours_from": hours_from,
                "support_hours_to": hours_to,
            }
        )

    def _get_support_hours(self):
        """The hours for notices in words, such as 9:00–18:00; empty for any time."""
        # sudo: res.partner: the customer's own wish, shown to staff and to himself
        first, last = self.sudo().support_hours_from, self.sudo().support_hours_to
        if not last:
            return ""
        return "–".join(
            f"{int(hour)}:{round(hour % 1 * 60):02}" for hour in (first, last)
        )

    def _get_support_notice_time(self, zone_name):
        """When a notice to this customer may leave (UTC); False when at once.

        :param str zone_name: the zone where the customer's own is not known
        """
        # sudo: res.partner: the hours are compared with the clock
        customer = self.sudo()
        first, last = customer.support_hours_from, customer.support_hours_to
        if not last:
            return False
        zone = timezone(customer.tz or zone_name)
        local = utc.localize(fields.Datetime.now()).astimezone(zone)
        hour = local.hour + local.minute / 60
        if first <= hour < last:
            return False
        day = local.date() + timedelta(days=int(hour >= last))
        opening = datetime.combine(day, time.min) + timedelta(hours=first)
        return zone.localize(opening).astimezone(utc).replace(tzinfo=None)

    def action_open_support_preference(self):
        """Open the window for this customer's channel and hours.

        :raise AccessError: for who is no support staff
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(STAFF):
            raise AccessError(self.env._("This is for the support staff."))
        # sudo: res.partner: read to be shown to staff
        customer = self.sudo()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How to reach %s", customer.display_name),
            "res_model": "support.contact.preference",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.id,
                "default_channel_id": customer.support_channel_id.id,
                "default_hours_from": customer.support_hours_from,
                "default_hours_to": customer.support_hours_to,
            },
        }
