"""The facts around tickets: kept deadlines, orders, customers who come back."""

from odoo import api, models
from odoo.tools import SQL

from .support_metric_source_ticket import COUNTED, OWN_COLUMNS


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _facts_sla(self, kind, _bounds):
        """Targets that were decided; team and agent are those of the result.

        :param str kind: response, next_reply or resolution
        """
        return SQL(
            """SELECT result.ticket_id, result.ended_at AS at, result.company_id,
                      result.team_id, result.agent_id, result.channel_id,
                      ticket.reason_id, (result.outcome = 'met')::int AS value,
                      NULL::int AS business
                 FROM support_sla_result result
                 JOIN support_ticket ticket ON ticket.id = result.ticket_id
                WHERE result.kind = %s AND result.withdrawn_at IS NULL AND %s""",
            kind,
            COUNTED,
        )

    @api.model
    def _count_orders(self, filters, bounds):
        """Confirmed orders in each period, of all teams and channels together.

        :return: list of int, one a period
        """
        query = SQL(
            """SELECT width_bucket(date_order, %s::timestamp[]) AS bucket,
                      count(*) AS count
                 FROM sale_order
                WHERE state = 'sale' AND date_order >= %s AND date_order < %s
                  AND company_id IN %s
                GROUP BY 1""",
            bounds,
            bounds[0],
            bounds[-1],
            tuple(self.env.companies.ids),
        )
        counts = {row["bucket"]: row["count"] for row in self._read_facts(query)}
        return [counts.get(number, 0) for number in range(1, len(bounds))]

    @api.model
    def _facts_retention(self, _argument, bounds):
        """Customers who were active as a period began: whether they are at its end.

        Active is who ordered within the twelve months before. A guest is known by the
        address. The fact stands on the first moment of the period.
        """
        return SQL(
            """SELECT NULL::int AS ticket_id, span.first AS at, orders.company_id,
                      NULL::int AS team_id, NULL::int AS agent_id,
                      NULL::int AS channel_id, NULL::int AS reason_id,
                      bool_or(orders.date_order >= span.last - interval '12 months'
                              )::int AS value,
                      NULL::int AS business
                 FROM unnest(%(starts)s::timestamp[], %(ends)s::timestamp[])
                        AS span(first, last)
                 JOIN sale_order orders
                   ON orders.date_order >= span.first - interval '12 months'
                  AND orders.date_order < span.last AND orders.state = 'sale'
                 JOIN res_partner buyer ON buyer.id = orders.partner_id
                GROUP BY span.first, span.last, orders.company_id,
                         coalesce(buyer.email_normalized,
                                  buyer.commercial_partner_id::text)
               HAVING bool_or(orders.date_order < span.first)""",
            starts=bounds[:-1],
            ends=bounds[1:],
        )

    @api.model
    def _facts_self_service(self, _argument, _bounds):
        """What customers did themselves: returns, cancellations, other addresses."""
        return SQL(
            """SELECT done.ticket_id, done.executed_at AS at, %s,
                      1 AS value, NULL::int AS business
                 FROM support_ticket_action done
                 JOIN res_users customer ON customer.id = done.requested_by
                 JOIN support_ticket ticket ON ticket.id = done.ticket_id
                WHERE done.state = 'done' AND customer.share AND %s""",
            SQL(OWN_COLUMNS.code.replace("ticket.user_id", "NULL::int")),
            COUNTED,
        )
