from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..tools import placeholders


class SupportMacroReplyMixin(models.AbstractModel):
    """A window that sends the reply of a macro, after the agent has seen it."""

    _name = "support.macro.reply.mixin"
    _description = "Reply of a Macro"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade"
    )
    macro_id = fields.Many2one("support.macro", ondelete="cascade")
    recipient = fields.Char("To", compute="_compute_recipient")
    body = fields.Html(
        "Reply", compute="_compute_body", store=True, readonly=False, sanitize=True
    )
    missing = fields.Char(
        "Without a value",
        compute="_compute_missing",
        help="Complete the ticket, or write over these places.",
    )
    hints = fields.Text(
        "To look at",
        compute="_compute_hints",
        help="You may send it as it is.",
    )

    @api.depends("ticket_id")
    def _compute_recipient(self):
        for wizard in self:
            ticket = wizard.ticket_id
            parts = (ticket.partner_id.name or ticket.partner_name, ticket.email_from)
            wizard.recipient = " · ".join(filter(None, parts))

    @api.depends("macro_id", "ticket_id")
    def _compute_body(self):
        for wizard in self:
            if wizard.macro_id:
                wizard.body = wizard.macro_id._get_preview(wizard.ticket_id)[0]
            else:
                wizard.body = False

    @api.depends("body", "ticket_id")
    def _compute_missing(self):
        allowed = self.env["support.ticket"]._get_placeholder_labels()
        for wizard in self:
            late = wizard.macro_id._get_late_names()
            names = placeholders.find_names(wizard.body)
            wizard.missing = ", ".join(
                f"{{{name}}} ({allowed[name]})"
                for name in names
                if name in allowed and name not in late
            )

    @api.depends("body", "macro_id", "ticket_id")
    def _compute_hints(self):
        """One hint a line; what has no value yet is told above them."""
        for wizard in self:
            hints = (
                wizard.ticket_id._get_writing_hints(wizard.body, wizard.macro_id)
                if wizard.ticket_id and not is_html_empty(wizard.body)
                else []
            )
            wizard.hints = "\n".join(
                hint["text"] for hint in hints if not self._is_told_as_missing(hint)
            )

    def _is_told_as_missing(self, hint):
        """Whether a hint names a placeholder, which keeps the reply from leaving."""
        known = self.env["support.ticket"]._get_placeholder_labels()
        named = placeholders.find_names(hint["text"])
        return hint["kind"] == "blank" and any(name in known for name in named)

    def _check_nothing_missing(self):
        """Keep a reply from leaving with a placeholder still in it.

        :raise UserError: naming the placeholders
        """
        if self.missing:
            raise UserError(self.env._("Not sent yet: no value for %s.", self.missing))
