from odoo import models


class SupportExportedMixin(models.AbstractModel):
    """Records of what customers said or did: who exports them is written down."""

    _name = "support.exported.mixin"
    _description = "Exported with a Trace"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["support.audit"]._note_export(self, fields_to_export)
        return result
