from odoo import models


class SupportTicketAction(models.Model):
    """Money that is paid back may be what an agent promised before."""

    _inherit = "support.ticket.action"

    def _execute(self):
        result = super()._execute()
        if self.transaction_ids or self.by_hand_amount:
            # sudo: support.promise: of the ticket of this action
            promises = self.ticket_id.sudo().promise_ids._filter_untied_refunds()
            promises.action_id = self
        return result

    def action_mark_paid(self):
        result = super().action_mark_paid()
        self.env["support.promise"]._keep_for(self)
        return result
