from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class SupportAnswerChildren(models.TransientModel):
    """Write one answer to everybody whom a shared cause concerns."""

    _name = "support.answer.children"
    _description = "Answer All Children"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade"
    )
    key = fields.Char(default=lambda self: uuid4().hex, required=True, readonly=True)
    child_count = fields.Integer(
        "Open children", related="ticket_id.open_child_count", compute_sudo=True
    )
    body = fields.Html("Reply", sanitize=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    to_customer = fields.Boolean(
        "Also to the customer of this ticket",
        compute="_compute_to_customer",
        store=True,
        readonly=False,
        help="Otherwise the answer stays here as an internal note.",
    )

    @api.depends("ticket_id")
    def _compute_to_customer(self):
        for wizard in self:
            wizard.to_customer = bool(wizard.ticket_id.email_normalized)

    @api.model
    def _get_action(self, ticket):
        """The dialog for a parent ticket."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer all children"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": ticket.id},
        }

    def action_send(self):
        """Send the answer to each open child; a second click sends nothing more.

        :raise UserError: if there is no text or no open child
        """
        self.ensure_one()
        if is_html_empty(self.body):
            raise UserError(self.env._("Write the answer first."))
        rows = self.ticket_id._answer_children(
            self.body, self.key, self.attachment_ids, self.to_customer
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "On its way to %s customers, each in the own conversation.",
                    len(rows),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
