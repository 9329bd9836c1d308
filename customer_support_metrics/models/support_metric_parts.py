"""Figures of money and of things: who sees them, and the documents behind them."""

import json

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.metric import AMOUNTS

MANAGER = "customer_support.group_support_manager"


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metric(self, key):
        """
        :raise AccessError: for a figure of money, unless a manager asks
        """
        metric = super()._get_metric(key)
        if metric.is_for_managers and not self._may_see_money():
            raise AccessError(self.env._("Only managers see figures of money."))
        return metric

    @api.model
    def _may_see_money(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    @api.model
    def _get_shown_metrics(self, question):
        metrics = super()._get_shown_metrics(question)
        if self._may_see_money():
            return metrics
        return [metric for metric in metrics if not metric.is_for_managers]

    @api.model
    def _prepare_metric(self, metric):
        currency = self.env.company.currency_id
        return {
            **super()._prepare_metric(metric),
            "base_name": metric.base_name,
            "has_documents": bool(metric.documents),
            "currency_id": currency.id if metric.kind in AMOUNTS else False,
        }

    @api.model
    def _get_part_scope(self, filters, metric):
        """The SQL conditions of the parts that are asked for, such as a product.

        :raise UserError: if the figure has no such parts
        """
        conditions = []
        for part, ids in filters.parts:
            column = self._get_group_column(metric, part)
            conditions.append(SQL("%s IN %s", column, ids))
        return conditions

    # --- documents --------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_tickets_action(self, key, filters=None):
        """The list of the documents where a figure is counted from these."""
        metric = self._get_metric(key)
        if metric.documents:
            question = self._read_filters(filters)
            return {
                "type": "ir.actions.act_window",
                "name": metric.name,
                **getattr(self, metric.documents)(
                    question, json.dumps({"key": key, "filters": filters or {}})
                ),
                "context": {"create": False},
            }
        return super().get_tickets_action(key, filters)

    @api.model
    def _get_line_domain(self, question, date_field=None):
        """The domain of a question on a model that has the columns of facts."""
        domain = [("company_id", "in", self.env.companies.ids)]
        if date_field:
            domain += [
                (date_field, ">=", question.period.start),
                (date_field, "<", question.period.end),
            ]
        for name, ids in (
            ("team_id", self._get_team_scope(question)),
            ("agent_id", question.agent_ids or None),
            ("channel_id", question.channel_ids or None),
            ("reason_id", question.reason_ids or None),
        ):
            if ids is not None:
                domain.append((name, "in", list(ids)))
        return domain
