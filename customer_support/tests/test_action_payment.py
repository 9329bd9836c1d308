from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestRefundPayment(ActionCommon):
    """The money reaches the customer once, or a person is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sale_2 = cls.buy_pay_send_invoice({cls.bulb: 2})

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.sale_2)

    def refund(self, quantity=1):
        return self.request(self.ticket, "refund", {self.sale_2.order_line: quantity})

    def provider_answers(self, answer):
        """Let the provider answer by a function, and count its calls."""
        self.calls = []

        def call(transaction):
            self.calls.append(transaction.id)
            return answer(transaction)

        model = type(self.env["payment.transaction"])
        return patch.object(model, "_send_refund_request", call)

    def test_the_provider_pays_and_the_credit_note_is_paid(self):
        action = self.refund()
        self.assertEqual(action.transaction_ids.support_sending, "to_send")
        self.assertIn("under way", action.open_points)
        self.send_refunds()
        self.assertEqual(action.transaction_ids.state, "done")
        self.assertIn(action.move_ids.payment_state, ("paid", "in_payment"))
        self.assertTrue(action.is_settled)
        self.assertMoney(self.sale_2._get_support_money_left(), 15.00)

    def test_the_agent_does_not_wait_for_the_provider(self):
        with self.provider_answers(lambda tx: tx._set_done()):
            self.refund()
            self.assertFalse(self.calls)

    def test_it_is_sent_once(self):
        with self.provider_answers(lambda tx: tx._set_done()):
            self.refund()
            self.send_refunds()
            self.send_refunds()
        self.assertEqual(len(self.calls), 1)

    def test_no_answer_is_never_sent_again(self):
        with self.provider_answers(lambda tx: None):
            action = self.refund()
            self.send_refunds()
            self.send_refunds()
        self.assertEqual(len(self.calls), 1)
        self.assertEqual(action.transaction_ids.support_sending, "unknown")
        self.assertIn("no answer", action.open_points)
        self.assertIn(
            action.transaction_ids.reference,
            " ".join(self.ticket.activity_ids.mapped("summary")),
        )

    def test_a_worker_that_died_while_sending_asks_a_person(self):
        action = self.refund()
        refund = action.transaction_ids
        refund.support_sending = "sending"
        self.env.flush_all()
        long_ago = fields.Datetime.now() - timedelta(hours=1)
        self.env.cr.execute(
            "UPDATE payment_transaction SET write_date = %s WHERE id = %s",
            [long_ago, refund.id],
        )
        self.env.invalidate_all()
        with self.provider_answers(lambda tx: tx._set_done()):
            self.send_refunds()
        self.assertFalse(self.calls)
        self.assertEqual(refund.support_sending, "unknown")

    def test_a_refusal_is_shown_and_the_money_is_paid_by_hand(self):
        def refuse(transaction):
            answer = "The card is closed."
            raise ValidationError(answer)

        self.company.write(
            {"support_payer_id": self.lead.id, "support_by_hand_days": 5}
        )
        with self.provider_answers(refuse):
            action = self.refund()
            self.send_refunds()
            self.send_refunds()
        self.assertEqual(len(self.calls), 1)
        self.assertIn("failed", action.open_points)
        self.assertIn(
            "The card is closed.",
            " ".join(note or "" for note in self.ticket.activity_ids.mapped("note")),
        )
        # So it is paid by hand until a date; the other bulb can still be refunded.
        until = fields.Date.today() + timedelta(days=5)
        self.assertMoney(action.by_hand_amount, 15.00)
        self.assertEqual(action.by_hand_until, until)
        self.assertIn(until, self.ticket.activity_ids.mapped("date_deadline"))
        self.assertMoney(self.sale_2._get_support_money_left(), 15.00)
        action.with_user(self.lead).action_mark_paid()
        self.assertTrue(action.is_settled)

    def test_a_refund_under_way_counts_as_paid_back(self):
        with self.provider_answers(lambda tx: tx._set_pending()):
            self.refund()
            self.send_refunds()
        self.assertMoney(self.sale_2._get_support_money_left(), 15.00)

    def test_a_provider_that_cannot_leaves_a_task_with_a_date(self):
        self.sale_2.transaction_ids.payment_method_id.support_refund = "none"
        self.company.write(
            {"support_payer_id": self.lead.id, "support_by_hand_days": 5}
        )
        action = self.refund()
        self.assertFalse(action.transaction_ids)
        self.assertMoney(action.by_hand_amount, 15.00)
        until = fields.Date.today() + timedelta(days=5)
        self.assertEqual(action.by_hand_until, until)
        task = self.ticket.activity_ids.filtered(lambda a: a.user_id == self.lead)
        self.assertEqual(task.date_deadline, until)
        self.assertFalse(action.is_settled)
        self.assertMoney(self.sale_2._get_support_money_left(), 15.00)
        action.with_user(self.lead).action_mark_paid()
        self.assertTrue(action.is_settled)

    def test_two_payments_are_refunded_up_to_what_each_was(self):
        order = self.buy({self.bulb: 2})
        self.pay(order, 10.0)
        self.pay(order, 20.0)
        self.ship(order)
        self.invoice(order)
        ticket = self.make_order_ticket(order)
        action = self.request(ticket, "refund", {order.order_line: 2})
        amounts = sorted(abs(tx.amount) for tx in action.transaction_ids)
        self.assertEqual(amounts, [10.0, 20.0])

    def test_what_the_provider_did_not_answer_is_settled_by_the_credit_note(self):
        with self.provider_answers(lambda tx: None):
            action = self.refund()
            self.send_refunds()
        self.assertFalse(action.is_settled)
        bank = self.env["account.journal"].create(
            {"name": "Second bank", "code": "SUPB", "type": "bank"}
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=action.move_ids.ids
        ).create({"journal_id": bank.id}).action_create_payments()
        action.transaction_ids._set_canceled()
        self.assertTrue(action.is_settled)
        self.assertMoney(self.sale_2._get_support_money_left(), 15.00)
