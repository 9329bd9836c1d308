from odoo import api, fields, models


class SupportFlagCustomer(models.TransientModel):
    """Say what an abusive customer did."""

    _name = "support.flag.customer"
    _description = "Flag an Abusive Customer"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade"
    )
    may_flag_customer = fields.Boolean(related="ticket_id.may_flag_customer")
    reason = fields.Char(
        "What happened",
        required=True,
        help="Facts only: the customer may ask to read what is kept.",
    )

    @api.model
    def _get_action(self, ticket):
        """The dialog for the customer of a ticket."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Abusive customer"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": ticket.id},
        }

    def action_propose(self):
        """Ask the team leader to decide."""
        self.ticket_id._propose_abusive(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_flag(self):
        """Flag the customer, as a team leader or manager."""
        self.ticket_id._flag_abusive(self.reason)
        return {"type": "ir.actions.act_window_close"}
