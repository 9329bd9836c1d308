"""Going on by another way: an answer leaves where the customer is proven to be."""

from odoo import api, models
from odoo.exceptions import AccessError


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_sender(self):
        return self.answer_identity_id or super()._get_sender()

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        for ticket in tickets if not self.env.su else ():
            ticket._check_way_out(ticket.answer_identity_id)
        tickets._follow_preference()
        return tickets

    @api.model
    def _get_fields_of_people(self):
        return [*super()._get_fields_of_people(), "support_channel_id"]

    def write(self, vals):
        """Refuse a way out to somebody who is not proven, and note each change.

        :raise AccessError: for a sender that is neither this case's nor the customer's
        """
        if "answer_identity_id" not in vals or self.env.su:
            result = super().write(vals)
            if vals.get("partner_id") and "answer_identity_id" not in vals:
                self._follow_preference()
            return result
        changed = self._filter_changing("answer_identity_id", vals)
        identities = self.env["support.identity"]
        way = identities.browse(vals["answer_identity_id"] or ())
        for ticket in changed:
            ticket._check_way_out(way)
        result = super().write(vals)
        for ticket in changed:
            ticket._message_log(body=ticket._get_way_words(way))
        return result

    def _follow_preference(self):
        """Answer where the customer wants to be answered, if that can be done now.

        A public conversation stays there, and a chat is answered in the chat.
        """
        # sudo: res.partner, support.identity: the customer's wish and where that is
        for ticket in self.sudo().filtered("partner_id.support_channel_id"):
            if ticket.answer_thread_key or ticket.origin_channel_id:
                continue
            way = ticket.partner_id._find_preferred_way()
            if way is not None and ticket.answer_identity_id != way:
                ticket.answer_identity_id = way

    def _check_way_out(self, way):
        """See that an agent's choice reaches this very customer.

        :param way: ``support.identity``; empty means e-mail and the customer portal
        """
        # sudo: support.identity: compared with the case, not shown
        way = way.sudo()
        is_own = way and way == self.sudo().identity_id
        is_proven = way.is_verified and way.partner_id == self.sudo().partner_id
        if way and not (way.channel_id.is_messaging and (is_own or is_proven)):
            raise AccessError(
                self.env._(
                    "Nothing proves that this sender is the customer. Choose another "
                    "way to answer."
                )
            )

    def _get_way_words(self, way):
        if not way:
            return self.env._("Answers go by e-mail and to the portal from now on.")
        return self.env._("Answers go to %s from now on.", way.display_name)
