"""Orders that follow a question before buying."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.metric import BY_CREATION, MONEY, RATE, Metric
from .support_metric_source_ticket import COUNTED, OWN_COLUMNS

_WINDOW = SQL("make_interval(days => company.support_presale_days)")
_PRESALE = SQL(
    """support_ticket ticket
    JOIN support_reason reason ON reason.id = ticket.reason_id AND reason.is_presale
    JOIN res_company company ON company.id = ticket.company_id"""
)


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [*super()._get_metrics(), *self._get_sales_metrics()]

    @api.model
    def _get_sales_metrics(self):
        _ = self.env._
        return [
            Metric(
                "presale_rate",
                _("Questions that led to an order"),
                _(
                    "Of the questions before buying that were asked in the period,"
                    " those whose customer ordered within the days of the settings. An"
                    " order counts for the last question before it. Younger questions"
                    " are pending."
                ),
                RATE,
                "_facts_presale",
                period=BY_CREATION,
                higher_is_better=True,
            ),
            Metric(
                "presale_sales",
                _("Sales after a conversation"),
                _(
                    "Orders without tax that were confirmed in the period within the"
                    " days of the settings after their customer's question before"
                    " buying. Each order counts once, for the last question before it;"
                    " whether the answer was the cause, nobody knows."
                ),
                MONEY,
                "_facts_presale_sales",
                higher_is_better=True,
                is_for_managers=True,
            ),
        ]

    @api.model
    def _get_presale_orders(self, bounds):
        """Each order that follows a question, with the last question before it.

        Questions around the period are looked at too: an order may be theirs.
        """
        # sudo: res.company: a setting of the companies that are looked at
        days = max(self.env.companies.sudo().mapped("support_presale_days"))
        follows = SQL(
            """ticket.opened_at >= %s AND ticket.opened_at < %s
               AND orders.state = 'sale' AND orders.company_id = ticket.company_id
               AND orders.date_order > ticket.opened_at
               AND orders.date_order <= ticket.opened_at + %s AND %s""",
            bounds[0] - timedelta(days=days),
            bounds[-1] + timedelta(days=days),
            _WINDOW,
            COUNTED,
        )
        columns = SQL(
            """orders.id AS order_id, orders.date_order,
               orders.amount_untaxed / coalesce(nullif(orders.currency_rate, 0), 1)
                 AS amount, company.currency_id, ticket.opened_at,
               ticket.id AS ticket_id"""
        )
        return SQL(
            """SELECT DISTINCT ON (found.order_id) found.*
                 FROM (SELECT %(columns)s FROM %(presale)s
                         JOIN res_partner asker ON asker.id = ticket.partner_id
                         JOIN res_partner buyer ON buyer.commercial_partner_id
                              = asker.commercial_partner_id
                         JOIN sale_order orders ON orders.partner_id = buyer.id
                        WHERE %(follows)s
                       UNION ALL
                       SELECT %(columns)s FROM %(presale)s
                         JOIN res_partner buyer
                           ON buyer.email_normalized = ticket.email_normalized
                         JOIN sale_order orders ON orders.partner_id = buyer.id
                        WHERE %(follows)s) found
                ORDER BY found.order_id, found.opened_at DESC, found.ticket_id DESC""",
            columns=columns,
            presale=_PRESALE,
            follows=follows,
        )

    @api.model
    def _facts_presale(self, _argument, bounds):
        """Questions before buying: 1 with an order, 0 without, NULL if it may come."""
        return SQL(
            """SELECT ticket.id AS ticket_id, ticket.opened_at AS at, %(own)s,
                      CASE WHEN ticket.id IN (SELECT won.ticket_id
                                                FROM (%(orders)s) won) THEN 1
                           WHEN ticket.opened_at + %(window)s > %(now)s THEN NULL
                           ELSE 0 END AS value,
                      NULL::int AS business
                 FROM %(presale)s WHERE %(counted)s""",
            own=OWN_COLUMNS,
            orders=self._get_presale_orders(bounds),
            window=_WINDOW,
            now=fields.Datetime.now(),
            presale=_PRESALE,
            counted=COUNTED,
        )

    @api.model
    def _facts_presale_sales(self, _argument, bounds):
        """Orders that follow a question, with what they bring."""
        return SQL(
            """SELECT line.ticket_id, line.at, %(own)s,
                      (%(amount)s)::float8 AS value, NULL::int AS business
                 FROM (SELECT won.ticket_id, won.date_order AS at, won.amount,
                              won.currency_id, asked.company_id
                         FROM (%(orders)s) won
                         JOIN support_ticket asked ON asked.id = won.ticket_id) line
                 JOIN support_ticket ticket ON ticket.id = line.ticket_id""",
            own=OWN_COLUMNS,
            amount=self._get_shown_amount(SQL("line")),
            orders=self._get_presale_orders(bounds),
        )
