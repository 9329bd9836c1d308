"""A refund at a provider, and what of a payment can go back.

It has three steps, each committed: it is written down, marked as being sent, and its
answer kept. One that was marked and never answered is "unknown": only a person, who
looks at the provider's page, may say what became of it.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .sale_order_money import DEAD_STATES
from .support_due_job_mixin import conflicts_left_to_the_next_run

# No provider answers later than that: their own time-outs are far shorter.
NO_ANSWER_AFTER = timedelta(minutes=15)
SENDING_STATES = [
    ("to_send", "To be sent"),
    ("sending", "Being sent"),
    ("sent", "Sent"),
    ("unknown", "No answer"),
]


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["payment.transaction", "support.action.result.mixin"]

    support_sending = fields.Selection(
        SENDING_STATES, "Refund request", copy=False, readonly=True
    )

    _support_sending_idx = models.Index(
        "(support_sending) WHERE support_sending IN ('to_send', 'sending')"
    )

    def _get_support_refundable(self):
        """What the provider could still give back of this payment.

        :return: amount in the payment's currency; 0 where it cannot
        """
        self.ensure_one()
        abilities = self._get_support_refund_abilities()
        if self.state != "done" or "none" in abilities or False in abilities:
            return 0.0
        if self._has_support_parts():
            return 0.0
        if self.provider_id.state == "disabled":
            return 0.0
        refunds = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state not in DEAD_STATES
        )
        if "full_only" in abilities and refunds:
            return 0.0
        return max(0.0, self.amount + sum(refunds.mapped("amount")))

    def _get_support_parts(self):
        """The captures and voids of payments that were authorized first."""
        return self.child_transaction_ids.filtered(lambda tx: tx.operation != "refund")

    def _has_support_parts(self):
        """Whether the money of this payment is counted by its parts, as Odoo does."""
        parts = self._get_support_parts()
        return any(part.state in ("done", "cancel") for part in parts)

    def _get_support_held(self):
        """What is held at the provider and neither captured nor let go."""
        self.ensure_one()
        if self.state != "authorized":
            return 0.0
        gone = self._get_support_parts().filtered(lambda tx: tx.state != "error")
        return max(
            0.0, self.currency_id.round(self.amount - sum(gone.mapped("amount")))
        )

    def _get_support_refund_abilities(self):
        """What provider and method say of refunds: none, full_only or partial."""
        method = self.payment_method_id.primary_payment_method_id or (
            self.payment_method_id
        )
        return {self.provider_id.support_refund, method.support_refund}

    def _is_support_full_only(self):
        return "full_only" in self._get_support_refund_abilities()

    # --- the worker -----------------------------------------------------------------

    @api.model
    def _cron_send_support_refunds(self):
        """Send the refunds that are written down; each is committed by itself."""
        self._mark_unanswered()
        domain = [("support_sending", "=", "to_send")]
        waiting = self.search(domain, limit=100)
        progress = self.env["ir.cron"]
        time_left = progress._commit_progress(remaining=self.search_count(domain))
        for refund in waiting:
            if not time_left:
                break
            # One whose provider was asked stays "sending", and goes to a person.
            with conflicts_left_to_the_next_run(self.env):
                refund._send_support_refund()
            time_left = progress._commit_progress(1)

    def _mark_unanswered(self):
        """Give refunds that were never answered to a person."""
        limit = fields.Datetime.now() - NO_ANSWER_AFTER
        lost = self.search(
            [("support_sending", "=", "sending"), ("write_date", "<", limit)]
        ).try_lock_for_update()
        for refund in lost:
            refund.support_sending = "unknown"
            refund.support_action_id._ask_about_refund(refund)
        self.env["ir.cron"]._commit_progress()

    def _send_support_refund(self):
        if not self.try_lock_for_update():
            return
        self.invalidate_recordset()
        if self.support_sending != "to_send":
            return
        self.support_sending = "sending"
        self.env["ir.cron"]._commit_progress()
        self._call_provider()
        # A provider that says nothing may have done it all the same.
        silent = self.state == "draft"
        self.support_sending = "unknown" if silent else "sent"
        if silent:
            self.support_action_id._ask_about_refund(self)
        self.env["ir.cron"]._commit_progress()
        self._finish_support_refund()

    def _call_provider(self):
        """Ask the provider, who answers by moving the transaction's state."""
        if self.operation != "refund":
            if held := self._get_support_held():
                self._void(held)
            return
        self._log_sent_message()
        try:
            self._send_refund_request()
        except UserError as error:
            self._set_error(str(error))

    def _finish_support_refund(self):
        """Book a refund that is done, as Odoo's own job would later."""
        if self.state == "error" and self.operation == "refund":
            self.support_action_id._pay_refused_by_hand(self)
        if self.state != "done" or self.operation != "refund":
            return
        self._post_process()
        if self.invoice_ids:
            return
        # An order without invoice: the two payments settle each other.
        payments = self.payment_id | self.source_transaction_id.payment_id
        payments.move_id._reconcile_support_receivables()
