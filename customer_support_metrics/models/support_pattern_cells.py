"""Cases and time at risk by reason and by what the customers were sent."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.chance import Counts
from .support_metric_source_goods_base import get_supplier
from .support_metric_source_ticket import COUNTED

RECENT = timedelta(days=28)
PAST = timedelta(days=180)
# For how long after it was sent an order is expected to bring cases.
RISK = timedelta(days=60)
# What an order was sent with; the promotion stands in the order itself.
SENT = {
    "product": SQL("product_id"),
    "lot": SQL("lot_id"),
    "carrier": SQL("carrier_id"),
    "supplier": SQL("supplier_id"),
}
# A ticket says which goods it is about; who carried them, or sold them, follows from
# the order.
OF_GOODS = ("product", "lot", "supplier")


class Window(NamedTuple):
    """The past until ``middle``, and what is compared with it until ``end``."""

    first: datetime
    middle: datetime
    end: datetime


class Cell(NamedTuple):
    """One reason for one thing: what was counted, and the recent tickets behind it."""

    kind: str
    thing_id: int
    reason_id: int
    counts: Counts
    ticket_ids: tuple[int, ...]


class SupportPattern(models.Model):
    _inherit = "support.pattern"

    @api.model
    def _get_window(self, company, day):
        """What is compared on a day; None while the desk is too young.

        The past does not reach back behind the first ticket: what was sent before
        could bring none.

        :return: ``Window``
        """
        end = datetime.combine(day, time())
        middle = end - RECENT
        self.env["support.ticket"].flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT min(opened_at) FROM support_ticket WHERE company_id = %s",
                company.id,
            )
        )
        (oldest,) = self.env.cr.fetchone()
        first = max(oldest or end, middle - PAST)
        return Window(first, middle, end) if middle - first >= RECENT else None

    @api.model
    def _get_cells(self, company, window):
        """Every reason for every thing that was sent to customers.

        An order is at risk of a case from the day it is sent for ``RISK``: so much of
        that as lies in a window is its exposure there, and neither a season nor the
        delay until a customer writes looks like a pattern. Of one order and reason one
        case counts, however often the customer writes: cases that hang together are
        no proof of each other.

        :return: list of ``Cell``
        """
        self.env.flush_all()
        cells = []
        for kind in [*SENT, "promotion"]:
            exposures, cases = self._read_exposures(kind, company, window)
            make = self._make_peer_cells if kind == "lot" else self._make_cells
            cells += make(kind, exposures, cases)
        return cells

    @api.model
    def _make_cells(self, kind, exposures, cases):
        """Compare each thing with its own past."""
        return [
            Cell(
                kind,
                thing,
                reason,
                Counts(recent, exposures[thing][0], past, exposures[thing][1]),
                tuple(tickets),
            )
            for (thing, reason), (recent, past, tickets) in cases.items()
        ]

    @api.model
    def _make_peer_cells(self, kind, exposures, cases):
        """Compare each lot with the other lots of its product: it has no past.

        What was recent of the other lots counts as past as well.
        """
        # sudo: stock.lot: which product a lot is of
        lots = self.env["stock.lot"].sudo().browse(exposures).exists()
        products = {lot.id: lot.product_id.id for lot in lots}
        sent, happened = defaultdict(float), defaultdict(int)
        for lot, exposure in exposures.items():
            sent[products.get(lot)] += sum(exposure)
        for (lot, reason), (recent, past, _tickets) in cases.items():
            happened[products.get(lot), reason] += recent + past
        cells = []
        for (lot, reason), (recent, past, tickets) in cases.items():
            product, exposure = products.get(lot), exposures[lot]
            counts = Counts(
                recent,
                exposure[0],
                happened[product, reason] - recent - past,
                max(0.0, sent[product] - sum(exposure)),
            )
            cells.append(Cell(kind, lot, reason, counts, tuple(tickets)))
        return cells

    # --- reading --------------------------------------------------------------------

    @api.model
    def _read_exposures(self, kind, company, window):
        """What was sent, and the cases about it.

        :return: dict of thing to its days at risk (recent, past); dict of thing and
            reason to its cases (recent, past, ids of the recent tickets)
        """
        sources = self._get_sources(kind, company, window)
        matches = self._get_match(kind) if kind in OF_GOODS else SQL("TRUE")
        days = "extract(epoch FROM greatest(interval '0', %s)) / 86400"
        until = "least(since + %s, %s) - greatest(since, %s)"
        overlap = f"sum({days % until})::float"
        self.env.cr.execute(
            SQL(
                f"%s SELECT thing_id, {overlap}, {overlap} FROM exposed GROUP BY 1",
                sources,
                *(RISK, window.end, window.middle),
                *(RISK, window.middle, window.first),
            )
        )
        exposures = {thing: (recent, past) for thing, recent, past in self._fetch()}
        self.env.cr.execute(
            SQL(
                """%(sources)s, cases AS (
                    SELECT exposed.thing_id, exposed.order_id, ticket.reason_id,
                           min(ticket.opened_at) AS at, array_agg(ticket.id) AS tickets
                      FROM exposed
                      JOIN support_ticket ticket
                        ON ticket.sale_order_id = exposed.order_id
                     WHERE %(counted)s AND ticket.reason_id IS NOT NULL
                       AND ticket.company_id = %(company)s
                       AND ticket.opened_at >= greatest(exposed.since, %(first)s)
                       AND ticket.opened_at < least(exposed.since + %(risk)s, %(end)s)
                       AND %(matches)s
                     GROUP BY 1, 2, 3)
                SELECT cases.thing_id, cases.reason_id,
                       count(DISTINCT order_id) FILTER (WHERE at >= %(middle)s),
                       count(DISTINCT order_id) FILTER (WHERE at < %(middle)s),
                       array_agg(ticket) FILTER (WHERE at >= %(middle)s)
                  FROM cases, unnest(cases.tickets) ticket
                 GROUP BY 1, 2""",
                sources=sources,
                counted=COUNTED,
                company=company.id,
                risk=RISK,
                matches=matches,
                **window._asdict(),
            )
        )
        cases = {
            (thing, reason): (recent, past, tickets or [])
            for thing, reason, recent, past, tickets in self._fetch()
        }
        return exposures, cases

    @api.model
    def _fetch(self):
        return self.env.cr.fetchall()

    @api.model
    def _get_sources(self, kind, company, window):
        """``exposed``: each thing with the orders that had it, and since when."""
        values = {
            "company": company.id,
            "first": window.first - RISK,
            "end": window.end,
        }
        if kind == "promotion":
            return SQL(
                """WITH exposed AS (
                    SELECT reward.program_id AS thing_id, orders.id AS order_id,
                           min(orders.date_order) AS since
                      FROM sale_order orders
                      JOIN sale_order_line line ON line.order_id = orders.id
                      JOIN loyalty_reward reward ON reward.id = line.reward_id
                     WHERE orders.state = 'sale' AND orders.company_id = %(company)s
                       AND orders.date_order >= %(first)s
                       AND orders.date_order < %(end)s
                     GROUP BY 1, 2)""",
                **values,
            )
        return SQL(
            """WITH sent AS (
                SELECT line.order_id, done.product_id, done.lot_id, picking.carrier_id,
                       min(done.date) AS since
                  FROM stock_move_line done
                  JOIN stock_location place ON place.id = done.location_dest_id
                  JOIN stock_move move ON move.id = done.move_id
                  JOIN sale_order_line line ON line.id = move.sale_line_id
                  LEFT JOIN stock_picking picking ON picking.id = done.picking_id
                 WHERE done.state = 'done' AND place.usage = 'customer'
                   AND done.company_id = %(company)s
                   AND done.date >= %(first)s AND done.date < %(end)s
                 GROUP BY 1, 2, 3, 4),
            goods AS (SELECT DISTINCT product_id, lot_id FROM sent),
            origin AS (SELECT goods.*, %(supplier)s AS supplier_id FROM goods),
            shipped AS (
                SELECT sent.*, origin.supplier_id
                  FROM sent
                  JOIN origin ON origin.product_id = sent.product_id
                   AND origin.lot_id IS NOT DISTINCT FROM sent.lot_id),
            exposed AS (
                SELECT %(thing)s AS thing_id, order_id, min(since) AS since
                  FROM shipped WHERE %(thing)s IS NOT NULL GROUP BY 1, 2)""",
            supplier=get_supplier(SQL("goods"), SQL("%s", company.id)),
            thing=SENT[kind],
            **values,
        )

    @api.model
    def _get_match(self, kind):
        """Whether a ticket is about these goods of its order."""
        return SQL(
            """EXISTS (
                SELECT 1 FROM shipped own
                 WHERE own.order_id = exposed.order_id
                   AND own.%(column)s = exposed.thing_id
                   AND (own.product_id = ticket.product_id OR EXISTS (
                        SELECT 1 FROM support_ticket_line affected
                         WHERE affected.ticket_id = ticket.id
                           AND affected.product_id = own.product_id
                           AND (affected.lot_id IS NULL
                                OR affected.lot_id = own.lot_id))))""",
            column=SENT[kind],
        )
