"""A store that sent lamps in 2015, and what its customers wrote."""

from datetime import date, datetime, timedelta

from odoo import Command

from odoo.addons.customer_support.tests.store_common import StoreCommon

DAY = date(2015, 3, 2)
MIDDLE = datetime(2015, 2, 2)


class PatternCommon(StoreCommon):
    """A store of 2015, so that nothing else was sent or written then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Lamps of 2015"})
        cls.env.user.company_ids |= cls.company
        cls.lead.company_ids |= cls.company
        cls.agent_own.company_ids |= cls.company
        cls.agent_b.company_ids |= cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.desk = cls.team.copy(
            {
                "company_id": cls.company.id,
                "alias_name": False,
                "resource_calendar_id": False,
                "leader_id": cls.lead.id,
                "member_ids": [Command.set(cls.agent_own.ids)],
            }
        ).with_env(cls.env)
        cls.stock = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.damaged = cls.env.ref("customer_support.reason_damaged")
        cls.patterns = cls.env["support.pattern"]
        # The desk was there: its first ticket is older than what is compared.
        cls.write_tickets([(cls.env["sale.order"], datetime(2014, 1, 1))])

    @classmethod
    def send(cls, moments, lot=None, product=None, picking=None):
        """An order of one piece for each moment, sent then."""
        product = product or (lot.product_id if lot else cls.lamp)
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls.customer.id,
                    "company_id": cls.company.id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
                for _moment in moments
            ]
        )
        place = {
            "location_id": cls.stock.lot_stock_id.id,
            "location_dest_id": cls.env.ref("stock.stock_location_customers").id,
            "product_id": product.id,
            "company_id": cls.company.id,
        }
        moves = cls.env["stock.move"].create(
            [
                {**place, "product_uom_qty": 1, "sale_line_id": order.order_line.id}
                for order in orders
            ]
        )
        lines = cls.env["stock.move.line"].create(
            [
                {
                    **place,
                    "move_id": move.id,
                    "quantity": 1,
                    "lot_id": lot.id if lot else False,
                    "picking_id": picking.id if picking else False,
                }
                for move in moves
            ]
        )
        cls.env.flush_all()
        for line, moment in zip(lines, moments, strict=True):
            cls.env.cr.execute(
                "UPDATE stock_move_line SET state = 'done', date = %s WHERE id = %s",
                [moment, line.id],
            )
        cls.env.cr.execute(
            "UPDATE sale_order SET state = 'sale', date_order = %s WHERE id IN %s",
            [min(moments), tuple(orders.ids)],
        )
        cls.env.invalidate_all()
        return orders

    @classmethod
    def write_tickets(cls, cases, product=None, **vals):
        """A ticket for each order and moment."""
        tickets = cls.env["support.ticket"].create(
            [
                {
                    "name": "It is broken",
                    "team_id": cls.desk.id,
                    "partner_id": cls.customer.id,
                    "sale_order_id": order.id,
                    "product_id": (product or order.order_line.product_id).id,
                    "reason_id": cls.damaged.id,
                    **vals,
                }
                for order, _moment in cases
            ]
        )
        cls.env.flush_all()
        for ticket, (_order, moment) in zip(tickets, cases, strict=True):
            cls.env.cr.execute(
                "UPDATE support_ticket SET opened_at = %s WHERE id = %s",
                [moment, ticket.id],
            )
        cls.env.invalidate_all()
        return tickets

    @classmethod
    def days(cls, count, first=0, last=27):
        """So many moments, evenly from day to day of the last four weeks."""
        step = (last - first) / max(1, count - 1)
        return [MIDDLE + timedelta(days=first + step * n) for n in range(count)]

    def detect(self, day=DAY):
        return self.patterns._detect(self.company, day)

    def get_counts(self, kind):
        window = self.patterns._get_window(self.company, DAY)
        cells = self.patterns._get_cells(self.company, window)
        return {
            (cell.thing_id, cell.reason_id): cell.counts
            for cell in cells
            if cell.kind == kind
        }
