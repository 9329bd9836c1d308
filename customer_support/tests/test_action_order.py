from odoo.exceptions import UserError
from odoo.tests import tagged

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestCancel(ActionCommon):
    def test_an_order_that_has_not_left_is_cancelled_and_paid_back(self):
        order = self.buy({self.bulb: 2}, policy="delivery")
        self.pay(order)
        ticket = self.make_order_ticket(order)
        action = self.request(ticket, "cancel_order")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
        self.assertMoney(action.amount, 30.00)
        self.send_refunds()
        self.assertTrue(action.is_settled)
        self.assertMoney(order._get_support_money_left(), 0.00)

    def test_an_invoiced_order_gets_its_credit_note(self):
        order = self.buy({self.bulb: 2}, tax=self.tax)
        self.pay(order)
        invoice = self.invoice(order)
        action = self.request(self.make_order_ticket(order), "cancel_order")
        credit = invoice.reversal_move_ids
        self.assertMoney(credit.amount_total, 35.40)
        self.assertMoney(action.amount, 35.40)
        self.send_refunds()
        self.assertIn(credit.payment_state, ("paid", "in_payment"))

    def test_an_order_that_left_is_not_cancelled(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        with self.assertRaisesRegex(UserError, "has left the store"):
            self.request(self.make_order_ticket(order), "cancel_order")
        self.assertEqual(order.state, "sale")

    def test_what_is_packed_is_not_cancelled(self):
        order = self.buy({self.bulb: 2})
        order.picking_ids.carrier_tracking_ref = "BR123"
        with self.assertRaisesRegex(UserError, "packed already"):
            self.request(self.make_order_ticket(order), "cancel_order")

    def test_cancelled_twice_is_refused(self):
        order = self.buy({self.bulb: 2})
        ticket = self.make_order_ticket(order)
        self.request(ticket, "cancel_order")
        with self.assertRaisesRegex(UserError, "cancelled already"):
            self.request(ticket, "cancel_order")

    def test_one_of_two_is_taken_out_and_paid_back(self):
        order = self.buy({self.bulb: 2}, policy="delivery")
        self.pay(order)
        line = order.order_line
        action = self.request(self.make_order_ticket(order), "cancel_line", {line: 1})
        self.assertEqual(line.product_uom_qty, 1)
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 1)
        self.assertMoney(action.amount, 15.00)
        self.assertMoney(order._get_support_money_left(), 15.00)

    def test_one_of_two_invoiced_ones_is_credited(self):
        order = self.buy({self.bulb: 2})
        self.pay(order)
        invoice = self.invoice(order)
        line = order.order_line
        action = self.request(self.make_order_ticket(order), "cancel_line", {line: 1})
        self.assertMoney(invoice.reversal_move_ids.amount_total, 15.00)
        self.assertMoney(action.amount, 15.00)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_what_has_left_stays(self):
        order = self.buy({self.bulb: 3})
        self.ship(order, {self.bulb: 2})
        line = order.order_line
        ticket = self.make_order_ticket(order)
        with self.assertRaisesRegex(UserError, "Only 1"):
            self.request(ticket, "cancel_line", {line: 2})
        self.request(ticket, "cancel_line", {line: 1})
        self.assertEqual(line.product_uom_qty, 2)

    def test_a_locked_order_stays_locked(self):
        order = self.buy({self.bulb: 2})
        order.locked = True
        self.request(
            self.make_order_ticket(order), "cancel_line", {order.order_line: 1}
        )
        self.assertTrue(order.locked)
        self.assertEqual(order.order_line.product_uom_qty, 1)


@tagged("post_install", "-at_install")
class TestChangeAddress(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brazil = cls.env.ref("base.br")
        cls.customer.country_id = cls.brazil
        cls.bought = cls.buy({cls.bulb: 2})
        cls.bought.partner_shipping_id.country_id = cls.brazil

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.bought)

    def address(self, **values):
        return self.env["res.partner"].create(
            {
                "parent_id": self.customer.commercial_partner_id.id,
                "type": "delivery",
                "name": "Ana Souza",
                "street": "Rua das Flores 10",
                "city": "Curitiba",
                "country_id": self.brazil.id,
                **values,
            }
        )

    def change(self, address):
        return self.request(self.ticket, "change_address", address_id=address.id)

    def test_order_and_open_delivery_go_to_the_new_address(self):
        address = self.address()
        self.change(address)
        self.assertEqual(self.bought.partner_shipping_id, address)
        self.assertEqual(self.bought.picking_ids.partner_id, address)
        self.assertFalse(self.bought.picking_ids.activity_ids)

    def test_a_new_address_is_made_once_however_often_it_is_clicked(self):
        ticket = self.ticket.with_user(self.agent)
        window = ticket.with_context(
            support_action_kind="change_address"
        ).action_open_store_action()
        wizard = ticket.env[window["res_model"]].browse(window["res_id"])
        wizard.write({"street": "Rua Nova 7", "city": "Recife"})
        before = len(self.customer.child_ids)
        wizard.action_do()
        wizard.action_do()
        self.customer.invalidate_recordset()
        self.assertEqual(len(self.customer.child_ids), before + 1)
        self.assertEqual(self.bought.partner_shipping_id.city, "Recife")

    def test_a_delivery_that_left_keeps_its_address(self):
        self.ship(self.bought, {self.bulb: 1})
        done = self.bought.picking_ids.filtered(lambda p: p.state == "done")
        before = done.partner_id
        self.change(self.address())
        self.assertEqual(done.partner_id, before)

    def test_all_has_left(self):
        self.ship(self.bought)
        with self.assertRaisesRegex(UserError, "has left the store"):
            self.change(self.address())

    def test_another_country_is_refused(self):
        with self.assertRaisesRegex(UserError, "Another country"):
            self.change(self.address(country_id=self.env.ref("base.pt").id))

    def test_the_address_of_another_customer_is_refused(self):
        with self.assertRaisesRegex(UserError, "another customer"):
            self.change(self.customer_b)
