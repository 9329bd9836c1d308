from odoo import fields, models


class SupportTestLead(models.Model):
    """Another application's document with an alias of its own."""

    _name = "support.test.lead"
    _inherit = ["mail.thread"]
    _description = "Lead of Another Application"
    _primary_email = "email_from"

    name = fields.Char()
    email_from = fields.Char()
