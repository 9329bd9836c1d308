from odoo import fields, models


class SupportRefuseAction(models.TransientModel):
    """Asks why a store action is refused; whoever asked for it reads the answer."""

    _name = "support.refuse.action"
    _description = "Refuse a Store Action"

    action_id = fields.Many2one(
        "support.ticket.action", required=True, readonly=True, ondelete="cascade"
    )
    summary = fields.Char(related="action_id.summary")
    requested_by = fields.Many2one(related="action_id.requested_by")
    reason = fields.Char(
        "Why not", required=True, help="Sent to the colleague who asked for it."
    )

    def action_refuse(self):
        """Refuse, and tell the requester why.

        :raise AccessError: for whoever may not decide
        """
        self.ensure_one()
        self.action_id.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
