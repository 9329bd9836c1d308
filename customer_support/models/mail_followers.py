from odoo import models

from ..tools.ticket_reference import TicketReference


class MailFollowers(models.Model):
    _inherit = "mail.followers"

    res_id = TicketReference()
