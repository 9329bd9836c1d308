"""Money that customers have to get: each debt once, until they have it."""

from datetime import date, datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from .cost_common import CostCommon


@tagged("post_install", "-at_install")
class TestOwed(CostCommon):
    def owed(self):
        self.env.flush_all()
        self.env.invalidate_all()
        lines = self.documents_behind("money_owed")
        total = self.figure_today("money_owed").value
        self.assertMoney(sum(lines.mapped("amount")), total)
        return [(line.kind, round(line.amount, 2)) for line in lines]

    def test_a_credit_note_until_it_is_paid_out(self):
        order = self.sell()
        ticket = self.make_order_ticket(order)
        line = order.order_line[:1]
        self.request(ticket, "refund", {line: {"quantity": 1, "percent": 50}})
        self.assertEqual(self.owed(), [("credit_note", 59)])
        self.send_refunds()
        self.assertEqual(self.owed(), [])

    def test_goods_that_came_back_until_they_are_credited(self):
        order = self.sell()
        ticket = self.make_order_ticket(order)
        line = order.order_line[:1]
        action = self.request(ticket, "return", {line: 1})
        self.assertEqual(self.owed(), [])
        self.receive(action.picking_ids)
        self.assertEqual(self.owed(), [("return", 118)])
        self.request(ticket, "refund", {line: 1})
        self.assertEqual(self.owed(), [("credit_note", 118)])
        self.send_refunds()
        self.assertEqual(self.owed(), [])

    def test_what_was_credited_before_the_goods_came_back_is_taken_off(self):
        order = self.sell()
        ticket = self.make_order_ticket(order)
        line = order.order_line[:1]
        self.request(ticket, "refund", {line: {"quantity": 1, "percent": 50}})
        self.send_refunds()
        action = self.request(ticket, "return", {line: 1})
        self.receive(action.picking_ids)
        self.assertEqual(self.owed(), [("return", 59)])

    def test_goods_that_are_exchanged_are_no_debt(self):
        order = self.sell()
        ticket = self.make_order_ticket(order)
        action = self.request(ticket, "exchange", {order.order_line[:1]: 1})
        self.receive(action._get_returns())
        self.assertEqual(self.owed(), [])

    def test_an_order_cancelled_before_its_invoice(self):
        order = self.buy({self.vase: 1}, tax=self.tax)
        self.pay(order)
        self.request(self.make_order_ticket(order), "cancel_order")
        self.assertEqual(self.owed(), [("refund", 118)])
        self.send_refunds()
        self.assertEqual(self.owed(), [])

    def test_what_is_paid_by_hand_until_somebody_says_so(self):
        order = self.buy({self.vase: 1}, tax=self.tax)
        self.pay(order).provider_id.state = "disabled"
        action = self.request(self.make_order_ticket(order), "cancel_order")
        self.assertEqual(self.owed(), [("refund", 118)])
        action.with_user(self.lead).action_mark_paid()
        self.assertEqual(self.owed(), [])

    def test_a_promise_until_a_refund_is_under_way(self):
        order = self.sell()
        ticket = self.make_order_ticket(order)
        self.env["support.promise"].with_user(self.agent).create(
            {
                "ticket_id": ticket.id,
                "kind": "refund",
                "due_at": fields.Datetime.now() + timedelta(days=3),
            }
        )
        self.assertEqual(self.owed(), [("promise", 0)])
        self.request(ticket, "refund", {order.order_line[:1]: 1})
        self.assertEqual(self.owed(), [("credit_note", 118)])

    def test_an_unpaid_order_owes_nothing(self):
        order = self.buy({self.vase: 1}, tax=self.tax)
        self.ship(order)
        self.invoice(order)
        action = self.request(
            self.make_order_ticket(order), "return", {order.order_line[:1]: 1}
        )
        self.receive(action.picking_ids)
        self.assertEqual(self.owed(), [])

    def test_other_teams_and_days_that_are_over_show_nothing(self):
        order = self.sell()
        line = order.order_line[:1]
        self.request(self.make_order_ticket(order), "refund", {line: 1})
        self.assertEqual(self.figure("money_owed").n, 0)
        team = {"team_ids": self.team_b.ids}
        self.assertEqual(self.figure_today("money_owed", **team).n, 0)
        self.assertFalse(self.documents_behind("money_owed", **team))

    def read_days(self, zone):
        """What the list shows under "Since" to somebody who lives there."""
        self.env.flush_all()
        self.env.invalidate_all()
        owed = self.env["support.owed"].with_user(self.lead).with_context(tz=zone)
        found = owed.search_read([("team_id", "=", self.team.id)], ["kind", "since"])
        return {line["kind"]: line["since"] for line in found}

    def test_since_is_the_day_where_the_reader_lives(self):
        order = self.sell()
        ticket = self.make_order_ticket(order)
        line = order.order_line[:1]
        action = self.request(ticket, "return", {line: 1})
        self.receive(action.picking_ids)
        action.picking_ids.move_ids.date = datetime(2026, 3, 4, 1, 30)
        other = self.sell()
        self.request(self.make_order_ticket(other), "refund", {other.order_line[:1]: 1})
        note = self.env["account.move"].search(
            [("support_action_id.order_id", "=", other.id)]
        )
        self.env.cr.execute(
            "UPDATE account_move SET invoice_date = %s WHERE id = %s",
            (date(2026, 3, 4), note.id),
        )
        # 01:30 in UTC is the evening before in São Paulo; a day without an hour is
        # the same everywhere.
        west, east = date(2026, 3, 3), date(2026, 3, 4)
        self.assertEqual(
            self.read_days("America/Sao_Paulo"), {"return": west, "credit_note": east}
        )
        self.assertEqual(self.read_days("UTC"), {"return": east, "credit_note": east})
        found = self.env["support.owed"].with_context(tz="America/Sao_Paulo")
        self.assertEqual(
            found.search([("since", "=", west), ("order_id", "=", order.id)]).kind,
            "return",
        )
