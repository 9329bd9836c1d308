"""Tickets and orders show what their customers said of them."""

from odoo import api, fields, models


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    survey_invitation_ids = fields.One2many(
        "support.survey.invitation",
        "ticket_id",
        "Customer's opinion",
        readonly=True,
        groups="customer_support.group_support_agent",
    )
    survey_scores = fields.Char(
        "Score",
        compute="_compute_survey_scores",
        groups="customer_support.group_support_agent",
        help="What the customer gave: satisfaction of 5, recommendation (NPS) of 10,"
        " effort (CES) of 7.",
    )

    @api.depends("survey_invitation_ids.score", "survey_invitation_ids.state")
    def _compute_survey_scores(self):
        for ticket in self:
            answered = ticket.survey_invitation_ids.sorted("id")
            words = [one._get_score_words() for one in answered]
            ticket.survey_scores = ", ".join(filter(None, words))


class SaleOrder(models.Model):
    _inherit = "sale.order"

    support_survey_invitation_ids = fields.One2many(
        "support.survey.invitation",
        "order_id",
        "Customer's opinion",
        readonly=True,
        groups="customer_support.group_support_agent",
    )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # For the job that looks for what was delivered lately.
    _support_done_idx = models.Index("(date_done) WHERE state = 'done'")
