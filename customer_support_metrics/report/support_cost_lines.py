"""What cases cost, in SQL: a row for each document or touch that cost something."""

from odoo.tools import SQL

from ..models.support_metric_source_ticket import COUNTED, SURVIVOR_ID
from ..tools.money_sql import convert

ALL = SQL("TRUE")
# What a person of ours did for a case.
TOUCHES = SQL("event.kind IN ('reply', 'note') AND event.author_kind = 'human'")
# Minutes of a reply or note: those of the call, else the estimate. Nobody has worked on
# a line of a chat for longer than since the own words before it in this case.
MINUTES = SQL(
    """coalesce((event.payload->>'talk_seconds')::float8 / 60,
                CASE WHEN event.payload->>'line' IS NOT NULL THEN
                    least(company.support_touch_minutes, (
                        SELECT extract(epoch FROM event.at - earlier.at)::float8 / 60
                          FROM support_ticket_event earlier
                         WHERE earlier.ticket_id = event.ticket_id
                           AND earlier.id < event.id
                           AND earlier.user_id = event.user_id
                           AND earlier.kind IN ('reply', 'note')
                           AND earlier.author_kind = 'human'
                      ORDER BY earlier.id DESC LIMIT 1)) END,
                company.support_touch_minutes)"""
)
# Touches that may take other than the usual minutes; they have an index.
UNUSUAL = SQL(
    "(event.payload->>'line' IS NOT NULL OR event.payload->>'talk_seconds' IS NOT NULL)"
)
_DONE = SQL("action.state = 'done'")
_OUT = SQL("target.usage = 'customer'")
_ACTION = {
    "moment": SQL("action.executed_at"),
    "agent": SQL("action.requested_by"),
    "origin": SQL("action"),
}


def get_cost_lines(condition: SQL = ALL) -> SQL:
    """The ``SQL`` of all costs, in the currency of the company.

    Cases that do not count have none; those of a merged ticket belong to where it went.

    :param condition: on ``own``, the ticket that was worked on
    """
    branches = (_refunds, _gestures, _goods, _shipping, _work)
    return SQL(" UNION ALL ").join(branch(condition) for branch in branches)


def _refunds(condition):
    """Credit notes without tax, less what an exchange charged more."""
    return _branch(
        condition,
        number=0,
        row=SQL("line.id"),
        **_ACTION,
        kind=SQL("action.kind"),
        product=SQL("line.product_id"),
        amount=SQL("line.balance"),
        document=("account.move", SQL("bill.id")),
        tables=SQL(
            """support_ticket_action action
            JOIN account_move bill ON bill.support_action_id = action.id
             AND bill.state = 'posted'
             AND bill.move_type IN ('out_refund', 'out_invoice')
            JOIN account_move_line line ON line.move_id = bill.id
             AND line.display_type = 'product'"""
        ),
        where=SQL("%s AND action.kind IN ('refund', 'exchange')", _DONE),
    )


def _gestures(condition):
    """Vouchers and points, at what they are worth when they are given."""
    return _branch(
        condition,
        number=1,
        row=SQL("action.id"),
        **_ACTION,
        kind=SQL("action.kind"),
        amount=_to_company(SQL("action.amount"), SQL("action.executed_at")),
        document=("support.ticket.action", SQL("action.id")),
        tables=SQL("support_ticket_action action"),
        where=SQL("%s AND action.kind IN ('voucher', 'points')", _DONE),
    )


def _goods(condition):
    """Goods that were sent again, less those that came back into stock."""
    return _branch(
        condition,
        number=2,
        row=SQL("move.id"),
        **_ACTION | {"moment": SQL("picking.date_done")},
        kind=SQL("CASE WHEN %s THEN 'goods' ELSE 'goods_back' END", _OUT),
        product=SQL("move.product_id"),
        amount=SQL(
            "CASE WHEN %s THEN 1 ELSE -1 END * abs(coalesce(move.value, 0))", _OUT
        ),
        document=("stock.picking", SQL("picking.id")),
        tables=SQL(
            """support_ticket_action action
            JOIN stock_picking picking ON picking.support_action_id = action.id
             AND picking.state = 'done'
            JOIN stock_move move ON move.picking_id = picking.id
             AND move.state = 'done'
            JOIN stock_location source ON source.id = move.location_id
            JOIN stock_location target ON target.id = move.location_dest_id"""
        ),
        where=SQL(
            """%s AND move.value <> 0
               AND (target.usage = 'customer' AND source.usage <> 'customer'
                    OR source.usage = 'customer' AND target.usage = 'internal')""",
            _DONE,
        ),
    )


