import json

from odoo import Command
from odoo.tests import tagged

from odoo.addons.customer_support.tests.store_common import StoreCommon


@tagged("post_install", "-at_install")
class TestStoreContext(StoreCommon):
    """What the panel shows, read by an agent who has only a support group."""

    def get_line(self, context, line):
        return next(x for x in context["order"]["lines"] if x["id"] == line.id)

    def test_customer_with_orders_quotes_and_points(self):
        self.make_order([(self.bulb, 10)]).action_confirm()
        self.make_order([(self.bulb, 1)], state="sent")
        self.make_order([(self.bulb, 1)])
        program = self.env["loyalty.program"].create(
            {
                "name": "Gold club",
                "program_type": "loyalty",
                "portal_point_name": "points",
                "company_id": self.company.id,
            }
        )
        self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.customer.id, "points": 320}
        )
        other = self.make_ticket(name="Invoice wanted")
        context = self.open_panel(self.make_ticket())
        customer = context["customer"]
        self.assertEqual(customer["name"], "Ana Souza")
        self.assertFalse(customer["is_claimed"])
        self.assertEqual(customer["quote_count"], 1)
        self.assertEqual(customer["open_ticket_count"], 1)
        self.assertEqual(context["tickets"][0]["id"], other.id)
        self.assertIn(
            ("Gold club", "320 points"),
            [(c["name"], c["points"]) for c in customer["cards"]],
        )
        self.assertIn(self.company.currency_id.symbol, "".join(customer["totals"]))

    def test_partly_delivered_order_in_two_deliveries_with_lots(self):
        self.deliver(
            self.sale, {self.lamp: {self.lot_1: 1}, self.bulb: 2}, tracking="SP1"
        )
        self.deliver(self.sale, {self.lamp: {self.lot_2: 1}}, tracking="SP2")
        context = self.open_panel(self.make_ticket(sale_order_id=self.sale.id))
        lamp = self.get_line(context, self.lamp_line)
        self.assertEqual(
            (lamp["ordered"], lamp["delivered"], lamp["returned"]), (3, 2, 0)
        )
        self.assertEqual(
            {lot["name"]: lot["quantity"] for lot in lamp["lots"]},
            {"LAMP-2601": 1, "LAMP-2602": 1},
        )
        first, second, rest = context["order"]["deliveries"]
        self.assertEqual(first["carrier"], "Swift Parcel")
        self.assertEqual(
            first["tracking"],
            [{"name": "SP1", "url": "https://swift.example/track/SP1"}],
        )
        self.assertEqual(second["lots"], ["Desk lamp: LAMP-2602"])
        self.assertTrue(first["done"])
        self.assertFalse(rest["done"])
        self.assertEqual(first["state"], "done")

    def test_free_stock_leaves_out_what_is_reserved_for_others(self):
        self.make_order([(self.lamp, 4)], self.customer_b).action_confirm()
        context = self.open_panel(self.make_ticket(sale_order_id=self.sale.id))
        # 12 in stock, 3 of this order and 4 of another are reserved.
        self.assertEqual(self.get_line(context, self.lamp_line)["free"], 5)

    def test_returned_goods_are_told_from_delivered_ones(self):
        picking = self.deliver(
            self.sale, {self.lamp: {self.lot_1: 3}, self.bulb: 2}, tracking="SP1"
        )
        self.send_back(picking, {self.lamp: 1})
        context = self.open_panel(self.make_ticket(sale_order_id=self.sale.id))
        lamp = self.get_line(context, self.lamp_line)
        self.assertEqual((lamp["delivered"], lamp["returned"]), (3, 1))
        self.assertEqual(
            [d["is_return"] for d in context["order"]["deliveries"]], [False, True]
        )

    def test_several_tracking_links_of_one_delivery(self):
        picking = self.deliver(self.sale, {self.bulb: 2}, tracking="A1,B2")
        links = [["A1", "https://c.example/A1"], ["B2", "https://c.example/B2"]]
        self.patch(
            type(self.env["stock.picking"]),
            "_compute_carrier_tracking_url",
            lambda pickings: pickings.update(
                {"carrier_tracking_url": json.dumps(links)}
            ),
        )
        self.assertEqual(
            picking._get_support_tracking_links(),
            [
                {"name": "A1", "url": "https://c.example/A1"},
                {"name": "B2", "url": "https://c.example/B2"},
            ],
        )

    def test_late_delivery(self):
        picking = self.sale.picking_ids
        picking.move_ids.date_deadline = "2026-01-10 12:00:00"
        context = self.open_panel(self.make_ticket(sale_order_id=self.sale.id))
        self.assertTrue(context["order"]["deliveries"][0]["is_late"])
        picking.move_ids.date_deadline = "2199-01-10 12:00:00"
        context = self.open_panel(self.make_ticket(sale_order_id=self.sale.id))
        self.assertFalse(context["order"]["deliveries"][0]["is_late"])

    def test_payment_online_invoice_and_refund(self):
        ticket = self.make_ticket(sale_order_id=self.sale.id)
        self.assertEqual(self.open_panel(ticket)["order"]["payment"]["state"], "unpaid")
        payment = self.pay_online(self.sale, "pending")
        self.assertEqual(
            self.open_panel(ticket)["order"]["payment"]["state"], "pending"
        )
        payment._set_done()
        self.deliver(self.sale, {self.lamp: {self.lot_1: 3}, self.bulb: 2})
        invoice = self.sale._create_invoices()
        invoice.action_post()
        context = self.open_panel(ticket)
        self.assertEqual(context["order"]["payment"]["state"], "paid")
        self.assertEqual(
            [i["name"] for i in context["order"]["invoices"]], [invoice.name]
        )
        self.assertEqual(self.get_line(context, self.lamp_line)["invoiced"], 3)

    def test_code_used_on_the_order_is_named(self):
        order = self.make_order([(self.lamp, 1)])
        self.make_code_program("Welcome", "WELCOME10")
        order._try_apply_code("WELCOME10")
        for coupon, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards, coupon)
        order.action_confirm()
        context = self.open_panel(self.make_ticket(sale_order_id=order.id))
        self.assertEqual(len(context["order"]["promotions"]), 1)
        self.assertIn("Welcome", context["order"]["promotions"][0])
        # The discount is a promotion, not goods that somebody may complain about.
        self.assertEqual(len(context["order"]["lines"]), 1)

    def make_code_program(self, name, code, **values):
        return self.env["loyalty.program"].create(
            {
                "name": name,
                "program_type": "promo_code",
                "trigger": "with_code",
                "company_id": self.company.id,
                "rule_ids": [Command.create({"mode": "with_code", "code": code})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 10,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                        }
                    )
                ],
                **values,
            }
        )

    def get_offer_names(self, ticket):
        return [offer["name"] for offer in self.open_panel(ticket)["offers"]]

    def test_offers_are_those_valid_today_for_this_customer(self):
        self.make_code_program("Summer", "SUMMER")
        self.make_code_program("Long gone", "GONE", date_to="2020-01-01")
        other = self.env["res.company"].create({"name": "Other shop"})
        self.make_code_program("Elsewhere", "ELSE", company_id=other.id)
        names = self.get_offer_names(self.make_ticket())
        self.assertIn("Summer", names)
        self.assertNotIn("Long gone", names)
        self.assertNotIn("Elsewhere", names)

    def test_product_asked_about_before_buying(self):
        context = self.open_panel(self.make_ticket(product_id=self.bulb.id))
        self.assertEqual(context["product"]["name"], "Bulb")
        self.assertEqual(context["product"]["free"], 98)

    def test_claimed_customer_is_shown_as_such(self):
        ticket = self.make_ticket(partner_id=False, claimed_partner_id=self.customer.id)
        context = self.open_panel(ticket)
        self.assertTrue(context["customer"]["is_claimed"])
        self.assertEqual(context["orders"][0]["id"], self.sale.id)

    def test_unknown_customer_has_an_empty_panel(self):
        context = self.open_panel(self.make_ticket(partner_id=False))
        for name in ("customer", "order", "product"):
            # Not an empty record, which the browser would take for something.
            self.assertIs(context[name], False)
        for name in ("orders", "offers", "tickets"):
            self.assertEqual(context[name], [])

    def test_unsaved_choice_in_the_form_is_shown(self):
        ticket = self.make_ticket(partner_id=False).with_user(self.agent)
        context = ticket.get_store_context(
            {"partner_id": self.customer.id, "sale_order_id": self.sale.id}
        )
        self.assertEqual(context["order"]["name"], self.sale.name)
        self.assertFalse(ticket.partner_id)
        new = self.env["support.ticket"].with_user(self.agent)
        context = new.get_store_context({"partner_id": self.customer.id})
        self.assertEqual(context["customer"]["name"], "Ana Souza")

    def count_queries(self, ticket):
        self.open_panel(ticket)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        ticket.with_user(self.agent).get_store_context()
        return self.env.cr.sql_log_count - before

    def add_history(self, orders, tickets):
        """Give the customer a past, by SQL since it is only a matter of numbers."""
        self.env.flush_all()
        self.env.cr.execute(
            """INSERT INTO sale_order (name, partner_id, partner_invoice_id,
                   partner_shipping_id, company_id, currency_id, state, date_order,
                   amount_total, picking_policy, warehouse_id, currency_rate)
               SELECT 'L' || n, partner_id, partner_invoice_id, partner_shipping_id,
                   company_id, currency_id, state, date_order, amount_total,
                   picking_policy, warehouse_id, currency_rate
               FROM sale_order, generate_series(1, %s) n WHERE id = %s""",
            [orders, self.sale.id],
        )
        for number in range(tickets):
            self.make_ticket(name=f"Case {number}")

    def test_queries_do_not_grow_with_the_number_of_orders(self):
        with_order = self.make_ticket(sale_order_id=self.sale.id)
        without = self.make_ticket()
        self.add_history(orders=10, tickets=6)
        small = self.count_queries(with_order), self.count_queries(without)
        self.add_history(orders=1000, tickets=20)
        large = self.count_queries(with_order), self.count_queries(without)
        self.assertEqual(small, large)
        self.assertLess(max(large), 70)
        self.assertGreater(self.open_panel(without)["customer"]["order_count"], 1000)
