"""The networks among the ways in which a customer may be answered."""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_support_channel_choices(self):
        """Also the networks on which this customer is proven."""
        # sudo: support.identity: the channels alone are offered
        proven = (
            self.env["support.identity"]
            .sudo()
            .search(self._get_support_sender_domain())
        )
        networks = proven.channel_id.filtered(
            lambda channel: channel.active and channel.is_messaging
        )
        return super()._get_support_channel_choices() | networks

    def _get_support_sender_domain(self):
        return [("partner_id", "in", self.ids), ("is_verified", "=", True)]

    def _find_preferred_way(self):
        """Where this customer, in sudo, wants to be answered and can be now.

        :return: ``support.identity``; empty for e-mail, None when there is no such way
        """
        self.ensure_one()
        channel, identities = self.support_channel_id, self.env["support.identity"]
        if channel.kind == "email":
            return identities.sudo() if self.email_normalized else None
        if not channel.is_messaging or channel.state != "active":
            return None
        way = identities.sudo().search(
            [*self._get_support_sender_domain(), ("channel_id", "=", channel.id)],
            order="last_message_at desc nulls last, id desc",
            limit=1,
        )
        if not way or channel._is_window_closed(way):
            return None
        return way

    def _set_support_preference(self, channel, hours_from, hours_to):
        """The open cases of the customer follow at once."""
        result = super()._set_support_preference(channel, hours_from, hours_to)
        # sudo: support.ticket: the way of the answers alone changes
        tickets = self.env["support.ticket"].sudo()
        domain = [("partner_id", "=", self.id), ("closed_at", "=", False)]
        tickets.search(domain)._follow_preference()
        return result
