from uuid import uuid4

from odoo.exceptions import UserError
from odoo.tests import tagged

from .action_common import ActionCommon
from .web_common import SupportWebCase


@tagged("post_install", "-at_install")
class TestSelfService(ActionCommon, SupportWebCase):
    """Customers return, cancel and correct their orders by themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["support.return.policy"].create(
            {
                "name": "30 days",
                "days": 30,
                "self_service": True,
                "company_id": cls.company.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.visit_as(self.portal_user)

    def post(self, order, action, **data):
        return self.send(
            f"/my/orders/{order.id}/support/{action}",
            {"form_key": uuid4().hex, **data},
        )

    def find_actions(self, order):
        return self.env["support.ticket.action"].search([("order_id", "=", order.id)])

    def test_each_state_of_an_order_offers_what_it_allows(self):
        quotation = self.make_order([(self.bulb, 2)])
        fresh = self.buy({self.bulb: 2})
        packed = self.buy({self.bulb: 2})
        packed.picking_ids.carrier_tracking_ref = "BR1"
        partly = self.buy({self.bulb: 2})
        self.ship(partly, {self.bulb: 1})
        sent = self.buy_pay_send_invoice({self.bulb: 2})
        cancelled = self.buy({self.bulb: 2})
        cancelled._action_cancel()
        table = {
            quotation: [],
            fresh: ["change_address", "cancel_order"],
            packed: [],
            partly: ["return", "change_address"],
            sent: ["return"],
            cancelled: [],
        }
        for order, expected in table.items():
            with self.subTest(state=order.state, delivery=order.delivery_status):
                self.assertEqual(order._get_self_service_actions(), expected)

    def test_a_product_is_returned_and_the_slip_can_be_printed(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        line = order.order_line
        page = self.url_open(f"/my/orders/{order.id}/support")
        self.assertIn("Send products back", page.text)
        answer = self.post(
            order, "return", line_ids=line.id, **{f"quantity_{line.id}": "1"}
        )
        self.assertEqual(answer.status_code, 303)
        action = self.find_actions(order)
        self.assertEqual(action.state, "done")
        self.assertEqual(action.requested_by, self.portal_user)
        self.assertEqual(action.picking_ids.move_ids.product_uom_qty, 1)
        ticket = action.ticket_id
        self.assertEqual(ticket.stage_kind, "waiting")
        self.assertFalse(ticket._get_clock_differences())
        page = self.url_open(ticket.access_url)
        self.assertIn("Please send the products back to us.", page.text)
        self.assertIn("We are waiting for your parcel", page.text)
        slip = self.url_open(f"/my/support/{ticket.id}/slip/{action.picking_ids.id}")
        self.assertIn(action.picking_ids.name, slip.text)
        self.assertIn('src="data:image/svg+xml;base64,', slip.text)

    def test_a_form_that_is_sent_twice_returns_once(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        line, key = order.order_line, uuid4().hex
        for _ in range(2):
            self.post(
                order,
                "return",
                form_key=key,
                line_ids=line.id,
                **{f"quantity_{line.id}": "1"},
            )
        self.assertEqual(len(self.find_actions(order)), 1)

    def test_an_order_is_cancelled_and_paid_back(self):
        order = self.buy({self.bulb: 2})
        self.pay(order)
        self.assertEqual(self.post(order, "cancel").status_code, 303)
        self.assertEqual(order.state, "cancel")
        action = self.find_actions(order)
        self.assertMoney(abs(sum(action.transaction_ids.mapped("amount"))), 30.00)
        self.assertEqual(action.ticket_id.stage_kind, "on_hold")

    def test_an_order_that_left_is_not_cancelled(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        answer = self.post(order, "cancel")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("not possible any more", answer.text)
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.find_actions(order))

    def test_the_address_is_corrected_before_it_leaves(self):
        order = self.buy({self.bulb: 2})
        answer = self.post(
            order, "address", street="Rua Nova 7", city="Recife", zip="50000-000"
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(order.partner_shipping_id.city, "Recife")
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)
        self.assertEqual(self.find_actions(order).ticket_id.stage_kind, "solved")

    def test_an_address_without_a_street_is_asked_for_again(self):
        order = self.buy({self.bulb: 2})
        before = order.partner_shipping_id
        answer = self.post(order, "address", street="", city="Recife", zip="50000")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Recife", answer.text)
        self.assertEqual(order.partner_shipping_id, before)

    def test_the_policy_says_no(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        self.env["support.return.policy"].search([]).self_service = False
        line = order.order_line
        answer = self.post(
            order, "return", line_ids=line.id, **{f"quantity_{line.id}": "1"}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.find_actions(order))

    def test_a_customer_asks_for_no_money_or_goods_by_himself(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        ticket = self.make_order_ticket(order)
        for kind in ("refund", "reship", "exchange"):
            with self.assertRaises(UserError):
                self.request(ticket, kind, {order.order_line: 1}, user=self.portal_user)
        with self.assertRaises(UserError):
            self.request(ticket, "voucher", user=self.portal_user, amount=50)

    def test_the_order_of_another_customer_is_not_there(self):
        order = self.buy({self.bulb: 2}, partner=self.customer_b)
        self.assertEqual(
            self.url_open(f"/my/orders/{order.id}/support").status_code, 404
        )
        self.assertEqual(self.post(order, "cancel").status_code, 404)
        self.assertEqual(order.state, "sale")

    def test_the_slip_of_another_customer_is_not_there(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        ticket = self.make_order_ticket(order)
        back = self.request(ticket, "return", {order.order_line: 1}).picking_ids
        self.visit_as(self.portal_user_b)
        answer = self.url_open(f"/my/support/{ticket.id}/slip/{back.id}")
        self.assertEqual(answer.status_code, 404)

    def test_guests_sign_in_first(self):
        order = self.buy({self.bulb: 2})
        self.visit_as()
        answer = self.url_open(f"/my/orders/{order.id}/support", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])
