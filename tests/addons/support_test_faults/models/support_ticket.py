from odoo import api, models

from ..faults import fail_when_asked


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Fail or hang, when asked, instead of making a ticket."""
        fail_when_asked(msg_dict.get("subject"))
        return super().message_new(msg_dict, custom_values=custom_values)
