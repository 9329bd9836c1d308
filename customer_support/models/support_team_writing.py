from odoo import fields, models


class SupportTeam(models.Model):
    _inherit = "support.team"

    shows_writing_hints = fields.Boolean(
        "Hints before sending",
        default=True,
        help="Before a reply leaves, the agent is shown blanks of a template, another"
        " customer's name in the greeting, rude words, jargon and very long sentences."
        " The agent may send it as it is.",
    )