def _shipping(condition):
    """The carrier's price of a parcel; an estimate for a label without a price."""
    is_return = SQL("source.usage = 'customer'")
    price = SQL("nullif(picking.carrier_price, 0)")
    return _branch(
        condition,
        number=3,
        row=SQL("picking.id"),
        **_ACTION | {"moment": SQL("picking.date_done")},
        kind=SQL("CASE WHEN %s THEN 'return_shipping' ELSE 'shipping' END", is_return),
        amount=SQL(
            "coalesce(%s, company.support_return_cost)",
            _to_company(price, SQL("picking.date_done")),
        ),
        is_estimate=SQL("%s IS NULL", price),
        document=("stock.picking", SQL("picking.id")),
        tables=SQL(
            """support_ticket_action action
            JOIN stock_picking picking ON picking.support_action_id = action.id
             AND picking.state = 'done'
            JOIN stock_location source ON source.id = picking.location_id"""
        ),
        where=SQL(
            """%s AND (picking.carrier_price <> 0
                       OR %s AND picking.support_label_state = 'made'
                          AND company.support_return_cost > 0)""",
            _DONE,
            is_return,
        ),
    )


def _work(condition):
    """Replies and notes of people: the time of calls, and an estimate for the rest."""
    return _branch(
        condition,
        number=4,
        row=SQL("event.id"),
        moment=SQL("event.at"),
        agent=SQL("event.user_id"),
        origin=SQL("event"),
        team=SQL("event.team_id"),
        kind=SQL("'work'"),
        amount=SQL("%s / 60 * company.support_hourly_cost", MINUTES),
        minutes=MINUTES,
        is_estimate=SQL("event.payload->>'talk_seconds' IS NULL"),
        document=("support.ticket", SQL("own.id")),
        tables=SQL("support_ticket_event event"),
        where=SQL("%s AND company.support_hourly_cost > 0", TOUCHES),
    )


def _to_company(amount, moment):
    return convert(
        amount,
        SQL("action.currency_id"),
        SQL("company.currency_id"),
        SQL("company.id"),
        moment,
    )


def _branch(condition, *, document, **parts):
    """The rows of one kind of document, with the columns that all have."""
    about = SQL(
        """coalesce(ticket.product_id,
            (SELECT affected.product_id FROM support_ticket_line affected
              WHERE affected.ticket_id = ticket.id ORDER BY affected.id LIMIT 1))"""
    )
    is_action = parts["origin"].code == "action"
    order = SQL("action.order_id") if is_action else SQL("NULL::int")
    defaults = {
        "team": SQL("ticket.team_id"),
        "product": about,
        "minutes": SQL("0"),
        "is_estimate": SQL("FALSE"),
    }
    return SQL(
        """SELECT %(row)s::bigint * 8 + %(number)s AS id, ticket.id AS ticket_id,
                  %(moment)s AS at, ticket.company_id, company.currency_id,
                  %(team)s AS team_id, %(agent)s AS agent_id, ticket.channel_id,
                  ticket.reason_id,
                  coalesce(%(order)s, ticket.sale_order_id) AS order_id,
                  %(product)s AS product_id, %(kind)s::varchar AS kind,
                  (%(amount)s)::float8 AS amount, (%(minutes)s)::float8 AS minutes,
                  %(is_estimate)s AS is_estimate,
                  %(model)s AS res_model, %(res_id)s AS res_id
             FROM %(tables)s
             JOIN support_ticket own ON own.id = %(origin)s.ticket_id
             JOIN support_ticket ticket ON ticket.id = %(survivor)s
             JOIN res_company company ON company.id = ticket.company_id
            WHERE %(where)s AND %(counted)s AND %(condition)s""",
        **defaults | parts,
        order=order,
        model=SQL("%s::varchar", document[0]),
        res_id=document[1],
        survivor=SURVIVOR_ID,
        counted=COUNTED,
        condition=condition,
    )
