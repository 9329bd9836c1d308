from odoo import models
from odoo.exceptions import UserError


class SupportIdentity(models.Model):
    """Colleagues leave notes on a sender; the customer is answered in a ticket."""

    _inherit = "support.identity"

    def message_post(self, **kwargs):
        """Keep a note; the customer would not know what a message is about.

        :raise UserError: for a message to the customer
        """
        if kwargs.get("message_type") == "comment" and not self._is_note(kwargs):
            raise UserError(
                self.env._("Only notes are kept here. Answer the customer in a ticket.")
            )
        return super().message_post(**kwargs)

    def _is_note(self, values):
        """Whether colleagues alone read a message with these values."""
        subtypes = self.env["mail.message.subtype"].sudo()  # sudo: whether internal
        subtype = subtypes.browse(values.get("subtype_id") or ())
        if values.get("subtype_xmlid"):
            subtype = self.env.ref(values["subtype_xmlid"]).sudo()
        return not subtype or subtype.internal
