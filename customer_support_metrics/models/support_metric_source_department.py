"""How long customers wait for other departments."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.metric import DURATION, Metric
from .support_metric_source_ticket import COUNTED, SURVIVOR_ID


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [*super()._get_metrics(), *self._get_department_metrics()]

    @api.model
    def _get_department_metrics(self):
        _ = self.env._
        return [
            Metric(
                "department_wait",
                _("Waiting for other departments"),
                _(
                    "From a request to another department to its answer, counted in the"
                    " period of the answer, where the case had to wait for it. The"
                    " agent is who answered."
                ),
                DURATION,
                "_facts_department",
                higher_is_better=False,
                groups=("department",),
            ),
        ]

    @api.model
    def _facts_department(self, _argument, _bounds):
        """Requests that were answered and that a case waited for."""
        return SQL(
            """SELECT ticket.id AS ticket_id, request.done_at AS at,
                      ticket.company_id, request.team_id, request.user_id AS agent_id,
                      ticket.channel_id, ticket.reason_id, request.department_id,
                      coalesce(request.seconds, 0) AS value,
                      coalesce(request.business_seconds, 0) AS business
                 FROM support_request request
                 JOIN support_ticket own ON own.id = request.ticket_id
                 JOIN support_ticket ticket ON ticket.id = %s
                WHERE request.done_at IS NOT NULL AND request.holds_ticket AND %s""",
            SURVIVOR_ID,
            COUNTED,
        )
