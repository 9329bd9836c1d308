from odoo import fields, models


class SupportTestPlainThread(models.Model):
    """What a document with a chatter costs before it does anything."""

    _name = "support.test.plain.thread"
    _description = "Plain Thread"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"

    name = fields.Char(required=True)
    description = fields.Html()
    partner_id = fields.Many2one("res.partner", index=True)
    user_id = fields.Many2one("res.users", tracking=True)
    email_from = fields.Char()
