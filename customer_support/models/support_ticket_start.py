"""The first message of a ticket that this very transaction has made."""

from odoo import models


class SupportTicket(models.Model):
    """Nobody can have seen such a ticket: much need not be looked for.

    Who posts says so by ``support_first_message`` in the context.
    """

    _inherit = "support.ticket"

    def _message_compute_parent_id(self, parent_id):
        """There is no message before it that it could answer."""
        if not parent_id and self.env.context.get("support_first_message"):
            return False
        return super()._message_compute_parent_id(parent_id)

    def _message_compute_real_author(self, author_id):
        """As Odoo does, which reads OdooBot's contact each time to know its id."""
        is_first = self.env.context.get("support_first_message")
        if not is_first or self.env.user.active:
            return super()._message_compute_real_author(author_id)
        author = self.env["res.partner"].browse(author_id or ())
        odoobot_id = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        is_real = author.active and author.id != odoobot_id
        return author if is_real else author.browse()

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Nobody follows it whom this transaction does not know of."""
        is_first = self.env.context.get("support_first_message")
        named = ("partner_ids", "outgoing_email_to")
        if (
            is_first
            and not any((msg_vals or {}).get(name, True) for name in named)
            and not self.message_follower_ids
        ):
            return []
        return super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)

    def _tell_present(self, message):
        """Nobody has the ticket open."""
        if self.env.context.get("support_first_message"):
            return None
        return super()._tell_present(message)

    def _cancel_scheduled_replies(self, because):
        """Nobody has planned a reply."""
        if self.env.context.get("support_first_message"):
            return None
        return super()._cancel_scheduled_replies(because)
