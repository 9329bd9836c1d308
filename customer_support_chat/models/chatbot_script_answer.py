from odoo import fields, models


class ChatbotScriptAnswer(models.Model):
    _inherit = "chatbot.script.answer"

    support_hands_over = fields.Boolean(
        "To a person",
        help="Who chooses this is taken to the first step that looks for a person, "
        "wherever it stands in the script.",
    )
