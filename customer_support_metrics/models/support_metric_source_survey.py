"""What customers say, among the other figures: one row for each question."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.metric import RATE, SCORE, Metric
from .support_metric_source_ticket import COUNTED
from .support_survey_rule import SCALES

_CSAT, _NPS = SCALES["csat"], SCALES["nps"]
# What one answer counts.
_VALUES = {
    "csat": SQL("CASE WHEN asked.score >= %s THEN 1 ELSE 0 END", _CSAT.lowest_good),
    "nps": SQL(
        """CASE WHEN asked.score >= %s THEN 100
                WHEN asked.score <= %s THEN -100 ELSE 0 END""",
        _NPS.lowest_good,
        _NPS.highest_bad,
    ),
    "ces": SQL("asked.score"),
}


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [*super()._get_metrics(), *self._get_survey_metrics()]

    @api.model
    def _get_survey_metrics(self):
        _ = self.env._
        return [
            Metric(
                "csat",
                _("Satisfaction (CSAT)"),
                _(
                    "Of all scores from 1 to 5, those of 4 and 5. A score counts on the"
                    " day of the answer, for who answered the customer."
                ),
                RATE,
                "_facts_score",
                argument="csat",
                higher_is_better=True,
            ),
            Metric(
                "nps",
                _("Recommendation (NPS)"),
                _(
                    "Of all scores from 0 to 10, the share of 9 and 10 less that of"
                    " 0 to 6: from -100 to 100."
                ),
                SCORE,
                "_facts_score",
                argument="nps",
                higher_is_better=True,
                digits=0,
                has_tickets=False,
            ),
            Metric(
                "ces",
                _("Effort (CES)"),
                _(
                    "How far customers agree that it was easy to have the matter"
                    " solved, from 1 to 7: the mean."
                ),
                SCORE,
                "_facts_score",
                argument="ces",
                higher_is_better=True,
            ),
            Metric(
                "survey_response",
                _("Questions answered"),
                _("Of the questions sent in the period, those that were answered."),
                RATE,
                "_facts_response",
                higher_is_better=True,
                has_tickets=False,
            ),
        ]

    @api.model
    def _facts_score(self, kind, _bounds):
        """The answers to one kind of question.

        :param str kind: csat, nps or ces
        """
        return self._get_survey_facts(
            SQL("asked.answered_at"),
            _VALUES[kind],
            SQL("asked.state = 'answered' AND asked.kind = %s", kind),
        )

    @api.model
    def _facts_response(self, _argument, _bounds):
        """The questions that were sent: 1 for an answered one."""
        return self._get_survey_facts(
            SQL("asked.sent_at"),
            SQL("CASE WHEN asked.state = 'answered' THEN 1 ELSE 0 END"),
            SQL("asked.sent_at IS NOT NULL"),
        )

    @api.model
    def _get_survey_facts(self, moment, value, condition):
        """The same questions as ``support.survey.invitation._get_scores`` counts."""
        return SQL(
            """SELECT asked.ticket_id, %(moment)s AS at, asked.company_id,
                      asked.team_id, asked.agent_id, asked.channel_id,
                      asked.reason_id, %(value)s AS value, NULL::int AS business
                 FROM support_survey_invitation asked
                 LEFT JOIN support_ticket ticket ON ticket.id = asked.ticket_id
                WHERE %(condition)s AND %(counted)s""",
            moment=moment,
            value=value,
            condition=condition,
            counted=COUNTED,
        )
