"""Cases about goods and deliveries, for every hundred that were sold."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.metric import BY_CREATION, RATIO, Metric
from .support_metric_source_goods_base import get_supplier
from .support_metric_source_ticket import COUNTED, OWN_COLUMNS

# What a case is about: the lines of the order that it names, else its product.
_AFFECTED = SQL(
    """(SELECT line.product_id, line.lot_id FROM support_ticket_line line
         WHERE line.ticket_id = ticket.id
        UNION ALL
        SELECT ticket.product_id, NULL
         WHERE ticket.product_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM support_ticket_line line
                            WHERE line.ticket_id = ticket.id))"""
)
_OUR_FAULT = SQL(
    """EXISTS (SELECT 1 FROM support_reason reason
                WHERE reason.id = ticket.reason_id AND reason.is_our_fault)"""
)


class SupportMetric(models.AbstractModel):
    _inherit = "support.metric"

    @api.model
    def _get_metrics(self):
        return [
            *super()._get_metrics(),
            *self._get_goods_metrics(),
            *self._get_delivery_metrics(),
            *self._get_return_metrics(),
        ]

    @api.model
    def _get_goods_metrics(self):
        _ = self.env._
        parts = _(
            "By product it is units sold; by lot and supplier units delivered. The"
            " supplier is who sent the lot that the case names, else the product's"
            " first vendor. Sales are those of the whole company."
        )
        words = {
            "contact": (
                _("Cases per 100 units"),
                _(
                    "New cases that name a product, for every hundred units sold in the"
                    " period; a case counts once for each product."
                ),
            ),
            "defect": (
                _("Defects per 100 units"),
                _(
                    "New cases that name a product and whose reason is our fault, such"
                    " as damaged or defective goods, for every hundred units sold in"
                    " the period."
                ),
            ),
        }
        return [
            Metric(
                f"goods_{which}",
                name,
                f"{definition} {parts}",
                RATIO,
                "_facts_goods",
                argument=which,
                period=BY_CREATION,
                base="_count_units",
                base_name=_("units sold"),
                higher_is_better=False,
                groups=("product", "lot", "supplier"),
                group_base="_count_units_by",
                counted="ticket_id",
            )
            for which, (name, definition) in words.items()
        ]

    @api.model
    def _get_delivery_metrics(self):
        _ = self.env._
        words = {
            "contact": (
                _("Cases per 100 deliveries"),
                _(
                    "New cases about an order or delivery with a carrier, for every"
                    " hundred deliveries that left in the period."
                ),
            ),
            "defect": (
                _("Faults per 100 deliveries"),
                _(
                    "New cases about an order or delivery with a carrier whose reason"
                    " is our fault, such as damaged or missing goods, for every hundred"
                    " deliveries that left in the period."
                ),
            ),
        }
        return [
            Metric(
                f"delivery_{which}",
                name,
                definition,
                RATIO,
                "_facts_delivery",
                argument=which,
                period=BY_CREATION,
                base="_count_deliveries",
                base_name=_("deliveries"),
                higher_is_better=False,
                groups=("carrier",),
                group_base="_count_deliveries_by",
                counted="ticket_id",
            )
            for which, (name, definition) in words.items()
        ]

    @api.model
    def _get_return_metrics(self):
        _ = self.env._
        return [
            Metric(
                "return_rate",
                _("Returns per 100 orders"),
                _(
                    "Returns that came in during the period, with a case or without"
                    " one, for every hundred orders confirmed in it."
                ),
                RATIO,
                "_facts_return",
                base="_count_orders",
                higher_is_better=False,
                documents="_get_return_documents",
            ),
        ]

    @api.model
    def _facts_goods(self, which, _bounds):
        """Cases with each product, lot and supplier that they are about.

        :param str which: contact, or defect for those that are our fault
        """
        return SQL(
            """SELECT ticket.id AS ticket_id, ticket.opened_at AS at, %(own)s,
                      affected.product_id, affected.lot_id,
                      %(supplier)s AS supplier_id, 1 AS value, NULL::int AS business
                 FROM support_ticket ticket
                 JOIN LATERAL %(affected)s affected ON TRUE
                WHERE %(counted)s AND %(condition)s""",
            own=OWN_COLUMNS,
            affected=_AFFECTED,
            supplier=get_supplier(SQL("affected"), SQL("ticket.company_id")),
            counted=COUNTED,
            condition=_OUR_FAULT if which == "defect" else SQL("TRUE"),
        )

    @api.model
    def _facts_delivery(self, which, _bounds):
        """Cases with the carrier of their delivery, else of their order.

        :param str which: contact, or defect for those that are our fault
        """
        return SQL(
            """SELECT ticket.id AS ticket_id, ticket.opened_at AS at, %(own)s,
                      coalesce(picking.carrier_id, orders.carrier_id) AS carrier_id,
                      1 AS value, NULL::int AS business
                 FROM support_ticket ticket
                 LEFT JOIN stock_picking picking ON picking.id = ticket.picking_id
                 LEFT JOIN sale_order orders ON orders.id = ticket.sale_order_id
                WHERE coalesce(picking.carrier_id, orders.carrier_id) IS NOT NULL
                  AND %(counted)s AND %(condition)s""",
            own=OWN_COLUMNS,
            counted=COUNTED,
            condition=_OUR_FAULT if which == "defect" else SQL("TRUE"),
        )

    @api.model
    def _facts_return(self, _argument, _bounds):
        """Transfers from customers that were received; the case is that of the return.

        The agent is who asked for it.
        """
        return SQL(
            """SELECT ticket.id AS ticket_id, back.date_done AS at, back.company_id,
                      ticket.team_id, action.requested_by AS agent_id,
                      ticket.channel_id, ticket.reason_id, 1 AS value,
                      NULL::int AS business
                 FROM stock_picking back
                 JOIN stock_location source ON source.id = back.location_id
                 LEFT JOIN support_ticket_action action
                   ON action.id = back.support_action_id
                 LEFT JOIN support_ticket ticket ON ticket.id = action.ticket_id
                WHERE back.state = 'done' AND source.usage = 'customer'"""
        )

    @api.model
    def _get_return_documents(self, question, trace):
        """The returns themselves; of a part of the desk those that its cases made."""
        domain = [
            ("state", "=", "done"),
            ("location_id.usage", "=", "customer"),
            ("date_done", ">=", question.period.start),
            ("date_done", "<", question.period.end),
            ("company_id", "in", self.env.companies.ids),
        ]
        if question.is_cut or self._get_allowed_team_ids() is not None:
            domain.append(("support_action_id.ticket_id.metric_trace", "=", trace))
        pickings = self.env["stock.picking"]
        return pickings._get_support_action(self.env._("Returns"), domain)
