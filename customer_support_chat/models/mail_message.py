from markupsafe import Markup

from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _remove_channel_words(self):
        """Blank what its author, or the network, has deleted."""
        for message in self:
            message.attachment_ids.unlink()
            text = self.env._("This message was deleted by its author or the network.")
            message.body = Markup("<p><i>%s</i></p>") % text
