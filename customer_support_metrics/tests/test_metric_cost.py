"""What cases cost: each kind of document, computed by hand."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .cost_common import CostCommon


@tagged("post_install", "-at_install")
class TestCost(CostCommon):
    def refund(self, order, quantity=1, percent=50):
        ticket = self.make_order_ticket(order)
        lines = {order.order_line[:1]: {"quantity": quantity, "percent": percent}}
        return self.request(ticket, "refund", lines)

    def kinds(self, **domain):
        lines = self.documents_behind("support_cost")
        return {line.kind: round(line.amount, 2) for line in lines}

    def test_a_partial_refund_costs_what_was_credited_without_tax(self):
        # Half the price of one vase: 50, and 9 of tax that the state gives back.
        action = self.refund(self.sell())
        self.assertMoney(action.amount, 59)
        figure = self.figure_today("support_cost")
        self.assertEqual((figure.n, round(figure.value, 2)), (1, 50))
        line = self.documents_behind("support_cost")
        self.assertEqual((line.kind, line.product_id), ("refund", self.vase))
        order, ticket = action.order_id.id, action.ticket_id.id
        self.assertEqual((line.order_id.id, line.ticket_id.id), (order, ticket))
        opened = line.action_open_document()
        self.assertEqual(opened["res_id"], action.move_ids.id)

    def test_a_voucher_costs_what_it_is_worth(self):
        self.company.support_voucher_program_id = self.env["loyalty.program"].create(
            {
                "name": "Support vouchers",
                "program_type": "gift_card",
                "currency_id": self.company.currency_id.id,
                "company_id": self.company.id,
            }
        )
        self.request(self.make_ticket(), "voucher", amount=25)
        self.assertEqual(self.kinds(), {"voucher": 25})

    def test_sending_again_costs_the_goods_and_the_parcel(self):
        order = self.sell()
        ticket = self.make_order_ticket(order)
        action = self.request(ticket, "reship", {order.order_line[:1]: 1})
        self.assertEqual(self.figure_today("support_cost").n, 0)
        self.receive(action.picking_ids)
        action.picking_ids.carrier_price = 12
        self.assertEqual(self.kinds(), {"goods": 40, "shipping": 12})
        self.assertEqual(self.figure_today("support_cost").value, 52)

    def test_what_comes_back_into_stock_is_taken_off(self):
        order = self.sell()
        ticket = self.make_order_ticket(order)
        action = self.request(ticket, "return", {order.order_line[:1]: 1})
        self.receive(action.picking_ids)
        self.assertEqual(self.kinds(), {"goods_back": -40})
        # A label of ours without a price costs what the settings say.
        self.company.support_return_cost = 9
        self.assertEqual(self.kinds(), {"goods_back": -40})
        action.picking_ids.support_label_state = "made"
        self.assertEqual(self.kinds(), {"goods_back": -40, "return_shipping": 9})
        lines = self.documents_behind("support_cost")
        label = lines.filtered(lambda line: line.kind == "return_shipping")
        self.assertTrue(label.is_estimate)

    def test_work_is_the_length_of_calls_and_an_estimate_for_the_rest(self):
        ticket = self.make_ticket()
        self.agent_replies(ticket)
        call = Form(
            self.env["support.log.call"]
            .with_user(self.agent)
            .with_context(default_ticket_id=ticket.id)
        )
        call.duration_minutes = 10
        call.save().action_log()
        self.assertEqual(self.kinds(), {})
        self.company.write({"support_hourly_cost": 60, "support_touch_minutes": 5})
        lines = self.documents_behind("support_cost")
        self.assertEqual(
            sorted((line.minutes, line.amount, line.is_estimate) for line in lines),
            [(5, 5, True), (10, 10, False)],
        )
        self.assertEqual(lines.agent_id, self.agent)

    def test_another_currency_is_converted_by_the_rate_of_the_day(self):
        # Since yesterday: it may be the day of the agent still.
        since = fields.Date.today() - timedelta(days=1)
        euro = self.set_rate(("2020-01-01", 4.0), (since, 2.0))
        prices = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": euro.id}
        )
        order = self.buy({self.vase: 2}, pricelist_id=prices.id)
        order.order_line.price_unit = 100
        self.pay(order)
        self.ship(order)
        self.invoice(order)
        ticket = self.make_order_ticket(order)
        line = order.order_line[:1]
        self.request(ticket, "refund", {line: {"quantity": 1, "percent": 50}})
        again = self.request(ticket, "reship", {line: 1})
        self.receive(again.picking_ids)
        again.picking_ids.carrier_price = 12
        self.assertEqual(self.kinds(), {"refund": 25, "goods": 40, "shipping": 6})

    def test_spam_costs_nothing_and_a_merged_case_costs_where_it_went(self):
        self.company.write({"support_hourly_cost": 60, "support_touch_minutes": 5})
        survivor, loser, spam = (self.make_ticket() for _number in range(3))
        for ticket in (survivor, loser, spam):
            self.agent_replies(ticket)
        spam.exclusion = "spam"
        loser._merge_into(survivor)
        lines = self.documents_behind("support_cost")
        self.assertEqual((lines.ticket_id, len(lines)), (survivor, 2))
        self.assertEqual(self.figure_today("contact_cost").n, 1)
        # What it went into goes on elsewhere: nothing of it is lost.
        last = self.make_ticket()
        self.agent_replies(last)
        survivor._merge_into(last)
        self.env.flush_all()
        self.env.invalidate_all()
        lines = self.documents_behind("support_cost")
        self.assertEqual((lines.ticket_id, len(lines)), (last, 3))
        metric = self.metrics._get_metric("contact_cost")
        today = fields.Date.context_today(self.metrics)
        question = self.ask(today, today, team_ids=self.team.ids)
        facts = self.metrics._get_facts(
            metric, (question.period.start, question.period.end)
        )
        costs = {
            row["ticket_id"]: row["value"] for row in self.metrics._read_facts(facts)
        }
        self.assertEqual((costs[last.id], survivor.id in costs), (15, False))

    def test_margin_is_the_revenue_less_goods_and_cases(self):
        order = self.sell()
        self.refund(order)
        lines = self.env["support.margin"].with_user(self.lead)
        lines = lines.search([("order_id", "=", order.id)])
        self.assertMoney(sum(lines.mapped("revenue")), 200)
        self.assertMoney(sum(lines.mapped("goods_cost")), 80)
        self.assertMoney(sum(lines.mapped("support_cost")), 50)
        self.assertMoney(sum(lines.mapped("margin")), 70)
        self.assertEqual(lines.product_id, self.vase)
        figure = self.figure_today("margin_after_support", team_ids=[])
        before = figure.value
        self.refund(order, percent=10)
        figure = self.figure_today("margin_after_support", team_ids=[])
        self.assertMoney(before - figure.value, 10)

    # --- per case ---------------------------------------------------------------------

    def test_cost_per_contact_and_per_resolution_with_small_cells_hidden(self):
        self.company.write({"support_hourly_cost": 60, "support_touch_minutes": 5})
        with self.at(2026, 3, 2, 13):
            tickets = [self.make_ticket() for _number in range(5)]
        for replies, ticket in enumerate(tickets):  # 0, 5, 10, 15 and 20
            for number in range(replies):
                with self.at(2026, 3, 2, 13, 10 * number):
                    self.agent_replies(ticket)
        frozen = self.at(2026, 3, 2, 15)
        frozen.start()
        self.addCleanup(frozen.stop)
        figure = self.figure_today("contact_cost")
        self.assertEqual((figure.n, figure.value, figure.median), (5, 10, 10))
        self.assertAlmostEqual(figure.p90, 18)
        for ticket in tickets[1:]:
            ticket.with_user(self.agent).action_close()
        figure = self.figure_today("resolution_cost")
        self.assertEqual((figure.n, figure.is_hidden, figure.value), (4, True, None))
        self.agent_replies(tickets[0])
        tickets[0].with_user(self.agent).action_close()
        figure = self.figure_today("resolution_cost")
        self.assertEqual((figure.n, figure.value), (5, 11))
        channel = self.env.ref("customer_support.channel_email")
        today = fields.Date.context_today(self.metrics)
        question = self.ask(today, today, team_ids=self.team.ids)
        bars = self.metrics._get_groups(
            self.metrics._get_metric("contact_cost"),
            *(question, question.period, "channel"),
        )
        self.assertEqual(
            {one: bar.value for one, bar in bars.items()}, {channel.id: 11}
        )

    # --- who sees it ------------------------------------------------------------------

    def test_money_is_for_managers(self):
        money = {"support_cost", "contact_cost", "resolution_cost", "money_owed"}
        for user, is_shown in ((self.lead, True), (self.agent, False)):
            cards = self.metrics.with_user(user).get_dashboard()["cards"]
            keys = {card["key"] for card in cards}
            self.assertEqual(bool(money & keys), is_shown)
        metrics = self.metrics.with_user(self.agent)
        for key in money:
            with self.assertRaises(AccessError):
                metrics.get_chart(key)
            with self.assertRaises(AccessError):
                metrics.get_tickets_action(key)
            trace = f'{{"key": "{key}", "filters": {{}}}}'
            with self.assertRaises(AccessError):
                metrics.env["support.ticket"].search([("metric_trace", "=", trace)])
        for model in ("support.cost", "support.owed", "support.margin"):
            with self.assertRaises(AccessError):
                metrics.env[model].search([])
        keys = {key for key, _name in self.env["support.goal"]._get_metric_choices()}
        self.assertFalse(money & keys)

    def test_another_company_is_counted_apart_and_in_the_shown_currency(self):
        euro = self.set_rate(("2020-01-01", 2.0))
        other = self.env["res.company"].create(
            {"name": "Second store", "currency_id": euro.id, "support_hourly_cost": 60}
        )
        self.env["res.currency.rate"].create(
            [
                {
                    **{"currency_id": currency.id, "company_id": other.id},
                    **{"name": "2020-01-01", "rate": rate},
                }
                for currency, rate in ((euro, 1.0), (self.company.currency_id, 0.5))
            ]
        )
        team = self.team.copy(
            {"company_id": other.id, "resource_calendar_id": False, "alias_name": "x"}
        )
        ticket = self.make_ticket(team_id=team.id)
        ticket._record_event("reply", author_kind="human", user=self.agent)
        self.company.support_hourly_cost = 60
        self.agent_replies(self.make_ticket())
        both = {"team_ids": (self.team | team).ids}
        self.assertEqual(self.figure_today("support_cost", **both).value, 5)
        self.lead.company_ids |= other
        companies = [self.company.id, other.id]
        metrics = self.metrics.with_context(allowed_company_ids=companies)
        figure = self.figure_today("support_cost", metrics, **both)
        self.assertAlmostEqual(figure.value, 5 + 2.5)
        metrics = self.metrics.with_context(allowed_company_ids=companies[::-1])
        figure = self.figure_today("support_cost", metrics, **both)
        self.assertAlmostEqual(figure.value, 2 * 5 + 5)


@tagged("post_install", "-at_install")
class TestHandleTime(CostCommon):
    def test_calls_count_as_long_as_they_were(self):
        self.company.support_touch_minutes = 5
        ticket = self.make_ticket()
        self.agent_replies(ticket)
        for seconds in (90, 600, 600, 600, 600):
            ticket.with_user(self.agent)._record_event(
                "reply", author_kind="human", payload={"talk_seconds": seconds}
            )
        self.assertEqual(self.figure_today("handle_time").n, 0)
        ticket.with_user(self.agent).action_close()
        figure = self.figure_today("handle_time")
        self.assertEqual((figure.n, figure.is_hidden), (1, True))
        figure = self.figure_today("call_time")
        self.assertEqual((figure.n, figure.mean), (5, 498))
        self.assertEqual(figure.business_median, 600)
        for _number in range(4):
            other = self.make_ticket()
            self.agent_replies(other)
            other.with_user(self.agent).action_close()
        figure = self.figure_today("handle_time")
        # 300 + 2490 seconds, and four times 300.
        self.assertEqual((figure.n, figure.median, figure.mean), (5, 300, 798))

    def test_a_call_without_a_length_costs_an_estimate_and_has_no_length(self):
        self.company.support_touch_minutes = 5
        for seconds in (None, 600, 600, 600, 600, 600):
            ticket = self.make_ticket()
            ticket.with_user(self.agent)._record_event(
                "reply", author_kind="human", payload={"talk_seconds": seconds}
            )
            ticket.with_user(self.agent).action_close()
        figure = self.figure_today("call_time")
        self.assertEqual((figure.n, figure.mean), (5, 600))
        figure = self.figure_today("handle_time")
        # Once 300 seconds, and five times 600.
        self.assertEqual((figure.n, figure.mean), (6, 550))

    def chat(self, *lines):
        """Five cases solved at 14:00, with lines said so many seconds after 13:00."""
        with self.at(2026, 3, 2, 13):
            tickets = [self.make_ticket() for _number in range(5)]
        for seconds, agent in lines:
            for ticket in tickets:
                ticket._record_event(
                    "reply",
                    author_kind="human",
                    user=agent,
                    at=datetime(2026, 3, 2, 13) + timedelta(seconds=seconds),
                    payload={"line": True},
                )
        with self.at(2026, 3, 2, 14):
            for ticket in tickets:
                ticket.with_user(self.agent).action_close()
            return self.figure_today("handle_time"), self.figure_today("support_cost")

    def test_lines_of_a_chat_count_no_longer_than_since_the_line_before(self):
        self.company.write({"support_touch_minutes": 5, "support_hourly_cost": 60})
        said = [(seconds, self.agent) for seconds in (0, 40, 120, 720)]
        time, cost = self.chat(*said)
        # 300 seconds, then 40 and 80, and after ten minutes 300 again.
        self.assertEqual((time.n, time.mean), (5, 720))
        self.assertAlmostEqual(cost.value, 5 * 12)

    def test_the_lines_of_two_agents_count_each_for_itself(self):
        self.company.support_touch_minutes = 5
        time, _cost = self.chat(
            (0, self.agent), (30, self.lead), (60, self.agent), (90, self.lead)
        )
        # Twice 300 seconds and twice 60.
        self.assertEqual(time.mean, 720)

    def test_letters_hours_apart_cost_a_letter_each(self):
        self.company.support_touch_minutes = 5
        time, _cost = self.chat((0, self.agent), (1200, self.agent), (3000, self.agent))
        self.assertEqual(time.mean, 900)

    def test_what_was_done_before_a_merge_is_work_on_the_case(self):
        self.company.support_touch_minutes = 5
        for _number in range(5):
            first, second, last = (self.make_ticket() for _part in range(3))
            for ticket in (first, second, last):
                self.agent_replies(ticket)
            first.with_user(self.agent)._record_event(
                "reply", author_kind="human", payload={"talk_seconds": 90}
            )
            first._merge_into(second)
            second._merge_into(last)
            last.with_user(self.agent).action_close()
        figure = self.figure_today("handle_time")
        self.assertEqual((figure.n, figure.mean), (5, 15 * 60 + 90))
