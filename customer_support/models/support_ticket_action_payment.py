"""Money back to the customer: at the provider where it can, else by hand."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from .sale_order_money import DEAD_STATES


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
            lambda tx: tx._get_support_held() > 0
        )
        held.write({"support_action_id": self.id, "support_sending": "to_send"})
        if held:
            self.env.ref("customer_support.ir_cron_support_refund")._trigger()

    def _pay_refused_by_hand(self, refund):
        """Have paid by hand what a provider has refused to give back.

        :param refund: ``payment.transaction`` with a definite no as its answer; without
            any answer, the customer may have the money already
        """
        action = self.with_context(lang=self._find_payer().lang)
        # What was paid by hand already stays paid: only the rest is asked for.
        if action.by_hand_paid_by:
            action._ask_about_refund(refund)
            return
        action._ask_to_pay_by_hand(
            action.by_hand_amount + abs(refund.amount), refund.state_message
        )

    def _ask_to_pay_by_hand(self, amount, note=""):
        """Give somebody the task to pay, with a date.

        :param float amount: all that has to be paid by hand for this action
        :param note: why, if it is not plain
        """
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
            note=note,
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
            if refund.support_sending == "unknown" and (
                not self._is_paid_by_credit_note()
            ):
                sentences.append(
                    self.env._("Refund of %s: the provider gave no answer.", amount)
                )
            elif refund.state in DEAD_STATES and refund.operation == "refund":
                if not (self.by_hand_paid_by or self._is_paid_by_credit_note()):
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
