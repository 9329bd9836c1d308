"""What customers have to get, in SQL: a row for each document that waits.

One debt stands in one row: a credit note before the refund that pays it, a refund
before the promise that is tied to it.
"""

from odoo.tools import SQL

from ..tools.money_sql import convert

# What the customer of a return has paid, and what was credited of it, by order line.
_INVOICED = SQL(
    """SELECT sum(billed.quantity) AS quantity, sum(billed.price_total) AS total,
              sum((SELECT coalesce(sum(credit.price_total), 0)
                     FROM account_move_line credit
                     JOIN account_move note ON note.id = credit.move_id
                    WHERE credit.support_credited_line_id = billed.id
                      AND note.state = 'posted')) AS credited
         FROM sale_order_line_invoice_rel link
         JOIN account_move_line billed ON billed.id = link.invoice_line_id
         JOIN account_move bill ON bill.id = billed.move_id
        WHERE link.order_line_id = line.id AND bill.state = 'posted'
          AND bill.move_type = 'out_invoice'
          AND bill.payment_state IN ('paid', 'in_payment')"""
)
# Credit notes that somebody made by hand: they name the order line alone.
_BY_HAND = SQL(
    """SELECT coalesce(sum(credit.price_total), 0) AS credited
         FROM sale_order_line_invoice_rel link
         JOIN account_move_line credit ON credit.id = link.invoice_line_id
         JOIN account_move note ON note.id = credit.move_id
        WHERE link.order_line_id = line.id AND note.state = 'posted'
          AND note.move_type = 'out_refund'
          AND credit.support_credited_line_id IS NULL"""
)
_OPEN_PAYMENTS = SQL(
    """SELECT coalesce(sum(abs(refund.amount)), 0) AS amount
         FROM payment_transaction refund
        WHERE refund.support_action_id = action.id AND refund.operation = 'refund'
          AND refund.state IN ('draft', 'pending', 'authorized')"""
)


def get_owed_lines(zone: str = "UTC") -> SQL:
    """The ``SQL`` of all debts to customers, in the currency of the company.

    :param zone: the time zone of who reads it, in which moments become days
    """
    branches = (_credit_notes(), _refunds(zone), _returns(zone), _promises(zone))
    return SQL(" UNION ALL ").join(branches)


def _day(moment, zone):
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)


def _credit_notes():
    """Posted credit notes that are not paid out, by support or by anybody else."""
    return _branch(
        number=0,
        row=SQL("note.id"),
        name=SQL("note.name"),
        kind=SQL("'credit_note'"),
        since=SQL("note.invoice_date"),
        partner=SQL("note.partner_id"),
        order=SQL("action.order_id"),
        company=SQL("note.company_id"),
        amount=SQL("-note.amount_residual_signed"),
        model=SQL("'account.move'"),
        tables=SQL(
            """account_move note
            LEFT JOIN support_ticket_action action
              ON action.id = note.support_action_id
            LEFT JOIN support_ticket ticket ON ticket.id = action.ticket_id"""
        ),
        # What somebody paid by hand, the books may learn of later.
        where=SQL(
            """note.move_type = 'out_refund' AND note.state = 'posted'
               AND note.payment_state IN ('not_paid', 'partial')
               AND note.amount_residual_signed < 0 AND action.by_hand_paid_by IS NULL"""
        ),
    )


def _refunds(zone):
    """Refunds without a credit note: of orders that were cancelled before the bill."""
    by_hand = SQL(
        """CASE WHEN action.by_hand_paid_by IS NULL
                THEN coalesce(action.by_hand_amount, 0) ELSE 0 END"""
    )
    return _branch(
        number=1,
        row=SQL("action.id"),
        name=SQL("orders.name"),
        kind=SQL("'refund'"),
        since=_day(SQL("action.executed_at"), zone),
        partner=SQL("orders.partner_id"),
        order=SQL("orders.id"),
        company=SQL("ticket.company_id"),
        amount=_to_company(SQL("open.amount + %s", by_hand), SQL("action")),
        model=SQL("'support.ticket.action'"),
        tables=SQL(
            """support_ticket_action action
            JOIN support_ticket ticket ON ticket.id = action.ticket_id
            JOIN sale_order orders ON orders.id = action.order_id
            JOIN LATERAL (%s) open ON TRUE""",
            _OPEN_PAYMENTS,
        ),
        where=SQL(
            """action.state = 'done' AND open.amount + %s > 0
               AND NOT EXISTS (SELECT 1 FROM account_move note
                                WHERE note.support_action_id = action.id
                                  AND note.move_type = 'out_refund'
                                  AND note.state = 'posted')""",
            by_hand,
        ),
    )


