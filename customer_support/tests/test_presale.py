from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.tests import Form, tagged
from odoo.tools.misc import hash_sign

from ..wizard.support_offer import CART_LINK_SCOPE
from .web_common import SupportWebCase


@tagged("post_install", "-at_install")
class TestPresale(SupportWebCase):
    """A question before buying, and what an agent can offer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.lamp | cls.bulb).product_tmpl_id.write({"is_published": True})
        (cls.lamp | cls.bulb).product_tmpl_id.allow_out_of_stock_order = True
        cls.ticket = cls.env["support.ticket"].create(
            {
                "name": "Is the lamp dimmable?",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "product_id": cls.lamp.id,
                "website_id": cls.website.id,
            }
        )

    def make_offer(self, kind, lines=None, agent=None):
        products = lines or [(self.lamp, 1), (self.bulb, 2)]
        return (
            self.env["support.offer"]
            .with_user(agent or self.agent)
            .create(
                {
                    "ticket_id": self.ticket.id,
                    "kind": kind,
                    "line_ids": [
                        Command.create({"product_id": product.id, "quantity": quantity})
                        for product, quantity in products
                    ],
                }
            )
        )

    def get_link(self):
        body = str(self.ticket.message_ids.filtered("reply_to")[:1].body)
        return body.split('href="')[1].split('"')[0]

    def sign(self, lines, scope=CART_LINK_SCOPE, days=1):
        return hash_sign(self.env, scope, lines, expiration=timedelta(days=days))

    # --- the question ---

    def test_product_page_leads_to_a_form_that_carries_the_product(self):
        self.visit_as()
        page = self.url_open(self.lamp.website_url).text
        self.assertIn(f"/support?product={self.lamp.id}", page)
        form = self.url_open(f"/support?product={self.lamp.id}").text
        self.assertIn(f'name="product_id" value="{self.lamp.id}"', form)
        question = self.env.ref("customer_support.reason_product_question")
        self.assertRegex(form, rf'<option value="{question.id}" selected="selected"')
        self.send_guest_form(product_id=self.lamp.id, reason_id=question.id)
        self.assertEqual(self.find_new_tickets().product_id, self.lamp)

    def test_hidden_product_is_not_carried(self):
        self.lamp.product_tmpl_id.is_published = False
        self.visit_as()
        form = self.url_open(f"/support?product={self.lamp.id}").text
        self.assertNotIn("Desk lamp", form)
        self.send_guest_form(product_id=self.lamp.id)
        self.assertFalse(self.find_new_tickets().product_id)

    def test_product_of_another_website_is_not_carried(self):
        other = self.env["website"].create({"name": "Other store"})
        self.lamp.product_tmpl_id.website_id = other
        self.visit_as()
        self.assertNotIn(
            "Desk lamp", self.url_open(f"/support?product={self.lamp.id}").text
        )

    # --- the cart ---

    def test_agent_offers_a_cart_that_the_customer_takes(self):
        action = self.ticket.with_user(self.agent).action_open_cart_link()
        offers = self.env["support.offer"].with_user(self.agent)
        with Form(offers.with_context(**action["context"])) as form:
            self.assertEqual(form.line_ids._records[0]["product_id"], self.lamp.id)
            with form.line_ids.new() as line:
                line.product_id = self.bulb
                line.quantity = 2
        form.save().action_send()
        link = self.get_link()
        self.assertIn("/support/cart/", link)
        self.visit_as()
        path = link[link.index("/support/cart/") :]
        page = self.url_open(path)
        self.assertIn("Desk lamp", page.text)
        orders = self.env["sale.order"].search_count([])
        self.url_open(path)
        self.assertEqual(self.env["sale.order"].search_count([]), orders)
        answer = self.send(path)
        self.assertTrue(answer.headers["Location"].endswith("/shop/cart"))
        cart = self.env["sale.order"].search([], order="id desc", limit=1)
        self.assertEqual(
            {line.product_id: line.product_uom_qty for line in cart.order_line},
            {self.lamp: 1, self.bulb: 2},
        )

    def test_only_our_own_unbroken_fresh_links_work(self):
        self.visit_as()
        lines = [[self.lamp.id, 1]]
        good = self.sign(lines)
        self.assertEqual(self.url_open(f"/support/cart/{good}").status_code, 200)
        for bad in (
            good[:-1],
            good[:-6] + "AAAAAA",
            self.sign(lines, scope="other"),
            self.sign(lines, days=-1),
            "x",
            "AAAA",
        ):
            with self.subTest(token=bad):
                path = f"/support/cart/{bad}"
                self.assertEqual(self.url_open(path).status_code, 404)
                self.assertEqual(self.send(path).status_code, 404)

    def test_product_taken_off_the_store_is_left_out(self):
        token = self.sign([[self.lamp.id, 1], [self.bulb.id, 1]])
        self.bulb.product_tmpl_id.is_published = False
        self.visit_as()
        page = self.url_open(f"/support/cart/{token}").text
        self.assertIn("Desk lamp", page)
        self.assertNotIn("Bulb", page)
        self.lamp.product_tmpl_id.is_published = False
        page = self.url_open(f"/support/cart/{token}").text
        self.assertIn("None of these products is sold any more", page)

    def test_hidden_product_cannot_be_offered_as_a_cart(self):
        self.bulb.product_tmpl_id.is_published = False
        with self.assertRaisesRegex(UserError, "Bulb is not shown in the store"):
            self.make_offer("cart").action_send()

    # --- the quotation ---

    def test_agent_without_sales_rights_sends_a_quotation(self):
        self.assertFalse(self.agent.has_group("sales_team.group_sale_salesman"))
        self.make_offer("quotation").action_send()
        order = self.env["sale.order"].search([("origin", "=", self.ticket.number)])
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.state, "sent")
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 2])
        usual = self._new_order(self.customer).order_line.mapped("price_unit")
        self.assertEqual(order.order_line.mapped("price_unit"), usual)
        self.assertEqual(self.ticket.sale_order_id, order)
        link = self.get_link()
        self.assertTrue(link.endswith(order.access_url), "no token: Ana has a login")
        self.visit_as(self.portal_user)
        self.assertEqual(self.url_open(order.access_url).status_code, 200)

    def test_customer_without_login_gets_a_link_that_opens(self):
        partner = self.env["res.partner"].create(
            {"name": "Rita", "email": "rita@example.com"}
        )
        self.ticket.partner_id = partner
        self.make_offer("quotation").action_send()
        self.assertIn("access_token=", self.get_link())

    def test_offers_are_for_agents_who_may_work_on_the_case(self):
        self.team.visibility = "members"
        self.env.flush_all()
        orders = self.env["sale.order"].search_count([])
        for kind in ("cart", "quotation"):
            with self.subTest(kind=kind), self.assertRaises(AccessError):
                self.make_offer(kind, agent=self.agent_b).action_send()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.agent_b).action_create_quotation()
        with self.assertRaises(AccessError):
            self.make_offer("cart", agent=self.portal_user)
        self.assertEqual(self.env["sale.order"].search_count([]), orders)

    def test_no_quotation_without_a_proven_customer(self):
        self.ticket.write({"partner_id": False, "claimed_partner_id": self.customer.id})
        with self.assertRaisesRegex(UserError, "confirm who wrote"):
            self.ticket.with_user(self.agent).action_create_quotation()
        with self.assertRaisesRegex(UserError, "confirm first"):
            self.make_offer("quotation").action_send()

    def test_offer_counts_as_an_answer(self):
        self.customer_writes(self.ticket)
        self.assertTrue(self.ticket.is_waiting_agent)
        self.make_offer("cart").action_send()
        self.assertFalse(self.ticket.is_waiting_agent)
        self.assertLessEqual(self.ticket.last_reply_at, Datetime.now())
