from odoo import fields, models


class SupportAnswerReview(models.TransientModel):
    """The store's answer below a review, as everybody will read it."""

    _name = "support.answer.review"
    _description = "Answer a Review in Public"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="ticket_id.product_id")
    review_stars_drawn = fields.Char(related="ticket_id.review_stars_drawn")
    review_text = fields.Text(related="ticket_id.review_text")
    body = fields.Text(
        "Answer",
        required=True,
        help="It stands below the review on the product's page, with your name, and"
        " takes the place of an earlier answer.",
    )

    def action_publish(self):
        """Show the answer below the review.

        :raise UserError: when it holds words that are not for everybody
        """
        self.ensure_one()
        self.ticket_id._answer_review(self.body)
        return {"type": "ir.actions.act_window_close"}
