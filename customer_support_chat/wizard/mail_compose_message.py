from odoo import api, fields, models


class MailComposeMessage(models.TransientModel):
    """The large composer says as well which way an answer takes that is no e-mail."""

    _inherit = "mail.compose.message"

    support_way = fields.Text("Where it goes", compute="_compute_support_way")

    @api.depends("model", "res_ids", "subtype_is_log")
    def _compute_support_way(self):
        for composer in self:
            ids = []
            if composer.model == "support.ticket" and not composer.subtype_is_log:
                ids = composer._evaluate_res_ids()
            ticket = self.env["support.ticket"].browse(ids[:1])
            has_way = len(ids) == 1 and bool(ticket._get_answer_channel())
            composer.support_way = has_way and ticket._get_way_text()