def _returns(zone):
    """Goods that came back, were paid for, and are credited nowhere.

    Each order line is compared as a whole: what came back of it at the price that was
    paid, less what was credited. Goods that are exchanged do not count.
    """
    units = SQL("least(back.quantity, paid.quantity)")
    credited = SQL("paid.credited + by_hand.credited")
    amount = SQL("paid.total / paid.quantity * %s - (%s)", units, credited)
    return _branch(
        number=2,
        row=SQL("line.id"),
        name=SQL("orders.name"),
        kind=SQL("'return'"),
        since=_day(SQL("back.at"), zone),
        partner=SQL("orders.partner_id"),
        order=SQL("orders.id"),
        company=SQL("orders.company_id"),
        amount=_to_company(amount, SQL("orders"), SQL("back.at")),
        model=SQL("'sale.order'"),
        document=SQL("orders.id"),
        tables=SQL(
            """(SELECT move.sale_line_id, sum(move.quantity) AS quantity,
                       min(move.date) AS at, max(maker.ticket_id) AS ticket_id
                  FROM stock_move move
                  JOIN stock_location source ON source.id = move.location_id
                   AND source.usage = 'customer'
                  JOIN stock_picking picking ON picking.id = move.picking_id
                  LEFT JOIN support_ticket_action maker
                    ON maker.id = picking.support_action_id
                 WHERE move.state = 'done' AND move.sale_line_id IS NOT NULL
                   AND move.origin_returned_move_id IS NOT NULL
                   AND coalesce(maker.kind, 'return') <> 'exchange'
                 GROUP BY move.sale_line_id) back
            JOIN sale_order_line line ON line.id = back.sale_line_id
            JOIN sale_order orders ON orders.id = line.order_id
            JOIN LATERAL (%s) paid ON paid.quantity > 0
            JOIN LATERAL (%s) by_hand ON TRUE
            LEFT JOIN support_ticket ticket ON ticket.id = back.ticket_id""",
            _INVOICED,
            _BY_HAND,
        ),
        where=SQL("round((%s)::numeric, 2) > 0", amount),
    )


def _promises(zone):
    """Money that was promised where nothing is under way yet."""
    return _branch(
        number=3,
        row=SQL("promise.id"),
        name=SQL("ticket.number"),
        kind=SQL("'promise'"),
        since=_day(SQL("promise.due_at"), zone),
        partner=SQL("ticket.partner_id"),
        order=SQL("ticket.sale_order_id"),
        company=SQL("ticket.company_id"),
        # A credit note in draft says how much; a posted one stands above.
        amount=SQL("coalesce(-note.amount_total_signed, 0)"),
        model=SQL("'support.ticket'"),
        document=SQL("ticket.id"),
        tables=SQL(
            """support_promise promise
            JOIN support_ticket ticket ON ticket.id = promise.ticket_id
            LEFT JOIN account_move note ON note.id = promise.move_id"""
        ),
        where=SQL(
            """coalesce(ticket.exclusion, '') NOT IN ('spam', 'test')
               AND promise.kind = 'refund' AND promise.state IN ('open', 'broken')
               AND promise.action_id IS NULL AND promise.transaction_id IS NULL
               AND (note.id IS NULL OR note.state = 'draft')
               AND NOT EXISTS (SELECT 1 FROM support_ticket_action later
                                WHERE later.ticket_id = ticket.id
                                  AND later.state = 'done'
                                  AND later.kind IN ('refund', 'cancel_order',
                                                     'cancel_line'))"""
        ),
    )


def _to_company(amount, source, moment=None):
    return convert(
        amount,
        SQL("%s.currency_id", source),
        SQL("company.currency_id"),
        SQL("company.id"),
        moment or SQL("action.executed_at"),
    )


def _branch(**parts):
    """The rows of one kind of debt, with the columns that all have."""
    return SQL(
        """SELECT %(row)s::bigint * 4 + %(number)s AS id, %(name)s AS name,
                  %(kind)s::varchar AS kind, %(since)s AS since,
                  %(partner)s AS partner_id, ticket.id AS ticket_id,
                  %(order)s AS order_id, company.id AS company_id,
                  company.currency_id, ticket.team_id, ticket.user_id AS agent_id,
                  ticket.channel_id, ticket.reason_id, (%(amount)s)::float8 AS amount,
                  %(model)s AS res_model, %(document)s AS res_id
             FROM %(tables)s
             JOIN res_company company ON company.id = %(company)s
            WHERE %(where)s""",
        **{"document": parts["row"]} | parts,
    )
