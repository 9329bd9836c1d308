"""Support in the digest that Odoo mails to managers."""

from odoo import fields, models
from odoo.exceptions import AccessError

REPORT = "support.ticket.report"
ACTION = "customer_support_metrics.support_metric_action_dashboard"


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_support_created = fields.Boolean("New cases")
    kpi_support_created_value = fields.Integer(
        "New cases counted", compute="_compute_kpi_support_created_value"
    )
    kpi_support_solved = fields.Boolean("Solved cases")
    kpi_support_solved_value = fields.Integer(
        "Solved cases counted", compute="_compute_kpi_support_solved_value"
    )

    def _compute_kpi_support_created_value(self):
        self._check_support_kpi()
        self._calculate_company_based_kpi(
            REPORT, "kpi_support_created_value", date_field="opened_at"
        )

    def _compute_kpi_support_solved_value(self):
        self._check_support_kpi()
        self._calculate_company_based_kpi(
            REPORT, "kpi_support_solved_value", date_field="resolved_at"
        )

    def _check_support_kpi(self):
        """Leave the figures out of the mail of people who may not see them all.

        :raise AccessError: which Odoo takes as a sign to skip them
        """
        if not self.env.user.has_group("customer_support.group_support_agent_all"):
            raise AccessError(self.env._("Only support staff sees these figures."))

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("customer_support.support_menu_root").id
        action = f"{ACTION}?menu_id={menu}"
        return {
            **super()._compute_kpis_actions(company, user),
            "kpi_support_created": action,
            "kpi_support_solved": action,
        }
