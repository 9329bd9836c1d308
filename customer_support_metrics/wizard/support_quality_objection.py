from odoo import fields, models
from odoo.exceptions import UserError


class SupportQualityObjection(models.TransientModel):
    """Where an agent says what is wrong with a review."""

    _name = "support.quality.objection"
    _description = "Objection to a Review"

    review_id = fields.Many2one(
        "support.quality.review", required=True, readonly=True, ondelete="cascade"
    )
    comment = fields.Text("What should be looked at again?", required=True)

    def action_send(self):
        """Send the objection to the reviewer.

        :raise UserError: if it says nothing
        """
        self.ensure_one()
        comment = self.comment.strip()
        if not comment:
            raise UserError(self.env._("Please write what you object to."))
        self.review_id._answer("objected", comment)
        return {"type": "ir.actions.act_window_close"}
