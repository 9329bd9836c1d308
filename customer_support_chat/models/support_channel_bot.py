from odoo import fields, models


class SupportChannel(models.Model):
    _inherit = "support.channel"

    bot_script_id = fields.Many2one(
        "chatbot.script",
        "Bot",
        ondelete="set null",
        help="Answers first, day and night, until a person takes over. Without a bot "
        "every message waits for a person.",
    )
