"""What customers have to get: refunds, credit notes, returns, promises."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..report.support_owed_lines import get_owed_lines
from ..tools.metric import AT_MOMENT, MONEY, Metric


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [*super()._get_metrics(), *self._get_owed_metrics()]

    @api.model
    def _get_owed_metrics(self):
        _ = self.env._
        return [
            Metric(
                "money_owed",
                _("Money owed to customers"),
                _(
                    "Credit notes that are not paid out, refunds under way, returns"
                    " that nobody credited, and promised refunds. As it stands now: a"
                    " period that is over shows nothing."
                ),
                MONEY,
                "_facts_owed",
                period=AT_MOMENT,
                higher_is_better=False,
                is_for_managers=True,
                documents="_get_owed_documents",
            ),
        ]

    @api.model
    def _facts_owed(self, _argument, _bounds):
        """All that is owed now; one row for each document."""
        return SQL(
            """SELECT line.ticket_id, line.at, line.company_id, line.team_id,
                      line.agent_id, line.channel_id, line.reason_id,
                      (%(amount)s)::float8 AS value, NULL::int AS business
                 FROM (SELECT owed.*, %(now)s::timestamp AS at FROM (%(lines)s) owed
                      ) line""",
            amount=self._get_shown_amount(SQL("line")),
            now=fields.Datetime.now(),
            lines=get_owed_lines(),
        )

    @api.model
    def _get_owed_documents(self, question, _trace):
        return {
            "res_model": "support.owed",
            "views": [(False, "list"), (False, "kanban"), (False, "pivot")],
            "domain": self._get_line_domain(question),
        }
