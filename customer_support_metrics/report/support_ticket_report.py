from odoo import fields, models
from odoo.tools import SQL

from ..models.support_metric_source_ticket import COUNTED


def _hours(label):
    """A duration that is shown in hours; tickets without one do not count."""
    return fields.Float(label, readonly=True, aggregator="avg")


def _number(label, help_text=None):
    return fields.Integer(label, readonly=True, aggregator="sum", help=help_text)


def _same_choices(model, name):
    """The choices of a field of another model."""
    return lambda self: self.env[model]._fields[name]._description_selection(self.env)


# Durations of the ticket: the column without its end, and when it counts.
_DURATIONS = {
    "first_response": "first_response_at",
    "first_resolution": "first_resolved_at",
    "resolution": "resolved_at",
    "net_resolution": "resolved_at",
}
_PRODUCT = SQL(
    """coalesce(ticket.product_id,
        (SELECT line.product_id FROM support_ticket_line line
          WHERE line.ticket_id = ticket.id ORDER BY line.id LIMIT 1))"""
)


class SupportTicketReport(models.Model):
    """One line a ticket that counts, for pivot, graph and list.

    It reads the columns that were written at event time and nothing else: no message,
    no tracking value. Spam, tests, internal and merged tickets have no line. What needs
    another table is read only when a view asks for it.
    """

    _name = "support.ticket.report"
    _description = "Support Analysis"
    _inherit = "support.exported.mixin"
    _auto = False
    _rec_name = "ticket_id"
    _order = "opened_at desc, id desc"
    # What is written before this is read.
    _depends = {
        "support.ticket": [
            *("exclusion", "merged_into_id", "company_id", "team_id", "user_id"),
            *("channel_id", "reason_id", "stage_kind", "website_id"),
            *("product_id", "picking_id", "sale_order_id", "partner_id"),
            *("opened_at", "first_response_at", "resolved_at", "closed_at"),
            *("first_resolved_at", "reply_count", "touch_count", "reopen_count"),
            *("response_sla_met", "resolution_sla_met"),
            *(f"{name}_seconds" for name in _DURATIONS),
            *(f"{name}_business_seconds" for name in _DURATIONS),
        ],
        "support.ticket.line": ["ticket_id", "product_id"],
        "support.ticket.wait": ["ticket_id", "kind", "outcome", "ended_at"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
        "stock.picking": ["carrier_id"],
        "sale.order": ["carrier_id", "partner_shipping_id"],
        "sale.order.line": ["order_id", "reward_id"],
        "res.partner": ["country_id"],
    }

    ticket_id = fields.Many2one("support.ticket", readonly=True)
    opened_at = fields.Datetime("Opened on", readonly=True)
    first_response_at = fields.Datetime("First response on", readonly=True)
    resolved_at = fields.Datetime("Solved on", readonly=True)
    closed_at = fields.Datetime("Closed on", readonly=True)

    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("support.team", readonly=True)
    user_id = fields.Many2one("res.users", "Agent", readonly=True)
    first_agent_id = fields.Many2one(
        "res.users",
        "First reply by",
        readonly=True,
        help="Who gave the first reply, whoever has the ticket now.",
    )
    channel_id = fields.Many2one("support.channel", readonly=True)
    reason_id = fields.Many2one("support.reason", readonly=True)
    stage_kind = fields.Selection(
        _same_choices("support.stage", "kind"), "Kind of stage", readonly=True
    )
    website_id = fields.Many2one("website", readonly=True)
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        help="The first product that is affected, or asked about.",
    )
    categ_id = fields.Many2one("product.category", "Product category", readonly=True)
    carrier_id = fields.Many2one("delivery.carrier", readonly=True)
    program_id = fields.Many2one(
        "loyalty.program", "Promotion", readonly=True, help="Of the order."
    )
    country_id = fields.Many2one(
        "res.country", readonly=True, help="Where the order goes, or the customer's."
    )

    ticket_count = _number("Tickets")
    first_response_hours = _hours("First response (hours)")
    first_response_business_hours = _hours("First response (working hours)")
    next_reply_hours = _hours("Next reply (hours)")
    next_reply_business_hours = _hours("Next reply (working hours)")
    first_resolution_hours = _hours("First resolution (hours)")
    first_resolution_business_hours = _hours("First resolution (working hours)")
    resolution_hours = _hours("Resolution (hours)")
    resolution_business_hours = _hours("Resolution (working hours)")
    net_resolution_hours = _hours("Net resolution (hours)")
    net_resolution_business_hours = _hours("Net resolution (working hours)")
    reply_count = _number("Replies")
    touch_count = _number("Touches", "Replies and notes of our people.")
    reopen_count = _number("Times reopened")
    solved_count = _number("Solved")
    open_count = _number("Open")
    response_met_count = _number("First reply in time")
    response_missed_count = _number("First reply late")
    resolution_met_count = _number("Solved in time")
    resolution_missed_count = _number("Solved late")

    @property
    def _table_query(self):
        return SQL(
            "SELECT %s FROM %s WHERE %s",
            SQL(", ").join(
                SQL("%s AS %s", column, SQL.identifier(name))
                for name, column in self._get_columns().items()
            ),
            self._get_tables(),
            COUNTED,
        )

    def _get_tables(self):
        """The ticket and what it points at: tables not asked for cost nothing."""
        return SQL(
            """support_ticket ticket
            LEFT JOIN stock_picking picking ON picking.id = ticket.picking_id
            LEFT JOIN sale_order orders ON orders.id = ticket.sale_order_id
            LEFT JOIN res_partner receiver ON receiver.id
                = coalesce(orders.partner_shipping_id, ticket.partner_id)"""
        )

    def _get_columns(self):
        """The ``SQL`` of each field of this report."""
        return {
            **self._get_dimension_columns(),
            **self._get_duration_columns(),
            **self._get_count_columns(),
        }

    def _get_dimension_columns(self):
        own = (
            *("opened_at", "first_response_at", "resolved_at", "closed_at"),
            *("company_id", "team_id", "user_id", "channel_id", "reason_id"),
            *("stage_kind", "website_id"),
        )
        return {
            "id": SQL("ticket.id"),
            "ticket_id": SQL("ticket.id"),
            **{name: SQL.identifier("ticket", name) for name in own},
            "first_agent_id": SQL(
                """(SELECT wait.agent_id FROM support_ticket_wait wait
                     WHERE wait.ticket_id = ticket.id AND wait.kind = 'reply'
                       AND wait.ended_at = ticket.first_response_at
                     ORDER BY wait.id LIMIT 1)"""
            ),
            "product_id": _PRODUCT,
            "categ_id": SQL(
                """(SELECT template.categ_id FROM product_product product
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                     WHERE product.id = %s)""",
                _PRODUCT,
            ),
            "carrier_id": SQL("coalesce(picking.carrier_id, orders.carrier_id)"),
            "program_id": SQL(
                """(SELECT reward.program_id FROM sale_order_line line
                      JOIN loyalty_reward reward ON reward.id = line.reward_id
                     WHERE line.order_id = ticket.sale_order_id
                     ORDER BY line.id LIMIT 1)"""
            ),
            "country_id": SQL("receiver.country_id"),
        }

    def _get_duration_columns(self):
        """Hours, empty until it happened: nothing must not lower an average."""
        columns = {}
        for name, happened in _DURATIONS.items():
            for kind in ("", "_business"):
                columns[f"{name}{kind}_hours"] = SQL(
                    "CASE WHEN %s IS NOT NULL THEN coalesce(%s, 0) / 3600.0 END",
                    SQL.identifier("ticket", happened),
                    SQL.identifier("ticket", f"{name}{kind}_seconds"),
                )
        for kind, seconds in (("", "seconds"), ("_business", "business_seconds")):
            columns[f"next_reply{kind}_hours"] = SQL(
                """(SELECT avg(wait.%s) / 3600.0 FROM support_ticket_wait wait
                     WHERE wait.ticket_id = ticket.id AND wait.kind = 'reply'
                       AND wait.outcome = 'answered'
                       AND wait.ended_at > ticket.first_response_at)""",
                SQL.identifier(seconds),
            )
        return columns

    def _get_count_columns(self):
        outcomes = {
            f"{kind}_{outcome}_count": SQL(
                "coalesce((%s = %s)::int, 0)",
                SQL.identifier("ticket", f"{kind}_sla_met"),
                outcome,
            )
            for kind in ("response", "resolution")
            for outcome in ("met", "missed")
        }
        own = ("reply_count", "touch_count", "reopen_count")
        return {
            "ticket_count": SQL("1"),
            **{
                name: SQL("coalesce(%s, 0)", SQL.identifier("ticket", name))
                for name in own
            },
            "solved_count": SQL("(ticket.resolved_at IS NOT NULL)::int"),
            "open_count": SQL("(ticket.closed_at IS NULL)::int"),
            **outcomes,
        }

    def action_open_ticket(self):
        """Open the ticket behind this line."""
        self.ensure_one()
        return self.ticket_id._get_records_action()
