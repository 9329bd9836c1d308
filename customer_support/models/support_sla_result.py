from odoo import api, fields, models
from odoo.exceptions import AccessError

TARGET_KINDS = [
    ("response", "First reply"),
    ("next_reply", "Next reply"),
    ("resolution", "Solution"),
]
OUTCOMES = [("met", "In time"), ("missed", "Late")]


class SupportSlaResult(models.Model):
    """How a target ended, written once when it did.

    A target that is reached ends then; one that is not ends at its deadline, whenever
    that is noticed. Those that are cancelled before their deadline have no result.
    """

    _name = "support.sla.result"
    _description = "SLA Result"
    _order = "id desc"
    _rec_name = "kind"
    _log_access = False

    ticket_id = fields.Many2one(
        "support.ticket",
        ondelete="set null",
        index="btree_not_null",
        help="Empty once the ticket is deleted: the figures stay.",
    )
    kind = fields.Selection(TARGET_KINDS, "Target", required=True)
    target_key = fields.Char(
        "Name of the target",
        required=True,
        help="Which of the ticket's targets it was: each gets one result.",
    )
    policy_id = fields.Many2one(
        "support.sla.policy",
        "SLA policy",
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: the team's own target.",
    )
    target_seconds = fields.Integer("Promised (working seconds)")
    business_seconds = fields.Integer("Taken (working seconds)")
    deadline = fields.Datetime()
    ended_at = fields.Datetime("Decided on", required=True)
    outcome = fields.Selection(OUTCOMES, required=True)
    company_id = fields.Many2one("res.company", ondelete="set null")
    team_id = fields.Many2one("support.team", ondelete="set null")
    agent_id = fields.Many2one(
        "res.users",
        ondelete="set null",
        help="Who reached it, or who had the ticket when it was missed.",
    )
    channel_id = fields.Many2one("support.channel", ondelete="set null")
    withdrawn_at = fields.Datetime(
        "Taken back on",
        help="It came from a ticket that was merged into this one, and the merge was"
        " undone: it counts no more.",
    )

    _target_unique = models.UniqueIndex(
        "(ticket_id, target_key) WHERE withdrawn_at IS NULL",
        "This target has its result already.",
    )
    _period_idx = models.Index("(ended_at, kind)")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("The results of targets are written by the system alone.")
            )
        return super().create(vals_list)

    def _withdraw(self):
        """Let results count no more that were another ticket's; they stay as lines."""
        self.write({"withdrawn_at": fields.Datetime.now()})

    def write(self, vals):
        if not self.env.su or vals.keys() != {"withdrawn_at"}:
            raise AccessError(self.env._("The result of a target cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(self.env._("The result of a target cannot be deleted."))
