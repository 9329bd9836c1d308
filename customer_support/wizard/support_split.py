from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

PREVIEW_LENGTH = 1000


class SupportSplit(models.TransientModel):
    """Make a ticket of one message of a conversation."""

    _name = "support.split"
    _description = "Split a Ticket"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade"
    )
    message_id = fields.Many2one(
        "mail.message", required=True, readonly=True, ondelete="cascade"
    )
    preview = fields.Text(compute="_compute_preview")
    goes_back = fields.Boolean(compute="_compute_owner_note")
    owner_note = fields.Char(compute="_compute_owner_note")
    name = fields.Char(
        "Subject of the new ticket",
        required=True,
        help="Customer, order and team are those of this ticket.",
    )

    @api.model
    def _get_action(self, ticket, message):
        """The dialog for a message of a ticket."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move to a new ticket"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_id": ticket.id,
                "default_message_id": message.id,
                "default_name": message.subject or ticket.name,
            },
        }

    @api.depends("message_id", "ticket_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = False
            if wizard._is_message_of_ticket():
                text = html2plaintext(wizard._get_message().body or "").strip()
                wizard.preview = text[:PREVIEW_LENGTH]

    @api.depends("message_id", "ticket_id")
    def _compute_owner_note(self):
        for wizard in self:
            wizard.goes_back = wizard.owner_note = False
            message = wizard._get_message()
            if not wizard._is_message_of_ticket():
                continue
            # sudo: support.ticket: its number, and who wrote what stands here
            owner = wizard.ticket_id._find_foreign_owner(message).sudo()
            if owner:
                wizard.goes_back = owner._has_brought(message)
                wizard.owner_note = wizard._get_owner_note(owner)

    def _get_owner_note(self, owner):
        return self.env._(
            "This belongs to ticket #%(number)s of %(customer)s, which was merged into"
            " this one. That ticket is taken out again, with all that came along.",
            number=owner.number,
            customer=owner.customer_name,
        )

    def _get_message(self):
        # sudo: mail.message: shown if it is of a ticket that the agent may read
        return self.message_id.sudo()

    def _is_message_of_ticket(self):
        ticket, message = self.ticket_id, self._get_message()
        ticket.check_access("read")
        return message.model == ticket._name and message.res_id == ticket.id

    def action_split(self):
        """Make the new ticket and open it.

        :raise UserError: if the message cannot go
        """
        self.ensure_one()
        if not self._is_message_of_ticket():
            raise UserError(
                self.env._("Somebody has moved this message meanwhile: look again.")
            )
        new = self.ticket_id._split(self._get_message(), self.name)
        return {
            "type": "ir.actions.act_window",
            "res_model": new._name,
            "res_id": new.id,
            "views": [(False, "form")],
            "target": "current",
        }
