"""What tests of money have in common: a store that sells, and figures of today."""

from odoo import fields

from odoo.addons.customer_support.tests.action_common import ActionCommon

from .metric_common import MetricCommon


class CostCommon(MetricCommon, ActionCommon):
    """Vases of 100 that cost the store 40, sold with a tax of 18 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vase = cls.make_product("Vase", 100)
        cls.vase.with_company(cls.company).standard_price = 40

    @classmethod
    def sell(cls, quantity=2, **values):
        """An order that is paid, sent and invoiced, and a case about it."""
        values.setdefault("tax", cls.tax)
        return cls.buy_pay_send_invoice({cls.vase: quantity}, **values)

    @classmethod
    def set_rate(cls, *rates):
        """A currency that is not the company's, of which one unit of that is so many.

        :param rates: pairs of day and rate
        """
        own = cls.company.currency_id
        other = cls.env.ref("base.EUR")
        if other == own:
            other = cls.env.ref("base.USD")
        other.active = True
        (own | other).rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    **{"currency_id": other.id, "company_id": cls.company.id},
                    **{"name": day, "rate": rate},
                }
                for day, rate in rates
            ]
        )
        return other

    def figure_today(self, key, metrics=None, **filters):
        """The figure of today for the first team."""
        metrics = self.metrics if metrics is None else metrics
        today = fields.Date.context_today(metrics)
        filters = {"team_ids": self.team.ids, **filters}
        question = self.ask(today, today, metrics, **filters)
        metric = metrics._get_metric(key)
        return metrics._get_figures(metric, question, [question.period])[0]

    def documents_behind(self, key, user=None, **filters):
        """What the documents behind today's figure of the first team are."""
        metrics = self.metrics.with_user(user or self.lead)
        day = str(fields.Date.context_today(metrics))
        filters = {"team_ids": self.team.ids, **filters}
        action = metrics.get_tickets_action(
            key, {"date_from": day, "date_to": day, **filters}
        )
        found = self.env[action["res_model"]].with_user(user or self.lead)
        return found.search(action["domain"])
