"""What reviews say, among the other figures."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.metric import SCORE, Metric
from .support_metric_source_ticket import COUNTED


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [*super()._get_metrics(), *self._get_quality_metrics()]

    @api.model
    def _get_quality_metrics(self):
        _ = self.env._
        return [
            Metric(
                "quality",
                _("Quality of answers"),
                _(
                    "The mean score of colleagues' reviews, from 0 to 100, on the day"
                    " of the review and for who answered the customer. Of cases"
                    " reviewed twice the first review counts."
                ),
                SCORE,
                "_facts_quality",
                higher_is_better=True,
                digits=0,
            ),
        ]

    @api.model
    def _facts_quality(self, _argument, _bounds):
        """The scores of finished reviews."""
        return SQL(
            """SELECT review.ticket_id, review.reviewed_at AS at, review.company_id,
                      review.team_id, review.agent_id, ticket.channel_id,
                      ticket.reason_id, review.score AS value, NULL::int AS business
                 FROM support_quality_review review
                 JOIN support_ticket ticket ON ticket.id = review.ticket_id
                WHERE review.state = 'done' AND review.round = 1 AND %s""",
            COUNTED,
        )
