from odoo import api, fields, models


class SupportChannel(models.Model):
    _inherit = "support.channel"

    kind = fields.Selection(
        selection_add=[("livechat", "Live chat")],
        ondelete={"livechat": "cascade"},
    )

    @api.model
    def _get_chat_kinds(self):
        """The kinds of channel that this addon brings."""
        return ["livechat"]
