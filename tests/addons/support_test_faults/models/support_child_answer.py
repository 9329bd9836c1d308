from odoo import models

from ..faults import die_at


class SupportChildAnswer(models.Model):
    _inherit = "support.child.answer"

    def _answer(self):
        """Die, when asked, when an answer is written and not yet committed."""
        result = super()._answer()
        die_at("child_answer")
        return result
