from markupsafe import Markup

from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _holds_customer_words(self, vals):
        """A live chat is a conversation with a customer, too."""
        if vals.get("model") != "discuss.channel":
            return super()._holds_customer_words(vals)
        # sudo: discuss.channel: what kind of conversation it is
        channel = self.env["discuss.channel"].sudo().browse(vals.get("res_id"))
        return channel.channel_type == "livechat"

    def _remove_channel_words(self):
        """Blank what its author, or the network, has deleted."""
        for message in self:
            message.attachment_ids.unlink()
            text = self.env._("This message was deleted by its author or the network.")
            message.body = Markup("<p><i>%s</i></p>") % text
