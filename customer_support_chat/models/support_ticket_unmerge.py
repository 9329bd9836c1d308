"""After a merge was undone each case is answered to its own sender."""

from odoo import models


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _take_conversation_back(self, survivors, moved):
        result = super()._take_conversation_back(survivors, moved)
        # sudo: support.identity: who is answered where, as the system has noted it
        senders = self.sudo().identity_id | self.sudo().answer_identity_id
        for ticket in survivors.sudo():
            if ticket.answer_identity_id in senders - ticket.identity_id:
                ticket.write(ticket._prepare_own_way())
        return result

    def _prepare_own_way(self):
        """The way to whoever began this case: by the network, else by e-mail."""
        sender = self.identity_id.filtered("channel_id.is_messaging")
        own = self.channel_event_ids.filtered(
            lambda event: event.kind == "message" and event.identity_id == sender
        )
        return {
            "answer_identity_id": sender.id,
            "answer_thread_key": own.sorted("id")[-1:].thread_key,
        }
