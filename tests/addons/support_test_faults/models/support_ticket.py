from odoo import api, models

from ..faults import die_at, fail_when_asked


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Fail or hang, when asked, instead of making a ticket."""
        fail_when_asked(msg_dict.get("subject"))
        return super().message_new(msg_dict, custom_values=custom_values)

    def _run_due(self, now):
        """Die, when asked, when the deadlines of a ticket are handled."""
        result = super()._run_due(now)
        die_at("deadline")
        return result
