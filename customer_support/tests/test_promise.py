"""What was promised is kept by its document, or breaks and says so."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .action_common import ActionCommon
from .test_clock_log import ClockCommon


@tagged("post_install", "-at_install")
class TestPromise(ClockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["support.promise"].search([]).unlink()

    def setUp(self):
        super().setUp()
        self.ticket = self.open_ticket(
            2026, 3, 2, 13, user_id=self.agent.id, sale_order_id=self.order.id
        )

    def promise(self, **vals):
        """The agent promises on Monday 10:00 something for Wednesday 10:00."""
        with self.at(2026, 3, 2, 13):
            return (
                self.env["support.promise"]
                .with_user(self.agent)
                .create(
                    {
                        "ticket_id": self.ticket.id,
                        "due_at": datetime(2026, 3, 4, 13),
                        **vals,
                    }
                )
            )

    def run_job(self, *moment):
        with self.at(*moment):
            cron = self.env.ref("customer_support.ir_cron_support_promise")
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()

    def get_kinds(self):
        return self.ticket.event_ids.mapped("kind")[-2:]

    def get_todos(self):
        return [(a.user_id, a.summary) for a in self.ticket.activity_ids]

    def test_the_owner_is_reminded_once_before_it_breaks(self):
        promise = self.promise(kind="call_back", alert_hours=3)
        self.run_job(2026, 3, 4, 9, 59)
        self.assertFalse(promise.alerted_at)
        self.run_job(2026, 3, 4, 10, 1)
        self.run_job(2026, 3, 4, 10, 6)
        self.assertEqual(
            self.get_todos(), [(self.agent, "Keep the promise: Call back")]
        )
        with self.at(2026, 3, 4, 12):
            promise.with_user(self.agent).action_keep()
        self.assertEqual((promise.state, promise.check_at), ("kept", False))
        self.assertFalse(self.get_todos())
        self.assertEqual(self.get_kinds()[-1], "promise_kept")
        self.assertProven(self.ticket)

    def test_a_broken_promise_goes_to_the_team_leader(self):
        promise = self.promise(kind="refund", name="R$ 199 back")
        self.run_job(2026, 3, 4, 12)
        self.run_job(2026, 3, 4, 13, 1)
        self.run_job(2026, 3, 4, 13, 6)
        self.assertEqual(promise.state, "broken")
        self.assertEqual(self.get_todos(), [(self.lead, "Promise broken: R$ 199 back")])
        broken = self.ticket.event_ids.filtered(lambda e: e.kind == "promise_broken")
        self.assertEqual(len(broken), 1)
        self.assertIn("A promise was broken", self.ticket.message_ids[0].body)
        self.assertProven(self.ticket)

    def test_a_promise_is_kept_by_its_delivery(self):
        picking = self.order.picking_ids
        promise = self.promise(picking_id=picking.id)
        other = self.promise()
        with self.at(2026, 3, 3, 13):
            self._ship(picking)
        self.assertEqual((promise.state, other.state), ("kept", "open"))
        self.assertEqual(promise.decided_at, datetime(2026, 3, 3, 13))

    def test_a_delivery_that_leaves_too_late_breaks_it(self):
        picking = self.order.picking_ids
        promise = self.promise(picking_id=picking.id)
        with self.at(2026, 3, 4, 13, 0, 1):
            self._ship(picking)
        self.assertEqual(promise.state, "broken")

    def _ship(self, picking):
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_a_promise_is_kept_by_the_refund_at_the_provider(self):
        provider = self.env["payment.provider"].create({"name": "Test provider"})
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "amount": 199,
                "currency_id": self.env.company.currency_id.id,
                "partner_id": self.customer.id,
                "reference": "R-1",
                "operation": "refund",
            }
        )
        promise = self.promise(kind="refund", transaction_id=transaction.id)
        with self.at(2026, 3, 3, 13):
            transaction._set_pending()
            self.assertEqual(promise.state, "open")
            transaction._set_done()
        self.assertEqual(promise.state, "kept")

    def test_what_was_promised_is_not_changed(self):
        promise = self.promise().with_user(self.agent)
        for vals in (
            {"due_at": datetime(2027, 1, 1)},
            {"state": "kept"},
            {"name": "Something else"},
            {"check_at": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                promise.write(vals)
        promise.user_id = self.lead
        with self.assertRaises(AccessError):
            promise.unlink()
        with self.assertRaises(AccessError):
            self.promise(state="kept")

    def test_a_decided_promise_stays_decided(self):
        promise = self.promise().with_user(self.agent)
        promise.action_withdraw()
        self.assertEqual(promise.state, "withdrawn")
        for action in (promise.action_keep, promise.action_withdraw):
            with self.assertRaisesRegex(UserError, "decided already"):
                action()
        self.run_job(2026, 3, 5, 13)
        self.assertEqual(promise.state, "withdrawn")

    def test_nothing_is_promised_for_the_past(self):
        with self.assertRaisesRegex(ValidationError, "about the future"):
            self.promise(due_at=datetime(2026, 3, 1))

    def test_other_teams_and_customers_promise_nothing_here(self):
        promise = self.promise()
        values = {"ticket_id": self.ticket.id, "due_at": datetime(2030, 1, 1)}
        for user in (self.agent_b, self.portal_user):
            promises = self.env["support.promise"].with_user(user)
            with self.assertRaises(AccessError):
                promises.create(values)
            with self.assertRaises(AccessError):
                promise.with_user(user).action_keep()

    def test_a_promise_of_another_company_is_not_seen(self):
        promise = self.promise()
        company = self.env["res.company"].create({"name": "Other store"})
        self.lead.company_ids = [Command.link(company.id)]
        found = (
            promise.with_user(self.lead)
            .with_context(allowed_company_ids=company.ids)
            .search([("id", "=", promise.id)])
        )
        self.assertFalse(found)

    def test_the_customer_reads_the_open_promises(self):
        self.promise(kind="call_back")
        self.promise(name="The new lamp arrives", due_at=datetime(2026, 3, 3, 20))
        self.promise(kind="refund").with_user(self.agent).action_withdraw()
        ticket = self.ticket.with_user(self.portal_user).with_context(tz="UTC")
        words = ticket._get_portal_promises()
        self.assertEqual(len(words), 2)
        self.assertIn("The new lamp arrives, by Tue, Mar 3", words[0])
        self.assertIn("We call you by Wed, Mar 4", words[1])

    def test_a_merged_ticket_gives_its_promises_to_the_survivor(self):
        promise = self.promise()
        survivor = self.make_ticket()
        self.ticket._merge_into(survivor)
        self.assertEqual(promise.ticket_id, survivor)

    def test_the_button_opens_a_form_for_this_ticket(self):
        action = self.ticket.with_user(self.agent).action_new_promise()
        context = action["context"]
        self.assertEqual(context["default_ticket_id"], self.ticket.id)
        self.assertEqual(context["default_picking_id"], self.order.picking_ids.id)

    def test_a_delivery_that_has_left_is_offered_for_no_promise(self):
        self._ship(self.order.picking_ids)
        action = self.ticket.with_user(self.agent).action_new_promise()
        self.assertFalse(action["context"]["default_picking_id"])


@tagged("post_install", "-at_install")
class TestPromiseOfAction(ActionCommon):
    """A promise of money or goods is kept by what the ticket has done about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cls.buy_pay_send_invoice({cls.bulb: 2})
        cls.line = cls.bought.order_line

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.bought)

    def promise(self, **vals):
        return (
            self.env["support.promise"]
            .with_user(self.agent)
            .create(
                {
                    "ticket_id": self.ticket.id,
                    "kind": "refund",
                    "due_at": fields.Datetime.now() + timedelta(days=3),
                    **vals,
                }
            )
        )

    def test_a_refund_that_was_promised_first_keeps_it_when_the_money_is_sent(self):
        promise, call = self.promise(), self.promise(kind="call_back")
        action = self.request(self.ticket, "refund", {self.line: 1})
        self.assertEqual(promise.action_id, action)
        self.assertEqual(promise.state, "open")
        self.send_refunds()
        self.assertEqual((promise.state, call.state), ("kept", "open"))

    def test_a_refund_under_way_is_tied_to_a_promise_that_is_given_then(self):
        action = self.request(self.ticket, "refund", {self.line: 1})
        promise = self.promise()
        self.assertEqual((promise.action_id, promise.state), (action, "open"))
        self.send_refunds()
        self.assertEqual(promise.state, "kept")

    def test_a_refund_that_fails_keeps_nothing(self):
        promise = self.promise()
        action = self.request(self.ticket, "refund", {self.line: 1})
        action.transaction_ids._set_error("The card is closed.")
        self.assertEqual(promise.state, "open")

    def test_money_that_is_paid_by_hand_keeps_it(self):
        self.bought.transaction_ids.payment_method_id.support_refund = "none"
        self.company.support_payer_id = self.lead
        promise = self.promise()
        action = self.request(self.ticket, "refund", {self.line: 1})
        self.assertEqual(promise.state, "open")
        action.with_user(self.lead).action_mark_paid()
        self.assertEqual(promise.state, "kept")

    def test_the_credit_note_that_accounting_pays_keeps_it(self):
        self.bought.transaction_ids.payment_method_id.support_refund = "none"
        action = self.request(self.ticket, "refund", {self.line: 1})
        promise, other = self.promise(), self.promise(move_id=action.move_ids.id)
        self.assertEqual(promise.action_id, action)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=action.move_ids.ids
        ).create({}).action_create_payments()
        self.assertEqual((promise.state, other.state), ("kept", "kept"))

    def test_money_that_comes_too_late_breaks_it(self):
        promise = self.promise()
        self.request(self.ticket, "refund", {self.line: 1})
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            self.send_refunds()
        self.assertEqual(promise.state, "broken")

    def test_nobody_ties_it_by_hand(self):
        action = self.request(self.ticket, "refund", {self.line: 1})
        with self.assertRaises(AccessError):
            self.promise(action_id=action.id)

    def test_a_delivery_in_parts_keeps_it_with_the_last_part(self):
        order = self.buy({self.bulb: 3})
        promise = self.promise(kind="delivery", picking_id=order.picking_ids.id)
        self.ship(order, {self.bulb: 2})
        self.assertEqual(promise.state, "open")
        self.ship(order, {self.bulb: 1})
        self.assertEqual(promise.state, "kept")

    def test_the_rest_that_was_called_off_does_not_break_it(self):
        order = self.buy({self.bulb: 3})
        promise = self.promise(kind="delivery", picking_id=order.picking_ids.id)
        self.ship(order, {self.bulb: 2})
        order._get_support_open_deliveries().action_cancel()
        promise._run_due(promise.due_at - timedelta(hours=1))
        self.assertEqual(promise.state, "kept")
