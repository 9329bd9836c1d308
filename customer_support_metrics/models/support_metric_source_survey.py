"""What customers say, among the other figures: one row for each question."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.metric import RATE, SCORE, Metric
from .support_metric_source_ticket import COUNTED
from .support_survey_rule import SCALES

_CSAT, _NPS, _CES = SCALES["csat"], SCALES["nps"], SCALES["ces"]
# How an order went says nothing of the desk: such a score has no case, team or agent.
_OF_ORDER = SQL("(asked.ticket_id IS NULL AND asked.order_id IS NOT NULL)")
_OF_CASE = SQL("NOT %s", _OF_ORDER)
_SATISFIED = SQL("CASE WHEN asked.score >= %s THEN 1 ELSE 0 END", _CSAT.lowest_good)
# What a figure is about: a kind of question, and after what it was asked.
_ASKED = {
    "csat": SQL("asked.kind = 'csat' AND %s", _OF_CASE),
    "csat_order": SQL("asked.kind = 'csat' AND %s", _OF_ORDER),
    # Of the store as a whole, whatever made us ask.
    "nps": SQL("asked.kind = 'nps'"),
    "ces": SQL("asked.kind = 'ces' AND %s", _OF_CASE),
}
# The questions of a figure, and what one answer counts.
_SCORES = {
    "csat": ("csat", _SATISFIED),
    "csat_order": ("csat_order", _SATISFIED),
    "nps": (
        "nps",
        SQL(
            """CASE WHEN asked.score >= %s THEN 100
                    WHEN asked.score <= %s THEN -100 ELSE 0 END""",
            _NPS.lowest_good,
            _NPS.highest_bad,
        ),
    ),
    "ces": ("ces", SQL("asked.score")),
    "ces_share": (
        "ces",
        SQL("CASE WHEN asked.score >= %s THEN 1 ELSE 0 END", _CES.lowest_good),
    ),
}


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [*super()._get_metrics(), *self._get_survey_metrics()]

    @api.model
    def _get_survey_metrics(self):
        return [*self._get_score_metrics(), *self._get_response_metrics()]

    @api.model
    def _get_score_metrics(self):
        _ = self.env._
        return [
            Metric(
                "csat",
                _("Satisfaction (CSAT)"),
                _(
                    "Of all scores from 1 to 5, those of 4 and 5; the three faces at"
                    " the end of a live chat are 5, 3 and 1. A score counts on the day"
                    " of the answer, for who answered the customer."
                ),
                RATE,
                "_facts_score",
                argument="csat",
                higher_is_better=True,
            ),
            Metric(
                "csat_order",
                _("Satisfaction with orders"),
                _(
                    "Of all scores from 1 to 5 that customers gave after a delivery,"
                    " those of 4 and 5. They are of the store, not of a team."
                ),
                RATE,
                "_facts_score",
                argument="csat_order",
                higher_is_better=True,
                has_dimensions=False,
                documents="_get_order_answer_documents",
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
                "ces_share",
                _("Found it easy (CES)"),
                _("Of all scores from 1 to 7 for the effort, those of 5 to 7."),
                RATE,
                "_facts_score",
                argument="ces_share",
                higher_is_better=True,
            ),
        ]

    @api.model
    def _get_response_metrics(self):
        _ = self.env._
        names = {
            "csat": _("Satisfaction: answered"),
            "csat_order": _("Satisfaction with orders: answered"),
            "nps": _("Recommendation: answered"),
            "ces": _("Effort: answered"),
        }
        definition = _(
            "Of the questions of this kind that were asked in the period, those that"
            " were answered, whenever that was."
        )
        return [
            Metric(
                f"{which}_response",
                name,
                definition,
                RATE,
                "_facts_response",
                argument=which,
                higher_is_better=True,
                has_dimensions=which != "csat_order",
                has_tickets=False,
            )
            for which, name in names.items()
        ]

    @api.model
    def _facts_score(self, which, _bounds):
        """The answers to one kind of question.

        :param str which: a key of ``_SCORES``
        """
        asked, value = _SCORES[which]
        return self._get_survey_facts(
            SQL("asked.answered_at"),
            value,
            SQL("asked.state = 'answered' AND %s", _ASKED[asked]),
        )

    @api.model
    def _facts_response(self, which, _bounds):
        """The questions of one kind that were asked: 1 for an answered one.

        :param str which: a key of ``_ASKED``
        """
        return self._get_survey_facts(
            SQL("asked.sent_at"),
            SQL("CASE WHEN asked.state = 'answered' THEN 1 ELSE 0 END"),
            SQL("asked.sent_at IS NOT NULL AND %s", _ASKED[which]),
        )

    @api.model
    def _get_survey_facts(self, moment, value, condition):
        """Questions whose ticket counts, or that have none any more."""
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

    @api.model
    def _get_order_answer_documents(self, question, _trace):
        """The answers themselves: no case stands behind them."""
        return {
            "res_model": "support.survey.invitation",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [
                ("kind", "=", "csat"),
                ("state", "=", "answered"),
                ("ticket_id", "=", False),
                ("order_id", "!=", False),
                ("answered_at", ">=", question.period.start),
                ("answered_at", "<", question.period.end),
                ("company_id", "in", self.env.companies.ids),
            ],
        }
