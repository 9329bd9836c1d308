from odoo import models

from ..faults import die_at


class SupportSurveyRule(models.Model):
    _inherit = "support.survey.rule"

    def _queue(self, records):
        """Die, when asked, when questions are planned and not yet committed."""
        result = super()._queue(records)
        die_at("question_planned")
        return result
