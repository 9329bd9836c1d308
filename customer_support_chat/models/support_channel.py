from odoo import api, fields, models

PROVIDERS = [
    ("whatsapp", "WhatsApp"),
    ("messenger", "Messenger"),
    ("instagram", "Instagram"),
    ("facebook", "Facebook page"),
    ("x", "X messages"),
    ("x_public", "X mentions"),
    ("telegram", "Telegram"),
]


class SupportChannel(models.Model):
    _inherit = "support.channel"

    kind = fields.Selection(
        selection_add=[("livechat", "Live chat"), *PROVIDERS],
        ondelete={kind: "cascade" for kind, _name in [("livechat", ""), *PROVIDERS]},
    )
    is_messaging = fields.Boolean(compute="_compute_is_messaging", store=True)
    has_webhook = fields.Boolean(compute="_compute_is_messaging", store=True)

    @api.model
    def _get_chat_kinds(self):
        """The kinds of channel that this addon brings."""
        return ["livechat", *self._get_provider_kinds()]

    @api.model
    def _get_provider_kinds(self):
        """The kinds of channel behind which a messaging provider stands."""
        return [kind for kind, _name in PROVIDERS]

    @api.depends("kind")
    def _compute_is_messaging(self):
        kinds = self._get_provider_kinds()
        for channel in self:
            channel.is_messaging = channel.kind in kinds
            channel.has_webhook = channel.is_messaging or channel.kind == "phone"

    def _get_provider(self):
        """The model that speaks with the provider of this channel."""
        self.ensure_one()
        return self.env[f"support.provider.{self.kind}"]
