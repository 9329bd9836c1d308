"""Whether customers who were helped order again more often than similar ones."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.metric_period import Period
from ..tools.retention import Stratum, get_difference
from .support_metric_source_ticket import ATTENDED, COUNTED

# How long after an order a case still belongs to it, and has to be solved by.
HELPED_WITHIN = timedelta(days=30)
KNOWN_FOR = relativedelta(months=24)
ORDERED_WITHIN = relativedelta(months=12)


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_retention_difference(self, day, follow_days):
        """Compare customers who were helped with similar ones who had no case.

        A customer enters with the first order of a year. Who had a case within 30 days
        of it that a person solved by then was helped; who had none was not; a case that
        was still open leaves the customer out. Stayed is who ordered again in the
        ``follow_days`` after those 30 days, never within them: otherwise only who stays
        long enough could be helped. Source: J. R. Anderson, K. C. Cain, R. D. Gelber:
        Analysis of survival by tumor response. Journal of Clinical Oncology 1 (1983),
        710-719 (landmark method).

        Alike are customers of one country, with as many orders in the two years before,
        whose order was of the same month and of the same quarter of amounts.

        :param date day: the last one of what is known about
        :param int follow_days: for how long a customer is watched
        :return: ``tools.retention.Difference``, or None
        """
        end = Period(day, day, self.env.tz.zone).end
        last = end - HELPED_WITHIN - timedelta(days=follow_days)
        rows = self._read_facts(
            SQL(
                """%s SELECT count(*) FILTER (WHERE is_helped) AS helped,
                            count(*) FILTER (WHERE is_helped AND is_kept)
                                AS helped_kept,
                            count(*) FILTER (WHERE NOT is_helped) AS others,
                            count(*) FILTER (WHERE NOT is_helped AND is_kept)
                                AS others_kept
                       FROM judged
                      WHERE is_helped IS NOT NULL
                      GROUP BY company_id, country_id, earlier, month, quarter""",
                self._get_retention_judged(last - ORDERED_WITHIN, last, follow_days),
            )
        )
        return get_difference([Stratum(**row) for row in rows])

    @api.model
    def _get_retention_judged(self, first, last, follow_days):
        """``judged``: each customer's first order, what is like it, what followed."""
        return SQL(
            """WITH known AS (
                SELECT orders.id, orders.company_id, orders.date_order,
                       orders.amount_total
                         / coalesce(nullif(orders.currency_rate, 0), 1) AS amount,
                       coalesce(receiver.country_id, buyer.country_id) AS country_id,
                       coalesce(buyer.email_normalized,
                                buyer.commercial_partner_id::text) AS customer
                  FROM sale_order orders
                  JOIN res_partner buyer ON buyer.id = orders.partner_id
                  LEFT JOIN res_partner receiver
                    ON receiver.id = orders.partner_shipping_id
                 WHERE orders.state = 'sale' AND orders.company_id IN %(companies)s
                   AND orders.date_order >= %(known)s
                   AND orders.date_order < %(end)s),
            entered AS (
                SELECT DISTINCT ON (company_id, customer) *
                  FROM known
                 WHERE date_order >= %(first)s AND date_order < %(last)s
                 ORDER BY company_id, customer, date_order, id),
            described AS (
                SELECT entered.*, date_trunc('month', entered.date_order) AS month,
                       least(3, floor(4 * percent_rank() OVER (
                           PARTITION BY entered.company_id ORDER BY entered.amount)))
                         AS quarter
                  FROM entered),
            history AS (
                SELECT entered.id,
                       count(*) FILTER (WHERE known.date_order < entered.date_order)
                         AS earlier,
                       coalesce(bool_or(
                           known.date_order >= entered.date_order + %(within)s
                           AND known.date_order
                               < entered.date_order + %(within)s + %(follow)s), FALSE)
                         AS is_kept
                  FROM entered
                  JOIN known USING (company_id, customer)
                 GROUP BY entered.id),
            asked AS (
                SELECT ticket.company_id, ticket.sale_order_id, ticket.opened_at,
                       coalesce(asker.email_normalized,
                                asker.commercial_partner_id::text) AS customer,
                       CASE WHEN %(attended)s THEN ticket.first_resolved_at END
                         AS solved_at
                  FROM support_ticket ticket
                  LEFT JOIN res_partner asker ON asker.id = ticket.partner_id
                 WHERE %(counted)s AND ticket.opened_at >= %(first)s
                   AND ticket.opened_at < %(last)s::timestamp + %(within)s),
            linked AS (
                SELECT entered.id, entered.date_order, asked.opened_at, asked.solved_at
                  FROM entered JOIN asked ON asked.sale_order_id = entered.id
                 UNION ALL
                SELECT entered.id, entered.date_order, asked.opened_at, asked.solved_at
                  FROM entered JOIN asked USING (company_id, customer)),
            cases AS (
                SELECT id,
                       bool_and(coalesce(solved_at < date_order + %(within)s, FALSE))
                         AS is_helped
                  FROM linked
                 WHERE opened_at >= date_order AND opened_at < date_order + %(within)s
                 GROUP BY id),
            judged AS (
                SELECT described.company_id, described.country_id, described.month,
                       described.quarter,
                       CASE WHEN history.earlier > 4 THEN 5
                            WHEN history.earlier > 1 THEN 2
                            ELSE history.earlier END AS earlier,
                       history.is_kept,
                       CASE WHEN cases.id IS NULL THEN FALSE
                            WHEN cases.is_helped THEN TRUE END AS is_helped
                  FROM described
                  JOIN history ON history.id = described.id
                  LEFT JOIN cases ON cases.id = described.id)""",
            companies=tuple(self.env.companies.ids),
            known=first - KNOWN_FOR,
            first=first,
            last=last,
            end=last + HELPED_WITHIN + timedelta(days=follow_days),
            within=HELPED_WITHIN,
            follow=timedelta(days=follow_days),
            attended=ATTENDED,
            counted=COUNTED,
        )
