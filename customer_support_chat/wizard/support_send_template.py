from odoo import api, fields, models
from odoo.tools import plaintext2html


class SupportSendTemplate(models.TransientModel):
    """Choose an approved message, see how the customer will read it, send it."""

    _name = "support.send.template"
    _description = "Send an Approved Message"

    ticket_id = fields.Many2one("support.ticket", required=True, readonly=True)
    channel_id = fields.Many2one(
        related="ticket_id.answer_identity_id.channel_id", string="Channel"
    )
    template_id = fields.Many2one(
        "support.message.template",
        "Message",
        required=True,
        domain="[('channel_id', '=', channel_id)]",
    )
    preview = fields.Text("The customer reads", compute="_compute_preview")

    @api.depends("template_id")
    def _compute_preview(self):
        for wizard in self:
            template = wizard.template_id
            wizard.preview = template and template._fill(wizard.ticket_id)[0]

    def action_send(self):
        """Send it as an answer of the ticket.

        :raise UserError: when a place has no value in this ticket
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        text, values = self.template_id._fill(ticket)
        chosen = {"template_id": self.template_id.id, "template_values": values}
        ticket.with_context(support_message_template=chosen).message_post(
            body=plaintext2html(text),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return {"type": "ir.actions.act_window_close"}
