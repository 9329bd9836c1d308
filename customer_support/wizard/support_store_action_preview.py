"""What a store action would do, shown before it is done."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

MONEY_KINDS = ("refund", "cancel_line", "cancel_order")


class SupportStoreAction(models.TransientModel):
    _inherit = "support.store.action"

    money_left = fields.Monetary(
        "Paid and not given back", compute="_compute_preview", compute_sudo=True
    )
    total = fields.Monetary(
        "Value with tax",
        compute="_compute_preview",
        compute_sudo=True,
        help="Less the share of the discounts on the order.",
    )
    given_back = fields.Monetary(
        "Will be given back", compute="_compute_preview", compute_sudo=True
    )
    money_words = fields.Char(
        "What happens to the money", compute="_compute_preview", compute_sudo=True
    )
    problem = fields.Char(compute="_compute_preview", compute_sudo=True)
    needs_approval = fields.Boolean(compute="_compute_preview", compute_sudo=True)
    policy_explanation = fields.Text(compute="_compute_policy", compute_sudo=True)
    is_denied = fields.Boolean(compute="_compute_policy", compute_sudo=True)

    @api.depends(
        "line_ids.quantity",
        "line_ids.percent",
        "line_ids.is_chosen",
        "line_ids.new_product_id",
        "line_ids.lot_id",
        "amount",
        "points",
        "accept_backorder",
        "address_id",
    )
    def _compute_preview(self):
        for wizard in self:
            wizard.update(wizard._prepare_preview())

    def _prepare_preview(self):
        """Values of the fields above."""
        order = self.order_id
        values = {
            "money_left": order._get_support_money_left() if order else 0.0,
            "total": 0.0,
            "given_back": 0.0,
            "money_words": False,
            "problem": self._find_typing_problem(),
            "needs_approval": False,
        }
        if values["problem"] or not self._is_filled():
            return values
        draft = self._prepare_draft()
        try:
            draft._check_possible()
        except UserError as error:
            return {**values, "problem": str(error)}
        values["total"] = draft.amount
        values["needs_approval"] = draft._needs_approval()
        if self.kind in MONEY_KINDS:
            values.update(self._prepare_money_preview(draft))
        if self.kind == "exchange":
            values["money_words"] = self._describe_exchange(draft)
        return values

    def _find_typing_problem(self):
        problems = [line._find_problem() for line in self.line_ids]
        return next(filter(None, problems), False)

    def _is_filled(self):
        """Whether enough is chosen to say what would happen."""
        needed = {
            "voucher": self.amount,
            "points": self.points,
            "change_address": self.address_id,
        }
        return bool(self._get_chosen()) if self.has_lines else needed.get(self.kind, 1)

    def _prepare_draft(self):
        """The action as it would be, not stored."""
        action = self.env["support.ticket.action"].with_company(
            self.ticket_id.company_id
        )
        values = {
            name: value
            for name, value in self._prepare_values().items()
            if name != "address_id"
        }
        return action.new(
            {
                **values,
                "ticket_id": self.ticket_id.id,
                "order_id": self.order_id.id,
                "currency_id": self.currency_id.id,
                "kind": self.kind,
                "address_id": self.address_id.id,
                "requested_by": self.env.uid,
                "line_ids": [
                    Command.create(values) for values in self._prepare_lines()
                ],
            }
        )

    # --- money ------------------------------------------------------------------------

    def _prepare_money_preview(self, draft):
        """How much goes back to the customer, and what becomes of the rest."""
        worth, back = draft._estimate_given_back()
        rest = self.currency_id.round(worth - back)
        return {
            "total": worth,
            "given_back": back,
            "money_words": self._describe_money(draft, back, rest),
        }

    def _describe_money(self, draft, back, rest):
        compare = self.currency_id.compare_amounts
        sentences = []
        if compare(back, 0) > 0:
            sentences += self._describe_ways(draft, back)
        if compare(rest, 0) > 0:
            sentences.append(self._describe_rest(rest))
        if not sentences:
            sentences.append(self.env._("Nothing was paid, so nothing is given back."))
        return " ".join(sentences)

    def _describe_ways(self, draft, back):
        """By which way each part of the money goes back."""
        parts, by_hand = draft._split_pay_back(back)
        sentences = [
            self.env._(
                "%(amount)s goes back to the customer by %(provider)s.",
                amount=self._format(part),
                provider=source.provider_id.name,
            )
            for source, part in parts
        ]
        if by_hand:
            payer = draft._find_payer()
            sentences.append(
                self.env._(
                    "%(amount)s is paid back by hand: %(payer)s gets the task.",
                    amount=self._format(by_hand),
                    payer=payer.name,
                )
            )
        return sentences

    def _describe_rest(self, rest):
        if self.kind == "refund":
            return self.env._(
                "%s was not paid yet: it is credited on the invoice, no money moves.",
                self._format(rest),
            )
        return self.env._(
            "%s was not paid yet: the order costs that much less, no money moves.",
            self._format(rest),
        )

    def _describe_exchange(self, draft):
        """Which price the customer pays or gets back, for other products."""
        if not draft.line_ids.new_product_id:
            return False
        more = draft._estimate_exchange_price()
        compare = self.currency_id.compare_amounts(more, 0)
        if compare > 0:
            return self.env._("The customer has to pay %s more.", self._format(more))
        if compare < 0:
            return self.env._(
                "The other products cost %s less: that is set off or given back.",
                self._format(-more),
            )
        return self.env._("The other products cost the same.")

    def _format(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    # --- policy -----------------------------------------------------------------------

    @api.depends("line_ids.is_chosen")
    def _compute_policy(self):
        policies = self.env["support.return.policy"]
        for wizard in self:
            wizard.policy_explanation, wizard.is_denied = False, False
            if wizard.kind not in ("return", "exchange"):
                continue
            lines = wizard.line_ids.sale_line_id
            verdicts = policies._judge(lines, wizard.ticket_id.reason_id)
            chosen = [verdicts[line.sale_line_id] for line in wizard._get_chosen()]
            shown = [v for v in chosen if not v.allowed] or chosen
            wizard.policy_explanation = "\n".join(
                dict.fromkeys(verdict.explanation for verdict in shown)
            )
            wizard.is_denied = any(not verdict.allowed for verdict in chosen)
