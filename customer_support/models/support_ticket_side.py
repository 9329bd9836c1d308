from markupsafe import Markup

from odoo import api, fields, models


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    side_conversation_ids = fields.One2many(
        "support.side.conversation", "ticket_id", "With carriers and suppliers"
    )
    side_conversation_count = fields.Integer(
        "Side conversations", compute="_compute_side_conversation_count"
    )

    @api.depends("side_conversation_ids")
    def _compute_side_conversation_count(self):
        for ticket in self:
            ticket.side_conversation_count = len(ticket.side_conversation_ids)

    def action_view_side_conversations(self):
        """Open what was written with carriers and suppliers about this case."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support.support_side_conversation_action"
        )
        return {
            **action,
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id, "default_name": self.name},
        }

    def action_new_side_conversation(self):
        """Open the form of a new conversation with a carrier or a supplier."""
        return {**self.action_view_side_conversations(), "views": [(False, "form")]}

    def _log_side_note(self, title, conversation, text="", **names):
        """Leave an internal note; the agent of the case is told, the customer never.

        :param str title: with the place %(conversation)s and those of ``names``
        :param str text: plain, shown below the title
        """
        self.ensure_one()
        names = {"agent": self.env.user.name, **names}
        body = Markup("<p>%s</p>") % (
            Markup(title) % {**names, "conversation": conversation._get_html_link()}
        )
        if text:
            body += Markup("<blockquote>%s</blockquote>") % text
        # sudo: support.ticket: the gateway posts the answers of carriers
        self.sudo().message_post(
            body=body,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            partner_ids=(self.sudo().user_id.partner_id - self.env.user.partner_id).ids,
        )
