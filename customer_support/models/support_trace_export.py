"""Whoever exports what customers said or did leaves a line in the audit."""

from odoo import models


class SupportIdentity(models.Model):
    _inherit = "support.identity"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["support.audit"]._note_export(self, fields_to_export)
        return result


class SupportIncomingMail(models.Model):
    _inherit = "support.incoming.mail"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["support.audit"]._note_export(self, fields_to_export)
        return result


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["support.audit"]._note_export(self, fields_to_export)
        return result


class SupportTicketEvent(models.Model):
    _inherit = "support.ticket.event"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["support.audit"]._note_export(self, fields_to_export)
        return result


class SupportTimeline(models.Model):
    _inherit = "support.timeline"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["support.audit"]._note_export(self, fields_to_export)
        return result
