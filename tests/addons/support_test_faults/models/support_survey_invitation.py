from odoo import models

from ..faults import die_at


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    def _run_due(self, now):
        """Die, when asked, when a customer is asked and it is not yet committed."""
        result = super()._run_due(now)
        die_at("question_asked")
        return result
