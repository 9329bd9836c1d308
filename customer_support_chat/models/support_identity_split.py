"""What a network's sender leaves behind when it is taken away from a customer."""

from odoo import models


class SupportIdentity(models.Model):
    _inherit = "support.identity"

    def _filter_known_otherwise(self, tickets):
        """Also those in which another proven sender of the customer has written."""
        known = super()._filter_known_otherwise(tickets)
        events = self.env["support.channel.event"].search(
            [
                ("kind", "=", "message"),
                ("ticket_id", "in", (tickets - known).ids),
                ("identity_id", "!=", self.id),
                ("identity_id.is_verified", "=", True),
                ("identity_id.partner_id", "=", self.partner_id.id),
            ]
        )
        return known | events.ticket_id

    def _find_own_messages(self, tickets):
        """Also those in cases in which the customer has written by other ways."""
        events = self.env["support.channel.event"].search(
            [
                ("kind", "=", "message"),
                ("identity_id", "=", self.id),
                ("message_id.author_id", "=", self.partner_id.id or 0),
            ]
        )
        return super()._find_own_messages(tickets) | events.message_id

    def _get_sender_name(self):
        return self.name or super()._get_sender_name()

    def _split(self, user):
        """Nothing of the cases that stay with the customer goes to the stranger."""
        partner = self.partner_id
        result = super()._split(user)
        kept = self.env["support.ticket"].search(
            [("answer_identity_id", "=", self.id), ("partner_id", "=", partner.id)]
        )
        events = self.env["support.channel.event"].search(
            [
                ("kind", "=", "answer"),
                ("state", "in", ("pending", "held")),
                ("identity_id", "=", self.id),
                ("ticket_id", "in", kept.ids),
            ]
        )
        events.write({"state": "ignored", "error": "split"})
        kept.answer_identity_id = False
        # What was typed and chosen there belongs to the stranger alone.
        sessions = self.env["support.bot.session"]
        sessions.search([("identity_id", "=", self.id)]).unlink()
        return result
