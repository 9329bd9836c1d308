"""Since when a return policy holds: nobody loses what was promised on buying."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What customers rely on. A change of these leaves a copy for the orders before.
TERMS = (
    *("is_final_sale", "days", "fault_days", "condition", "payer"),
    *("offers_refund", "offers_exchange", "offers_voucher"),
    *("category_ids", "country_ids", "country_group_ids", "website_id", "company_id"),
)


class SupportReturnPolicy(models.Model):
    """The policy that was in force on the day of an order decides about it."""

    _inherit = "support.return.policy"

    valid_from = fields.Date(
        "Orders From",
        copy=False,
        default=fields.Date.context_today,
        help="Only for orders of this day and later; empty means since ever. The "
        "policy of the day of the order decides, also when the goods come back much "
        "later.",
    )
    valid_until = fields.Date(
        "Orders Until",
        copy=False,
        help="Only for orders up to this day, which is the last one; empty means "
        "without end. Rather than archiving a policy, let it end: what was bought "
        "until then keeps it.",
    )

    @api.constrains("valid_from", "valid_until")
    def _check_period(self):
        for policy in self:
            if policy.valid_until and (
                policy.valid_from and policy.valid_from > policy.valid_until
            ):
                raise ValidationError(
                    self.env._("“%s” ends before it begins.", policy.name)
                )

    def write(self, vals):
        """Keep the former terms for what was bought until yesterday."""
        changed = self.browse()
        if not vals.keys().isdisjoint(TERMS) and "valid_until" not in vals:
            changed = self.filtered(lambda policy: policy._keep_former_terms(vals))
        result = super().write(vals)
        if changed and "valid_from" not in vals:
            super(SupportReturnPolicy, changed).write(
                {"valid_from": fields.Date.context_today(self)}
            )
        return result

    def _is_in_force(self, day):
        """Tell whether it is for orders of a day."""
        self.ensure_one()
        return (not self.valid_from or self.valid_from <= day) and (
            not self.valid_until or day <= self.valid_until
        )

    def _keep_former_terms(self, vals):
        """Leave a copy of this policy for what was bought until yesterday.

        :return: whether that was necessary: the new terms begin today then
        """
        self.ensure_one()
        yesterday = fields.Date.context_today(self) - timedelta(days=1)
        if not self._was_promised(yesterday) or not self._changes_terms(vals):
            return False
        self.copy({"valid_from": self.valid_from, "valid_until": yesterday})
        return True

    def _was_promised(self, day):
        """Tell whether somebody may have bought under it on a day, and still may."""
        since = fields.Datetime.context_timestamp(self, self.create_date).date()
        return (
            since <= day
            and self._is_in_force(day)
            and (not self.valid_until or self.valid_until > day)
        )

    def _changes_terms(self, vals):
        """Tell whether values differ from the terms that it has."""
        draft = self.new(
            {name: value for name, value in vals.items() if name in TERMS}, origin=self
        )
        return any(
            draft[name]._origin != self[name]
            if self._fields[name].relational
            else draft[name] != self[name]
            for name in TERMS
            if name in vals
        )
