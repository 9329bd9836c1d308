from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_store_window import WindowCommon


@tagged("post_install", "-at_install")
class TestMacroAction(WindowCommon):
    """A macro prepares something in the store; one click confirms it, never less."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        program = cls.env["loyalty.program"].create(
            {
                "name": "Gift cards",
                "program_type": "gift_card",
                "currency_id": cls.company.currency_id.id,
                "company_id": cls.company.id,
            }
        )
        cls.company.support_voucher_program_id = program
        carrier = cls.env["product.product"].create(
            {"name": "Parcel", "type": "service", "list_price": 12}
        )
        cls.shipping = cls.env["delivery.carrier"].create(
            {"name": "Parcel", "product_id": carrier.id, "fixed_price": 12}
        )

    def make_macro(self, kind, **values):
        return self.env["support.macro"].create(
            {
                "name": kind,
                "body": "<p>Hello {first_name}, we give you {given_amount}.</p>",
                "action_kind": kind,
                **values,
            }
        )

    def use(self, macro, ticket, user=None):
        user = user or self.agent
        action = ticket.with_user(user).action_use_macro(macro.id)
        self.assertEqual(action["res_model"], "support.store.action")
        # The bar of macros opens it without the server's help.
        self.assertTrue(action["views"])
        return self.env[action["res_model"]].with_user(user).browse(action["res_id"])

    def get_replies(self, ticket):
        return ticket.message_ids.filtered(
            lambda message: message.subtype_id == self.env.ref("mail.mt_comment")
        )

    def test_a_voucher_of_a_share_of_the_order_is_given_with_the_reply(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        ticket = self.make_order_ticket(order)
        macro = self.make_macro(
            "voucher",
            action_percent=10,
            body="<p>{first_name}: {voucher_code}, {given_amount}</p>",
            stage_kind="waiting",
        )
        window = self.use(macro, ticket)
        self.assertMoney(window.amount, 3)
        self.assertIn("{voucher_code}", window.body)
        self.assertFalse(window.missing)
        self.assertFalse(ticket.action_ids)
        window.action_do()
        [action] = ticket.action_ids
        self.assertEqual((action.state, action.requested_by), ("done", self.agent))
        reply = self.get_replies(ticket).body
        self.assertIn(action.card_ids.code, reply)
        self.assertIn("3.00", reply)
        self.assertEqual(ticket.stage_kind, "waiting")

    def test_a_click_more_gives_and_sends_nothing_more(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        ticket = self.make_order_ticket(order)
        window = self.use(self.make_macro("voucher", action_amount=5), ticket)
        for _click in range(3):
            window.action_do()
        self.assertEqual(len(ticket.action_ids.card_ids), 1)
        self.assertEqual(len(self.get_replies(ticket)), 1)

    def test_only_the_shipping_is_refunded(self):
        order = self.make_order([(self.bulb, 2)], pricelist_id=self.pricelist.id)
        order.order_line.tax_ids = False
        order.set_delivery_line(self.shipping, 12)
        order.order_line.tax_ids = False
        order.action_confirm()
        self.pay(order)
        self.ship(order)
        self.invoice(order)
        ticket = self.make_order_ticket(order)
        window = self.use(self.make_macro("refund", action_scope="shipping"), ticket)
        chosen = window.line_ids.filtered("is_chosen")
        self.assertEqual(chosen.sale_line_id, order.order_line.filtered("is_delivery"))
        self.assertMoney(window.given_back, 12)
        window.action_do()
        self.assertMoney(ticket.action_ids.amount, 12)

    def test_a_return_takes_what_the_ticket_is_about(self):
        cable = self.make_product("Cable", 5)
        order = self.buy_pay_send_invoice({self.bulb: 2, cable: 1})
        ticket = self.make_order_ticket(order)
        line = order.order_line.filtered(lambda x: x.product_id == self.bulb)
        ticket.action_set_affected_line(line.id, 1)
        macro = self.make_macro("return", body="<p>{ticket_link}</p>")
        window = self.use(macro, ticket)
        window.action_do()
        [action] = ticket.action_ids
        self.assertEqual(action.line_ids.sale_line_id, line)
        self.assertEqual(action.line_ids.quantity, 1)

    def test_above_the_limit_it_waits_and_the_reply_does_not_leave(self):
        self.company.support_limit_agent = 10
        order = self.buy_pay_send_invoice({self.bulb: 2})
        ticket = self.make_order_ticket(order)
        window = self.use(self.make_macro("refund", action_scope="all"), ticket)
        self.assertTrue(window.needs_approval)
        window.action_do()
        self.assertEqual(ticket.action_ids.state, "to_approve")
        self.assertFalse(self.get_replies(ticket))
        notes = " ".join(ticket.message_ids.mapped("body"))
        self.assertIn("Not sent, since it waits for approval", notes)

    def test_what_the_policy_denies_stays_denied_and_unsent(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        self.env["support.return.policy"].create(
            {"name": "Never", "is_final_sale": True, "company_id": self.company.id}
        )
        ticket = self.make_order_ticket(order)
        macro = self.make_macro("return", action_scope="all", body="<p>Yes!</p>")
        window = self.use(macro, ticket)
        self.assertTrue(window.is_denied)
        with self.assertRaises(UserError):
            window.action_do()
        self.assertFalse(ticket.action_ids)
        self.assertFalse(self.get_replies(ticket))

    def test_a_reply_with_something_missing_does_nothing(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        ticket = self.make_order_ticket(order)
        macro = self.make_macro(
            "voucher", action_amount=5, body="<p>{tracking_link}</p>"
        )
        window = self.use(macro, ticket)
        with self.assertRaisesRegex(UserError, "no value for"):
            window.action_do()
        self.assertFalse(ticket.action_ids)

    def test_the_dialog_of_macros_leads_to_the_store(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        ticket = self.make_order_ticket(order)
        macro = self.make_macro("voucher", action_amount=5)
        dialog = (
            self.env["support.apply.macro"]
            .with_user(self.agent)
            .create({"ticket_id": ticket.id, "macro_id": macro.id})
        )
        with self.assertRaisesRegex(UserError, "prepare that first"):
            dialog.action_send()
        dialog.body = "<p>Written by Bia</p>"
        action = dialog.action_prepare()
        window = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("Written by Bia", window.body)

    def test_a_macro_of_another_team_is_not_used(self):
        macro = self.make_macro(
            "voucher", action_amount=5, team_ids=[Command.link(self.team_b.id)]
        )
        ticket = self.make_ticket()
        with self.assertRaisesRegex(UserError, "not offered here"):
            ticket.with_user(self.agent).action_use_macro(macro.id)

    def test_nonsense_is_not_saved(self):
        for values in (
            {"action_percent": 0},
            {"action_percent": 101},
            {"action_scope": "shipping"},
            {"action_amount": -1},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.make_macro("voucher", **values)
