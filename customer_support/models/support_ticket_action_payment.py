"""Money back to the customer: at the provider where it can, else by hand.

A refund at a provider has three steps, each committed: it is written down, marked as
being sent, and its answer kept. One that was marked and never answered is "unknown":
only a person, who looks at the provider's page, may say what became of it.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from .sale_order_money import DEAD_STATES

_logger = logging.getLogger(__name__)

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
        if self.provider_id.state == "disabled":
            return 0.0
        refunds = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state not in DEAD_STATES
        )
        if "full_only" in abilities and refunds:
            return 0.0
        return max(0.0, self.amount + sum(refunds.mapped("amount")))

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
        waiting = self.search([("support_sending", "=", "to_send")], limit=100)
        progress = self.env["ir.cron"]
        time_left = progress._commit_progress(remaining=len(waiting))
        for refund in waiting:
            if not time_left:
                break
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
            self._void()
            return
        self._log_sent_message()
        try:
            self._send_refund_request()
        except UserError as error:
            self._set_error(str(error))

    def _finish_support_refund(self):
        """Book a refund that is done, as Odoo's own job would later."""
        if self.state == "error":
            self.support_action_id._ask_about_refund(self)
        if self.state != "done" or self.operation != "refund":
            return
        self._post_process()
        if self.invoice_ids:
            return
        # An order without invoice: the two payments settle each other.
        payments = self.payment_id | self.source_transaction_id.payment_id
        payments.move_id._reconcile_support_receivables()


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    transaction_ids = fields.One2many(
        "payment.transaction", "support_action_id", "Refunds", readonly=True
    )
    by_hand_amount = fields.Monetary("To be paid by hand", readonly=True)
    by_hand_until = fields.Date("Pay until", readonly=True)
    by_hand_paid_by = fields.Many2one("res.users", "Paid by", readonly=True)

    def _pay_back(self, amount):
        """Give money back to the customer; the provider is asked by a worker.

        :param float amount: in the order's currency; no more is paid than is left of
            what the customer paid
        """
        credits = self._get_credit_notes()
        left = self.order_id._get_support_money_left()
        parts, by_hand = self._split_pay_back(min(amount, left))
        for source, part in parts:
            self._prepare_refund(source, part, credits)
        if by_hand:
            self._ask_to_pay_by_hand(by_hand)

    def _split_pay_back(self, amount):
        """Which payments give back how much, and what has to be paid by hand.

        :return: list of ``(payment.transaction, amount)``, and the rest
        """
        parts = []
        for source in self.order_id._get_support_transactions().sorted("id"):
            if source.currency_id != self.currency_id:
                continue
            part = min(amount, source._get_support_refundable())
            if source._is_support_full_only() and part < source.amount:
                continue
            if self.currency_id.compare_amounts(part, 0) > 0:
                parts.append((source, part))
                amount = self.currency_id.round(amount - part)
        return parts, max(0.0, self.currency_id.round(amount))

    def _prepare_refund(self, source, amount, credits):
        """Write down a refund at the provider, for the worker to send."""
        if not source.is_post_processed:
            # Odoo books no payment any more once a refund of it is done.
            source._post_process()
        source._create_child_transaction(
            amount,
            is_refund=True,
            support_action_id=self.id,
            support_sending="to_send",
            invoice_ids=[Command.set(credits.ids)],
        )
        self.env.ref("customer_support.ir_cron_support_refund")._trigger()

    def _void_authorized(self):
        """Let go money that is only held for the order."""
        held = self.order_id._get_support_transactions().filtered(
            lambda tx: tx.state == "authorized"
        )
        held.write({"support_action_id": self.id, "support_sending": "to_send"})
        if held:
            self.env.ref("customer_support.ir_cron_support_refund")._trigger()

    def _ask_to_pay_by_hand(self, amount):
        """Give somebody the task to pay, with a date."""
        days = self.company_id.support_by_hand_days
        until = fields.Date.today() + timedelta(days=days)
        self.write({"by_hand_amount": amount, "by_hand_until": until})
        self.task_id = self.ticket_id.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=until,
            summary=self.env._(
                "Pay back %(amount)s by hand (%(order)s)",
                amount=self._format_amount(amount),
                order=self.order_id.name,
            ),
            user_id=self._find_payer().id,
        )

    def _find_payer(self):
        return self.company_id.support_payer_id or self._find_approver()

    def _ask_about_refund(self, refund):
        """Tell a person that a refund did not go as it should."""
        self.ticket_id.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._(
                "Refund %(reference)s: look at the provider's page",
                reference=refund.reference,
            ),
            note=refund.state_message
            or self.env._(
                "The provider gave no answer. It is not sent again by itself, since the"
                " customer may have the money already."
            ),
            user_id=self._find_payer().id,
        )

    def action_mark_paid(self):
        """Say that the money has been paid by hand."""
        for action in self:
            action.ticket_id.check_access("write")
            payer = action._find_payer()
            if self.env.user != payer and not self.env.user.has_group(
                "customer_support.group_support_manager"
            ):
                raise UserError(
                    self.env._("Only %s or a manager can say so.", payer.name)
                )
            # sudo: support.ticket.action: one field, after the check above
            paid = action.sudo()
            paid._lock_row()
            paid.by_hand_paid_by = self.env.user
            paid._log("paid_by_hand", by=self.env.uid, amount=paid.by_hand_amount)
            paid._finish_task()

    def _is_paid_by_credit_note(self):
        credits = self._get_credit_notes()
        return bool(credits) and all(
            move.payment_state in ("paid", "in_payment", "reversed") for move in credits
        )

    # --- what is left ---------------------------------------------------------------

    def _get_open_points_refund(self):
        return self._get_open_money()

    def _get_open_money(self):
        """Sentences about money of this action that the customer does not have."""
        sentences = []
        for refund in self.transaction_ids:
            amount = self._format_amount(abs(refund.amount))
            if refund.support_sending == "unknown":
                sentences.append(
                    self.env._("Refund of %s: the provider gave no answer.", amount)
                )
            elif refund.state in DEAD_STATES and refund.operation == "refund":
                sentences.append(self.env._("Refund of %s: failed.", amount))
            elif refund.state not in ("done", "cancel"):
                sentences.append(self.env._("Refund of %s: under way.", amount))
        for invoice in self.move_ids.filtered(lambda m: m.move_type == "out_invoice"):
            if invoice.amount_residual:
                sentences.append(
                    self.env._(
                        "%(invoice)s: the customer has to pay %(amount)s.",
                        invoice=invoice.name,
                        amount=self._format_amount(invoice.amount_residual),
                    )
                )
        if (
            self.by_hand_amount
            and not self.by_hand_paid_by
            and not self._is_paid_by_credit_note()
        ):
            sentences.append(
                self.env._(
                    "%(amount)s to be paid by hand until %(date)s.",
                    amount=self._format_amount(self.by_hand_amount),
                    date=format_date(self.env, self.by_hand_until),
                )
            )
        return sentences
