from odoo import models


class SupportChannel(models.Model):
    _inherit = "support.channel"

    def _deliver(self, ticket, message):
        """Answers to a live chat appear there while it is open; e-mail goes as well."""
        result = super()._deliver(ticket, message)
        if self.kind == "livechat":
            ticket._say_in_open_chat(message)
        return result
