from odoo import api, fields, models


class SupportCloseTicket(models.TransientModel):
    """What is still open when a ticket is about to be solved."""

    _name = "support.close.ticket"
    _description = "Solve a Ticket"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade"
    )
    child_count = fields.Integer(related="ticket_id.open_child_count")
    close_children = fields.Boolean("Solve the open children as well", default=True)

    @api.model
    def _get_action(self, ticket):
        """The dialog for a ticket."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Solve ticket"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_id": ticket.id,
                "support_ask_before_close": False,
            },
        }

    def action_solve(self):
        """Solve the ticket and, if chosen, those of its children that may be."""
        self.ensure_one()
        tickets = self.ticket_id
        if self.close_children:
            children = self.ticket_id._get_open_children()
            tickets |= children._filtered_access("write")
        for ticket in tickets.with_context(support_ask_before_close=False):
            ticket.action_close()
        return {"type": "ir.actions.act_window_close"}
