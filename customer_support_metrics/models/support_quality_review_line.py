from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportQualityReviewLine(models.Model):
    """The grade of one criterion in one review."""

    _name = "support.quality.review.line"
    _description = "Grade of a Review"
    _order = "review_id, id"
    _rec_name = "criterion_id"

    review_id = fields.Many2one(
        "support.quality.review", required=True, ondelete="cascade", index=True
    )
    criterion_id = fields.Many2one(
        "support.quality.criterion", required=True, readonly=True, index=True
    )
    description = fields.Char(related="criterion_id.description")
    scale = fields.Selection(related="criterion_id.scale")
    grade = fields.Integer(help="From 1; the highest grade of the scale is the best.")
    is_not_applicable = fields.Boolean(
        "Does not fit", help="The criterion is left out of this score."
    )
    comment = fields.Char(help="What was good, or what would have been better.")

    _criterion_unique = models.UniqueIndex(
        "(review_id, criterion_id)", "A criterion has one grade in a review."
    )

    @api.constrains("grade", "is_not_applicable")
    def _check_grade(self):
        for line in self:
            if not 0 <= line.grade <= int(line.criterion_id.scale):
                raise ValidationError(
                    self.env._(
                        "%(criterion)s: grades go from 1 to %(best)s.",
                        criterion=line.criterion_id.name,
                        best=line.criterion_id.scale,
                    )
                )
            if line.grade and line.is_not_applicable:
                raise ValidationError(
                    self.env._("What does not fit has no grade: leave it at 0.")
                )

    def write(self, vals):
        if not self.env.su:
            # A review that is over is not changed through its grades either.
            self.review_id._check_writable({"line_ids": True})
        return super().write(vals)

    def _is_open(self):
        """Whether the reviewer has still to decide."""
        return not self.grade and not self.is_not_applicable

    def _get_part(self):
        """The grade as a part of the best one: 0 for the worst, 1 for the best."""
        return (self.grade - 1) / (int(self.criterion_id.scale) - 1)
