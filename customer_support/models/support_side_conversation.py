from uuid import uuid4

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, is_html_empty

EXCERPT_LENGTH = 500


class SupportSideConversation(models.Model):
    """What we write with a carrier or supplier, out of the customer's sight.

    It has a thread and an address of its own, so that nothing of it stands in the
    conversation with the customer. Each answer leaves an internal note on the ticket.
    """

    _name = "support.side.conversation"
    _description = "Side Conversation"
    _inherit = ["mail.thread", "mail.alias.mixin.optional"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Subject", required=True, tracking=True)
    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        "With",
        required=True,
        check_company=True,
        index=True,
        help="The carrier, supplier or whoever else can help. Not the customer.",
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    first_message = fields.Html(
        "Message",
        sanitize=True,
        copy=False,
        help="Sent when you save. The customer sees nothing of it.",
    )
    answered_at = fields.Datetime("Answered on", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Nobody guesses the address, so nobody writes here uninvited.
            vals["alias_name"] = f"side-{uuid4().hex[:16]}"
        conversations = super().create(vals_list)
        for conversation in conversations:
            conversation._start()
        return conversations

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            for conversation in self:
                conversation.message_subscribe(conversation.partner_id.ids)
        return result

    def _start(self):
        self.message_subscribe(self.partner_id.ids)
        self.ticket_id._log_side_note(
            self.env._("%(agent)s began a side conversation: %(conversation)s"), self
        )
        if not is_html_empty(self.first_message):
            self.message_post(
                body=Markup(self.first_message),  # sanitized by the field
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id(self._name)
        values["alias_contact"] = "everyone"
        if self.id:
            values["alias_force_thread_id"] = self.id
        return values

    def action_close(self):
        """Nothing more is expected from the other side."""
        self.state = "closed"

    def action_reopen(self):
        """Go on with the conversation."""
        self.state = "open"

    # --- out of the customer's sight ----------------------------------------------

    @api.constrains("partner_id", "ticket_id")
    def _check_partner_id(self):
        for conversation in self:
            conversation._check_no_customer(conversation.partner_id)

    def _check_no_customer(self, partners):
        """Refuse who must not read this.

        :raise UserError: if one of ``partners`` takes part in the customer's side
        """
        self.ensure_one()
        customers = partners & self._find_customer_side(partners)
        if customers:
            raise UserError(
                self.env._(
                    "%s is on the customer's side of this ticket and must not read a"
                    " side conversation. Write to the customer on the ticket itself.",
                    customers[:1].display_name,
                )
            )

    def _find_customer_side(self, partners):
        """Those of ``partners`` who read the ticket as a customer does."""
        # sudo: support.ticket, res.partner: compared, never shown
        ticket, partners = self.sudo().ticket_id, partners.sudo()
        family = ticket.partner_id.commercial_partner_id
        followers = ticket.message_partner_ids.filtered("partner_share")
        return partners.filtered(
            lambda partner: (
                partner in followers
                or (family and partner.commercial_partner_id == family)
                or ticket._is_requester(partner.email_normalized or "")
            )
        )

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        partners = self.env["res.partner"].browse(partner_ids or [])
        for conversation in self:
            conversation._check_no_customer(partners)
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post(self, **kwargs):
        self._check_no_customer(
            self.env["res.partner"].browse(kwargs.get("partner_ids") or [])
        )
        return super().message_post(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out who became the customer after the conversation had begun."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        ids = [recipient["id"] for recipient in recipients if recipient["id"]]
        customers = self._find_customer_side(self.env["res.partner"].browse(ids))
        return [one for one in recipients if one["id"] not in customers.ids]

    # --- answers ----------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_answer(message):
            self._record_answer(message)
        return result

    def _is_answer(self, message):
        """Whether somebody outside the store wrote this."""
        is_spoken = message.message_type in ("email", "comment")
        author = message.author_id
        return is_spoken and (not author or author.partner_share)

    def _record_answer(self, message):
        # sudo: support.side.conversation, support.ticket: whoever the mail gateway is
        conversation = self.sudo()
        conversation.write({"answered_at": message.date, "state": "open"})
        text = html2plaintext(message.body or "").strip()[:EXCERPT_LENGTH]
        conversation.ticket_id._log_side_note(
            self.env._("%(author)s answered in %(conversation)s:"),
            self,
            author=message.author_id.name or message.email_from,
            text=text,
        )
