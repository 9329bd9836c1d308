"""When the chat opens by itself, asked as the page of a visitor asks."""

from odoo import Command, http
from odoo.tests import HttpCase, tagged

from .chat_common import ChatCommon


@tagged("post_install", "-at_install")
class TestChatRules(ChatCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.resource_calendar_id = False
        cls.rule = cls.env["im_livechat.channel.rule"].create(
            {
                "channel_id": cls.livechat.id,
                "action": "auto_popup",
                "sequence": 1,
            }
        )
        cls.env["im_livechat.channel.rule"].create(
            {"channel_id": cls.livechat.id, "action": "display_button", "sequence": 9}
        )
        cls.website = cls.env["website"].search([], limit=1)
        cls.cart = cls.env["sale.order"].create(
            {
                "partner_id": cls.env.ref("base.public_partner").id,
                "website_id": cls.website.id,
                "order_line": [
                    Command.create(
                        {"product_id": cls.lamp.id, "price_unit": 500, "tax_ids": False}
                    )
                ],
            }
        )

    def ask(self, page="/", cart=None):
        """What a page is told about its chat, for a visitor with this cart."""
        self.authenticate(None, None)
        if cart:
            self.session["sale_order_id"] = cart.id
            http.root.session_store.save(self.session)
        answer = self.make_jsonrpc_request(
            "/mail/data",
            {"fetch_params": [["init_livechat", self.livechat.id]]},
            headers={"Referer": self.base_url() + page},
        )
        rules = answer.get("im_livechat.channel.rule", [{}])
        return {
            "action": rules[0].get("action"),
            "available": answer["Store"]["livechat_available"],
        }

    def test_a_rule_without_conditions_of_the_store_is_odoos_own(self):
        self.assertEqual(self.ask()["action"], "auto_popup")

    def test_it_opens_on_the_pages_that_the_rule_names(self):
        self.rule.regex_url = "/shop/cart"
        self.assertEqual(self.ask("/shop/cart")["action"], "auto_popup")
        self.assertNotEqual(self.ask("/contactus")["action"], "auto_popup")

    def test_it_opens_for_a_cart_worth_enough(self):
        self.rule.support_min_cart = 300
        self.assertEqual(self.ask()["action"], "display_button")
        self.assertEqual(self.ask(cart=self.cart)["action"], "auto_popup")
        self.rule.support_min_cart = 501
        self.assertEqual(self.ask(cart=self.cart)["action"], "display_button")

    def test_it_opens_after_a_failed_payment(self):
        self.rule.support_failed_payment = True
        self.assertEqual(self.ask(cart=self.cart)["action"], "display_button")
        transaction = self.pay(self.cart)
        transaction._set_error("Card declined")
        self.assertEqual(self.ask(cart=self.cart)["action"], "auto_popup")
        self.assertEqual(self.ask()["action"], "display_button")
        self.pay(self.cart, "second")._set_pending()
        self.assertEqual(self.ask(cart=self.cart)["action"], "display_button")

    def pay(self, order, reference="first"):
        provider = self.env["payment.provider"].search([], limit=1)
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "reference": f"{order.name}-{reference}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )

    def test_it_opens_on_a_product_that_is_sold_out(self):
        self.rule.support_sold_out = True
        template = self.lamp.product_tmpl_id
        template.write({"is_published": True, "allow_out_of_stock_order": False})
        page = template.website_url
        self.assertEqual(self.ask(page)["action"], "auto_popup")
        self.assertEqual(self.ask("/shop")["action"], "display_button")
        self.assertEqual(self.ask("/shop/nothing-99999999")["action"], "display_button")
        self.assertEqual(self.ask("/shop/%ff-x")["action"], "display_button")
        template.allow_out_of_stock_order = True
        self.assertEqual(self.ask(page)["action"], "display_button")

    def test_it_stays_closed_on_a_list_that_has_the_number_of_a_sold_out_product(self):
        self.rule.support_sold_out = True
        template = self.lamp.product_tmpl_id
        template.write({"is_published": True, "allow_out_of_stock_order": False})
        for page, action in (
            (f"/shop/category/desks-{template.id}", "display_button"),
            (f"/shop/page/{template.id}", "display_button"),
            (f"/shop/category/desks-3/page/{template.id}", "display_button"),
            # A product's page below its category.
            (f"/shop/desks-3/desk-lamp-{template.id}", "auto_popup"),
        ):
            with self.subTest(page):
                self.assertEqual(self.ask(page)["action"], action)

    def test_all_conditions_of_a_rule_have_to_be_met(self):
        self.rule.write({"support_min_cart": 300, "support_failed_payment": True})
        self.assertEqual(self.ask(cart=self.cart)["action"], "display_button")

    def test_the_button_stays_while_messages_are_taken(self):
        self.go_offline(self.agent)
        self.assertTrue(self.ask()["available"])
        self.rule.action = "hide_button"
        self.assertFalse(self.ask()["available"])
        self.rule.action = "auto_popup"
        self.livechat.support_takes_messages = False
        self.assertFalse(self.ask()["available"])
