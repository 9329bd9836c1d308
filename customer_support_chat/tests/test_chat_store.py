"""The store beside a chat: for who is proven, and nothing for who is not."""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from .chat_common import MONDAY_13, ChatCommon


@tagged("post_install", "-at_install")
class TestChatStore(ChatCommon, TransactionCase):
    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(MONDAY_13))
        super().setUpClass()

    def open_panel(self, chat, user=None, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        return chat.with_user(user or self.agent).get_store_context(**kwargs)

    def fill_cart(self, chat, partner=None):
        cart = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.public_user.partner_id).id,
                "website_id": self.env["website"].search([], limit=1).id,
                "order_line": [
                    Command.create({"product_id": self.lamp.id, "product_uom_qty": 2})
                ],
            }
        )
        chat.support_cart_id = cart
        return cart

    def test_a_customer_who_is_logged_in_brings_the_orders(self):
        chat = self.start_chat(user=self.portal_user)
        context = self.open_panel(chat)
        self.assertEqual(context["customer"]["name"], "Ana Souza")
        self.assertFalse(context["customer"]["is_claimed"])
        self.assertEqual(context["order"]["name"], self.order.name)
        self.assertFalse(context["visitor"]["is_guest"])

    def test_several_orders_can_be_looked_at_one_by_one(self):
        second = self._new_order(self.customer)
        chat = self.start_chat(user=self.portal_user)
        context = self.open_panel(chat)
        self.assertFalse(context["order"])
        self.assertEqual(
            {order["id"] for order in context["orders"]}, {second.id, self.order.id}
        )
        context = self.open_panel(chat, order_id=second.id)
        self.assertEqual(context["order"]["name"], second.name)
        self.assertTrue(context["order"]["deliveries"])

    def test_an_order_of_another_customer_is_refused(self):
        foreign = self._new_order(self.customer_b)
        chat = self.start_chat(user=self.portal_user)
        with self.assertRaises(AccessError):
            self.open_panel(chat, order_id=foreign.id)

    def test_a_guest_who_typed_an_address_brings_no_orders(self):
        chat = self.start_chat()
        self.visitor_says(chat, f"I am ana@example.com, about {self.order.name}")
        for made in (False, True):
            with self.subTest(ticket=made):
                if made:
                    self.make_ticket_of(chat)
                context = self.open_panel(chat)
                for part in ("customer", "order", "orders", "offers", "tickets"):
                    self.assertFalse(context[part], part)
                visitor = context["visitor"]
                self.assertTrue(visitor["is_guest"])
                self.assertEqual(visitor["claimed_email"], "ana@example.com")
                self.assertNotIn(self.order.name, str(context))
                with self.assertRaises(AccessError):
                    self.open_panel(chat, order_id=self.order.id)

    def test_once_confirmed_by_an_agent_the_customer_is_shown(self):
        chat = self.start_chat()
        self.visitor_says(chat, "I am ana@example.com")
        self.make_ticket_of(chat).action_confirm_customer()
        context = self.open_panel(chat)
        self.assertEqual(context["customer"]["name"], "Ana Souza")
        self.assertFalse(context["visitor"]["is_guest"])

    def test_the_cart_and_the_pages_of_a_guest_are_shown(self):
        website = self.env["website"].search([], limit=1)
        visitor = self.env["website.visitor"].create(
            {"access_token": "f" * 32, "website_id": website.id}
        )
        self.env["website.track"].create(
            {"visitor_id": visitor.id, "url": "/shop/desk-lamp-1"}
        )
        chat = self.start_chat(livechat_visitor_id=visitor.id)
        self.fill_cart(chat)
        seen = self.open_panel(chat)["visitor"]
        [line] = seen["cart"]["lines"]
        self.assertEqual((line["name"], line["quantity"]), ("Desk lamp", 2))
        self.assertEqual([p["name"] for p in seen["pages"]], ["/shop/desk-lamp-1"])
        self.assertFalse(seen["cart"]["has_failed_payment"])

    def test_a_cart_that_became_an_order_is_a_cart_no_more(self):
        chat = self.start_chat(user=self.portal_user)
        cart = self.fill_cart(chat, self.customer)
        self.assertTrue(self.open_panel(chat)["visitor"]["cart"])
        cart.action_confirm()
        self.assertFalse(self.open_panel(chat)["visitor"]["cart"])

    def test_only_support_staff_who_may_read_the_chat_sees_the_store(self):
        chat = self.start_chat(user=self.portal_user)
        operator = self._new_agent(
            "eli", "Eli Reis", "im_livechat.im_livechat_group_user"
        )
        for user in (operator, self.portal_user, self.portal_user_b, self.lead):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.open_panel(chat, user)
