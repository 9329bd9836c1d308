"""How far reviewers agree: the cases that two of them looked at."""

from odoo import fields, models
from odoo.tools import SQL

from ..tools.agreement import weighted_kappa
from ..tools.metric import SMALL_CELL


class SupportQualityCriterion(models.Model):
    _inherit = "support.quality.criterion"

    pair_count = fields.Integer("Reviewed twice", compute="_compute_agreement")
    agreement = fields.Float(
        compute="_compute_agreement",
        digits=(4, 2),
        groups="customer_support.group_support_manager",
        help="Weighted kappa of the cases that two people reviewed: 1 when they always"
        " agree, 0 when they agree as often as chance would have it. Above 0.6 they"
        " mean the same; below 0.4 talk about what the criterion means. Shown from 5"
        " cases on.",
    )

    def _compute_agreement(self):
        pairs = self._get_pairs()
        for criterion in self:
            found = pairs.get(criterion.id, [])
            criterion.pair_count = len(found)
            criterion.agreement = (
                weighted_kappa(found) or 0 if len(found) >= SMALL_CELL else 0
            )

    def _get_pairs(self):
        """Both grades of each case that was reviewed twice, by criterion id."""
        if not self.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT first_line.criterion_id,
                          array_agg(first_line.grade ORDER BY first_line.id),
                          array_agg(second_line.grade ORDER BY first_line.id)
                     FROM support_quality_review_line first_line
                     JOIN support_quality_review one ON one.id = first_line.review_id
                     JOIN support_quality_review two
                       ON two.ticket_id = one.ticket_id
                      AND two.agent_id = one.agent_id AND two.week = one.week
                     JOIN support_quality_review_line second_line
                       ON second_line.review_id = two.id
                      AND second_line.criterion_id = first_line.criterion_id
                    WHERE one.round = 1 AND two.round = 2
                      AND one.state = 'done' AND two.state = 'done'
                      AND first_line.grade > 0 AND second_line.grade > 0
                      AND first_line.criterion_id IN %s
                    GROUP BY first_line.criterion_id""",
                tuple(self.ids),
            )
        )
        return {
            criterion_id: list(zip(first, second, strict=True))
            for criterion_id, first, second in rows
        }
