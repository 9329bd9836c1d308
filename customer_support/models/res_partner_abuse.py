from odoo import fields, models
from odoo.exceptions import AccessError

STAFF = "customer_support.group_support_agent"
ABUSE_FIELDS = frozenset(
    (
        *("support_abuse_state", "support_abuse_reason"),
        *("support_abuse_user_id", "support_abuse_at"),
    )
)


class ResPartner(models.Model):
    """Customers who insult or threaten are marked, for the support staff alone."""

    _inherit = "res.partner"

    support_abuse_state = fields.Selection(
        [("proposed", "Proposed by an agent"), ("flagged", "Flagged")],
        "Abusive customer",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="New messages of a flagged customer get a polite standard answer and go to"
        " the team leader.",
    )
    support_abuse_reason = fields.Char(
        "What happened", readonly=True, copy=False, groups=STAFF
    )
    support_abuse_user_id = fields.Many2one(
        "res.users", "Flagged by", readonly=True, copy=False, groups=STAFF
    )
    support_abuse_at = fields.Datetime(
        "Flagged on", readonly=True, copy=False, groups=STAFF
    )

    def write(self, vals):
        if ABUSE_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._("Customers are flagged from a ticket, with a reason.")
            )
        return super().write(vals)
