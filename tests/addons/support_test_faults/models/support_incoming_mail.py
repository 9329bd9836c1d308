from odoo import api, models

from ..faults import die_at


class SupportIncomingMail(models.Model):
    _inherit = "support.incoming.mail"

    @api.model
    def _spool(self, raw, envelope, claim):
        """Die, when asked, as soon as the mail is in the ledger."""
        is_new = super()._spool(raw, envelope, claim)
        die_at("after_spool_commit")
        return is_new

    def _process(self):
        """Die, when asked, when the ticket is made and not yet committed."""
        result = super()._process()
        die_at("before_ticket_commit")
        return result
