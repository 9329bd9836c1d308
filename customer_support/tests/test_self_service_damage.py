from uuid import uuid4

from odoo.exceptions import UserError
from odoo.tests import tagged

from .action_common import ActionCommon
from .web_common import PNG, SupportWebCase


@tagged("post_install", "-at_install")
class TestDamageReport(ActionCommon, SupportWebCase):
    """Customers report damage with photos, and get at once what the policy allows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["support.return.policy"].create(
            {
                "name": "30 days",
                "days": 30,
                "self_service": True,
                "self_exchange": True,
                "replacement_limit": 20,
                "reserve_hours": 48,
                "company_id": cls.company.id,
            }
        )
        cls.damaged = cls.env.ref("customer_support.reason_damaged")

    def setUp(self):
        super().setUp()
        self.visit_as(self.portal_user)

    def report(self, order, photos=1, quantity=1, **data):
        """Send the form as a browser does; the answer and the ticket, if any."""
        line = order.order_line[:1]
        files = [("files", (f"{n}.png", PNG, "image/png")) for n in range(photos)]
        answer = self.send(
            f"/my/orders/{order.id}/support/damage",
            {
                "form_key": uuid4().hex,
                "message": "The glass is broken",
                "reason_id": self.damaged.id,
                "line_ids": line.id,
                f"quantity_{line.id}": str(quantity),
                **data,
            },
            files=files,
        )
        tickets = self.env["support.ticket"].search([("sale_order_id", "=", order.id)])
        return answer, tickets

    def test_it_opens_a_ticket_with_lines_and_photos(self):
        order = self.buy_pay_send_invoice({self.bulb: 3})
        answer, ticket = self.report(order, photos=2, quantity=2)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(ticket.reason_id, self.damaged)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.line_ids.sale_line_id, order.order_line)
        self.assertEqual(ticket.line_ids.quantity, 2)
        self.assertEqual(ticket.picking_id, order.picking_ids)
        [message] = ticket.message_ids.filtered("attachment_ids")
        self.assertEqual(message.author_id, self.customer)
        self.assertIn("The glass is broken", message.body)
        self.assertEqual(len(message.attachment_ids), 2)
        self.assertEqual(ticket.stage_kind, "new")
        self.assertFalse(ticket.action_ids)
        self.assertFalse(ticket._get_clock_differences())

    def test_what_each_state_and_policy_offers(self):
        fresh = self.buy({self.bulb: 2})
        sent = self.buy_pay_send_invoice({self.bulb: 1})
        dear = self.buy_pay_send_invoice({self.make_product("Big bulb", 50): 1})
        back = self.buy_pay_send_invoice({self.bulb: 1})
        ticket = self.make_order_ticket(back)
        self.request(ticket, "return", {back.order_line: 1})
        cancelled = self.buy({self.bulb: 1})
        cancelled._action_cancel()
        table = {
            fresh: (False, []),
            sent: (True, ["exchange", "return", "reship"]),
            dear: (True, ["exchange", "return"]),
            back: (False, []),
            cancelled: (False, []),
        }
        for order, (reports, remedies) in table.items():
            with self.subTest(state=order.state, delivery=order.delivery_status):
                self.assertEqual(bool(order._get_self_service_damage()), reports)
                self.assertEqual(order._get_self_service_remedies(), remedies)
                page = self.url_open(f"/my/orders/{order.id}/support").text
                self.assertEqual('id="damage"' in page, reports)
                for kind in ("exchange", "return", "reship"):
                    self.assertEqual(f'id="damage_{kind}"' in page, kind in remedies)

    def test_a_policy_without_remedies_takes_the_report_alone(self):
        self.policy.write(
            {"self_service": False, "self_exchange": False, "replacement_limit": 0}
        )
        order = self.buy_pay_send_invoice({self.bulb: 1})
        self.assertEqual(order._get_self_service_remedies(), [])
        _answer, ticket = self.report(order, remedy="reship")
        self.assertTrue(ticket)
        self.assertFalse(ticket.action_ids)

    def test_an_exchange_is_done_at_once_and_kept(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        _answer, ticket = self.report(order, remedy="exchange")
        [action] = ticket.action_ids
        self.assertEqual((action.kind, action.state), ("exchange", "done"))
        self.assertEqual(action.requested_by, self.portal_user)
        self.assertEqual(action.reserve_hours, 48)
        self.assertEqual(ticket.stage_kind, "waiting")
        page = self.url_open(ticket.access_url).text
        self.assertIn("We keep the other product for you until", page)
        self.assertIn("Print the return slip", page)

    def test_a_cheap_product_is_sent_once_more(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        _answer, ticket = self.report(order, remedy="reship")
        [action] = ticket.action_ids
        self.assertEqual((action.kind, action.state), ("reship", "done"))
        self.assertEqual(ticket.stage_kind, "on_hold")

    def test_several_cheap_products_together_are_too_dear(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        answer, ticket = self.report(order, quantity=2, remedy="reship")
        self.assertIn("later=1", answer.headers["Location"])
        self.assertFalse(ticket.action_ids)
        self.assertEqual(ticket.stage_kind, "new")
        notes = " ".join(ticket.message_ids.mapped("body"))
        self.assertIn("not possible", notes)

    def test_what_is_not_in_stock_stays_a_report(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        self.stock_up(self.bulb, -self.bulb.free_qty)
        _answer, ticket = self.report(order, remedy="exchange")
        self.assertTrue(ticket)
        self.assertFalse(ticket.action_ids)
        page = self.url_open(f"{ticket.access_url}?later=1").text
        self.assertIn("We could not do at once", page)

    def test_help_at_once_needs_a_photo(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        answer, ticket = self.report(order, photos=0, remedy="exchange")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Please add a photo", answer.text)
        self.assertIn("The glass is broken", answer.text)
        self.assertFalse(ticket)

    def test_words_and_products_are_asked_for(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        for data in ({"message": ""}, {"line_ids": ""}):
            answer, ticket = self.report(order, **data)
            with self.subTest(data):
                self.assertEqual(answer.status_code, 400)
                self.assertFalse(ticket)

    def test_sent_twice_it_is_one_report(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        key = uuid4().hex
        for _ in range(2):
            _answer, tickets = self.report(order, form_key=key, remedy="exchange")
        self.assertEqual(len(tickets), 1)
        self.assertEqual(len(tickets.action_ids), 1)

    def test_a_flagged_customer_gets_nothing_at_once(self):
        self.customer.sudo().support_abuse_state = "flagged"
        order = self.buy_pay_send_invoice({self.bulb: 1})
        self.assertEqual(order._get_self_service_remedies(), [])
        self.assertTrue(order._get_self_service_damage())

    def test_the_engine_refuses_a_remedy_without_report(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        ticket = self.make_order_ticket(order, reason_id=self.damaged.id)
        for kind in ("exchange", "reship"):
            with self.assertRaisesRegex(UserError, "not possible any more"):
                self.request(ticket, kind, {order.order_line: 1}, user=self.portal_user)

    def test_the_order_of_another_customer_is_not_there(self):
        order = self.buy_pay_send_invoice({self.bulb: 1}, partner=self.customer_b)
        answer, ticket = self.report(order)
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(ticket)
