from markupsafe import Markup

from odoo import Command, api, models


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
        self.env["support.channel.event"]._ignore_files(self)
        for message in self:
            message.attachment_ids.unlink()
            text = self.env._("This message was deleted by its author or the network.")
            message.body = Markup("<p><i>%s</i></p>") % text

    def _add_channel_file(self, name, content):
        """Attach a file of the customer that could only be fetched now, and say so."""
        # A page or a drawing that says it is a picture is kept as text: nobody runs it.
        files = self.env["ir.attachment"].with_context(attachments_mime_plainxml=True)
        file = files.create(
            {
                "name": name,
                "raw": content,
                "res_model": self.model,
                "res_id": self.res_id,
            }
        )
        self.attachment_ids = [Command.link(file.id)]
        ticket = self.env["support.ticket"].browse(self.res_id)
        text = self.env._("A file of the customer has come now: %s", name)
        ticket._log_mail_note([text])
