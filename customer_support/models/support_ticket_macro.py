from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, is_html_empty

from ..tools import placeholders

MACROS_SHOWN = 4


class SupportTicket(models.Model):
    """Prepared answers on a ticket, and the guard over what leaves."""

    _inherit = "support.ticket"

    def action_open_macros(self):
        """Choose a prepared answer, see it, send it."""
        self.ensure_one()
        return self.env["support.apply.macro"]._get_action(self)

    def action_use_macro(self, macro_id):
        """Open the window of one macro: its reply, or what it does in the store.

        :param int macro_id: a macro that is offered on this ticket
        :raise AccessError: if the user may not work on this ticket
        :raise UserError: if it is not offered
        """
        self.ensure_one()
        self.check_access("write")
        macro = self.env["support.macro"]._find_for_ticket(self)
        macro = macro.filtered(lambda offered: offered.id == macro_id)
        if not macro:
            raise UserError(self.env._("This macro is not offered here any more."))
        if macro.action_kind:
            return self.env["support.store.action"]._open(
                self, macro.action_kind, macro
            )
        return self.env["support.apply.macro"]._get_action(self, macro)

    @api.readonly
    def get_macro_choices(self):
        """Macros for the bar over the conversation, the likeliest first.

        :return: list of dict with the keys id and name
        """
        self.ensure_one()
        self.check_access("read")
        macros = self.env["support.macro"]._find_for_ticket(self)[:MACROS_SHOWN]
        return [{"id": macro.id, "name": macro.name} for macro in macros]

    def _apply_macro(self, macro, body):
        """Send the reply of a macro and make its changes.

        :param macro: ``support.macro``
        :param body: the reply as the agent has seen it (HTML); may be empty
        """
        self.ensure_one()
        self.check_access("write")
        values = macro._prepare_ticket_values()
        if values:
            self.write(values)
        if not is_html_empty(body):
            self.message_post(
                body=Markup(body),  # sanitized by the wizard's and the message's field
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        if macro.stage_kind and macro.stage_kind != self.stage_kind:
            self._set_stage_kind(macro.stage_kind)

    def message_post(self, *, body="", message_type="notification", **kwargs):
        if message_type == "comment" and self._is_public_post(kwargs):
            self._check_placeholders_filled(body)
        return super().message_post(body=body, message_type=message_type, **kwargs)

    def _is_public_post(self, values):
        """Whether a staff member is posting what the customer will read."""
        if self.env.user.share:
            return False
        xmlid, subtype_id = values.get("subtype_xmlid"), values.get("subtype_id")
        if subtype_id:
            subtype = self.env["mail.message.subtype"].browse(subtype_id)
            # sudo: mail.message.subtype: whether the subtype is internal, no more
            return not subtype.sudo().internal
        return xmlid == "mail.mt_comment"

    def _check_placeholders_filled(self, body):
        """Keep a reply from leaving with a placeholder still in it.

        :raise UserError: naming the placeholders
        """
        names = placeholders.find_names(html2plaintext(body or ""))
        left = [n for n in names if n in self._get_placeholder_labels()]
        if left:
            raise UserError(
                self.env._(
                    "Not sent yet: fill in or remove %(names)s.",
                    names=", ".join(f"{{{name}}}" for name in left),
                )
            )
