from odoo.tests import Form, new_test_user, tagged

from odoo.addons.customer_support.tests.store_common import StoreCommon


@tagged("post_install", "-at_install")
class TestSmartButtons(StoreCommon):
    """From a document to its tickets and back, with the count on each button."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deliver_and_invoice()

    def get_count(self, document):
        self.env.flush_all()
        document.invalidate_recordset(["support_ticket_count"])
        return document.with_user(self.agent).support_ticket_count

    def test_each_document_counts_its_tickets(self):
        ticket = self.make_ticket(sale_order_id=self.sale.id)
        ticket.action_set_affected_line(self.bulb_line.id, 1)
        self.make_ticket(product_id=self.bulb.id)
        for document, expected in [
            (self.sale, 1),
            (self.picking, 1),
            (self.invoice, 1),
            (self.customer, 2),
            (self.bulb.product_tmpl_id, 2),
            (self.lamp.product_tmpl_id, 0),
        ]:
            with self.subTest(document):
                self.assertEqual(self.get_count(document), expected)
                action = document.with_user(self.agent).action_view_support_tickets()
                found = self.env["support.ticket"].search_count(action["domain"])
                self.assertEqual(found, expected)

    def test_ticket_that_asks_about_and_names_a_product_counts_once(self):
        ticket = self.make_ticket(sale_order_id=self.sale.id, product_id=self.bulb.id)
        ticket.action_set_affected_line(self.bulb_line.id, 1)
        self.assertEqual(self.get_count(self.bulb.product_tmpl_id), 1)

    def test_company_counts_the_tickets_of_its_people(self):
        shop = self.env["res.partner"].create({"name": "Café Lua", "is_company": True})
        rita, davi = self.env["res.partner"].create(
            [{"name": name, "parent_id": shop.id} for name in ("Rita", "Davi")]
        )
        for partner in (shop, rita, rita, davi):
            self.make_ticket(partner_id=partner.id)
        davi.active = False
        self.assertEqual(self.get_count(shop), 4)
        self.assertEqual(self.get_count(rita), 2)
        action = shop.with_user(self.agent).action_view_support_tickets()
        self.assertEqual(self.env["support.ticket"].search_count(action["domain"]), 4)

    def test_count_takes_one_query_for_many_documents(self):
        orders = self.sale
        for __ in range(5):
            orders |= self.make_order([(self.bulb, 1)])
        for order in orders:
            self.make_ticket(sale_order_id=order.id)
        self.get_count(self.sale)
        self.env.flush_all()
        orders.invalidate_recordset(["support_ticket_count"])
        orders = orders.with_user(self.agent)
        with self.assertQueryCount(1):
            self.assertEqual(orders.mapped("support_ticket_count"), [1] * 6)

    def test_count_leaves_out_tickets_that_the_agent_may_not_see(self):
        self.make_ticket(sale_order_id=self.sale.id, team_id=self.team_b.id)
        self.assertEqual(self.get_count(self.sale), 0)

    def test_other_users_have_no_button_and_no_error(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        view = self.env["sale.order"].with_user(seller).get_view(view_type="form")
        self.assertNotIn("support_ticket_count", view["arch"])
        self.assertTrue(self.sale.with_user(seller).read(["name"]))

    def test_new_ticket_from_an_order_is_filled_in(self):
        action = self.sale.with_user(self.agent).action_new_support_ticket()
        tickets = self.env["support.ticket"].with_context(**action["context"])
        with Form(tickets) as form:
            form.name = "Lamp arrived broken"
            form.team_id = self.team
            ticket = form.save()
        self.assertEqual(ticket.sale_order_id, self.sale)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.picking_id, self.picking)
        self.assertEqual(ticket.invoice_id, self.invoice)

    def test_new_ticket_from_a_delivery_and_an_invoice(self):
        for document, field in [
            (self.picking, "picking_id"),
            (self.invoice, "invoice_id"),
        ]:
            action = document.with_user(self.agent).action_new_support_ticket()
            context = action["context"]
            self.assertEqual(context[f"default_{field}"], document.id)
            self.assertEqual(context["default_sale_order_id"], self.sale.id)
            self.assertEqual(context["default_partner_id"], self.customer.id)

    def test_ticket_counts_what_it_leads_to(self):
        self.make_order([(self.bulb, 1)]).action_confirm()
        self.make_order([(self.bulb, 1)])
        self.make_ticket()
        ticket = self.make_ticket(sale_order_id=self.sale.id).with_user(self.agent)
        orders = self.env["sale.order"].search_count(
            [("partner_id", "=", self.customer.id), ("state", "!=", "draft")]
        )
        self.assertEqual(ticket.customer_order_count, orders)
        self.assertEqual(ticket.customer_ticket_count, 1)
        self.assertEqual(ticket.order_delivery_count, 1)
        self.assertEqual(ticket.order_invoice_count, 1)
        for method, model, expected in [
            ("action_view_customer_orders", "sale.order", orders),
            ("action_view_customer_tickets", "support.ticket", 1),
        ]:
            action = getattr(ticket, method)()
            found = self.env[model].search_count(action["domain"])
            self.assertEqual(found, expected, method)

    def test_single_document_opens_at_once(self):
        ticket = self.make_ticket(sale_order_id=self.sale.id).with_user(self.agent)
        for method, document in [
            ("action_view_order_deliveries", self.picking),
            ("action_view_order_invoices", self.invoice),
        ]:
            action = getattr(ticket, method)()
            self.assertEqual(action["res_model"], document._name)
            self.assertEqual(action["res_id"], document.id)
