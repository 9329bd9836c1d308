"""How many questions leave in an hour: not everything that is due leaves at once.

A mail provider that gets too much at once holds mail back, and the answers that
customers wait for leave by the same provider.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .support_survey_rule import SCALES

_logger = logging.getLogger(__name__)

PARAMETER = "customer_support_metrics.questions_per_hour"
DEFAULT_PER_HOUR = 1000
HOUR = timedelta(hours=1)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_questions_per_hour = fields.Integer(
        "Questions per hour",
        config_parameter=PARAMETER,
        default=DEFAULT_PER_HOUR,
        help="At most so many customers are asked by mail in an hour; the others follow"
        " in the next hours. A mail provider that gets too much at once holds back your"
        " answers, too.",
    )

    @api.constrains("support_questions_per_hour")
    def _check_support_questions_per_hour(self):
        if any(settings.support_questions_per_hour < 1 for settings in self):
            raise ValidationError(
                self.env._("At least one question must be allowed in an hour.")
            )


class SupportSurveyInvitation(models.Model):
    _inherit = "support.survey.invitation"

    @api.model
    def _cron_run_due(self, batch_size=1000):
        """Ask as many as this hour has room for; the others wait for a later run."""
        room = self._get_room_of_hour()
        if room <= 0:
            return None
        return super()._cron_run_due(min(batch_size, room))

    @api.model
    def _get_room_of_hour(self):
        """How many more customers may be asked by mail now.

        Two runs at once that count the same room take the same first rows, of which
        each is asked once: together they stay within it.
        """
        now = fields.Datetime.now()
        domain = [
            # All kinds: without them the index on kind and moment cannot be used.
            ("kind", "in", list(SCALES)),
            ("sent_at", ">", now - HOUR),
            # What a wrong clock wrote must not hold everything back until then.
            ("sent_at", "<=", now),
            ("chat_id", "=", False),
        ]
        return self._get_pace() - self.search_count(domain)

    @api.model
    def _get_pace(self):
        """How many customers may be asked by mail in an hour.

        The settings refuse what is no such number; past them it can still be written.
        """
        # sudo: ir.config_parameter: a number of our own settings, nothing secret
        written = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        if written and (not written.isdecimal() or not int(written)):
            _logger.warning(
                "The system parameter %s is no number above 0: %s is used.",
                PARAMETER,
                DEFAULT_PER_HOUR,
            )
            return DEFAULT_PER_HOUR
        return int(written or DEFAULT_PER_HOUR)
