from odoo import api, fields, models


class SupportCloseTicket(models.TransientModel):
    """What is still open when a ticket is about to be solved."""

    _name = "support.close.ticket"
    _description = "Solve a Ticket"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade"
    )
    child_count = fields.Integer(related="ticket_id.open_child_count")
    request_count = fields.Integer(
        "Requests without an answer", related="ticket_id.open_request_count"
    )
    open_checks = fields.Text(
        "Still open on the checklist", compute="_compute_open_checks"
    )
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

    @api.depends("ticket_id")
    def _compute_open_checks(self):
        for wizard in self:
            names = wizard.ticket_id._get_open_checks().mapped("name")
            wizard.open_checks = "\n".join(f"• {name}" for name in names)

    def action_solve(self):
        """Solve the ticket and, if chosen, those of its children that may be."""
        self.ensure_one()
        tickets = self.ticket_id
        if self.close_children:
            children = self.ticket_id._get_open_children()
            tickets |= children._filtered_access("write")
        tickets = tickets.with_context(support_ask_before_close=False)
        # Goods or money that are missing are asked about on their own.
        return tickets.action_close() or {"type": "ir.actions.act_window_close"}
