"""Whoever exports what customers said or did leaves a line in the audit."""

from odoo import models


class SupportTicketReport(models.Model):
    _inherit = "support.ticket.report"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["support.audit"]._note_export(self, fields_to_export)
        return result
