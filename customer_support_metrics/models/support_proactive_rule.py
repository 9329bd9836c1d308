"""When the store writes about a parcel before its customer does."""

import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .support_proactive_mixin import SupportProactiveMixin

KINDS = [
    ("late", "The promised date is over"),
    ("no_news", "The carrier is silent"),
    ("short_stock", "Goods are short"),
]


class SupportProactiveRule(models.Model):
    """One kind of trouble, whom it is told, and what the store gives for it."""

    _name = "support.proactive.rule"
    _description = "Proactive Rule"
    _inherit = "support.proactive.mixin"
    _order = "sequence, id"

    _conditions = SupportProactiveMixin._conditions | {
        *("kind", "days", "max_age_days", "carrier_ids")
    }
    _system_fields = SupportProactiveMixin._system_fields | {
        *("previewed_at", "started_at", "salt")
    }
    _preview_field = "previewed_at"
    _notice_field = "rule_id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("off", "Off"), ("on", "On")], required=True, readonly=True, default="off"
    )
    kind = fields.Selection(KINDS, "What happened", required=True, default="late")
    days = fields.Integer(
        default=1,
        help="Promised date: so many days after it. Carrier: so many days without news."
        " Goods: so many days before the promised date.",
    )
    max_age_days = fields.Integer(
        "Not older than (days)",
        default=14,
        help="What happened longer ago is left alone, so that switching a rule on"
        " writes to nobody about the past.",
    )
    carrier_ids = fields.Many2many(
        "delivery.carrier", string="Carriers", check_company=True
    )
    run_limit = fields.Integer(
        "At most per run",
        default=50,
        help="Every quarter of an hour the rule takes up so many deliveries.",
    )
    quiet_days = fields.Integer(
        "Quiet period (days)",
        default=3,
        help="A customer who got a proactive message gets no other one for so long.",
    )
    gesture = fields.Selection(
        [("none", "Nothing"), ("voucher", "A voucher"), ("points", "Loyalty points")],
        "Give as an apology",
        required=True,
        default="none",
    )
    gesture_amount = fields.Monetary("Worth")
    gesture_points = fields.Float("Points")
    gesture_user_id = fields.Many2one(
        "res.users",
        "Given by",
        domain="[('share', '=', False)]",
        help="The voucher is given in the name of this person and within the limits of"
        " this person; what is worth more waits for the approval of somebody else.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    effect_days = fields.Integer(
        "Count contacts for (days)",
        default=14,
        help="A ticket about the order within so many days after the message counts.",
    )
    previewed_at = fields.Datetime("Last preview", readonly=True, copy=False)
    started_at = fields.Datetime("On since", readonly=True, copy=False)
    salt = fields.Char(
        groups=fields.NO_ACCESS,
        copy=False,
        required=True,
        default=lambda self: secrets.token_hex(8),
    )

    _numbers = models.Constraint(
        "CHECK (days >= 0 AND max_age_days > 0 AND quiet_days >= 0"
        " AND effect_days > 0)",
        "A time cannot be negative.",
    )
    _limit = models.Constraint(
        "CHECK (run_limit BETWEEN 1 AND 500)",
        "A run takes up between 1 and 500 deliveries.",
    )

    @api.constrains("gesture", "gesture_amount", "gesture_points", "gesture_user_id")
    def _check_gesture(self):
        for rule in self.filtered(lambda rule: rule.gesture != "none"):
            is_voucher = rule.gesture == "voucher"
            if (rule.gesture_amount if is_voucher else rule.gesture_points) <= 0:
                raise ValidationError(
                    self.env._("Please say how much is given as an apology.")
                )
            if not rule.gesture_user_id.has_group(
                "customer_support.group_support_agent"
            ):
                raise ValidationError(
                    self.env._("Please choose an agent in whose name it is given.")
                )

    def write(self, vals):
        if vals.get("active") is False:
            vals = {**vals, "state": "off"}
        return super().write(vals)

    def _get_fixed_message(self):
        return self.env._("Switch the rule off before you change what it finds.")

    # --- on and off -----------------------------------------------------------------

    def action_preview(self):
        """Show whom the rule would write to now, and whom not and why; send nothing."""
        self.ensure_one()
        self.check_access("write")
        # sudo: support.proactive.rule: the moment of the preview
        self.sudo().previewed_at = fields.Datetime.now()
        return self.env["support.proactive.preview"]._show(self)

    def action_switch_on(self):
        """Let the job look for what the rule is about.

        :raise UserError: if nobody has looked at the preview
        """
        self.check_access("write")
        for rule in self:
            if not rule.previewed_at:
                raise UserError(
                    self.env._(
                        "Please look at the preview of “%s” first: it shows whom the"
                        " rule would write to.",
                        rule.name,
                    )
                )
        # sudo: support.proactive.rule: its state, after the check above
        self.sudo().write({"state": "on", "started_at": fields.Datetime.now()})

    def action_switch_off(self):
        """Take up nothing more; what is planned and not sent yet is not sent."""
        self.check_access("write")
        # sudo: support.proactive.rule: its state, after the check above
        self.sudo().state = "off"

    def _get_mail_template(self):
        """The ``mail.template`` that tells the customer."""
        self.ensure_one()
        return self.mail_template_id or self.env.ref(
            f"customer_support_metrics.mail_template_proactive_{self.kind}"
        )
