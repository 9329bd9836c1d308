from odoo import fields, models

from .support_sla_result import TARGET_KINDS


class SupportSlaAlert(models.Model):
    """A warning or an escalation that a ticket had: each once for each target."""

    _name = "support.sla.alert"
    _description = "SLA Alert"
    _order = "id desc"
    _rec_name = "kind"
    _log_access = False

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(TARGET_KINDS, "Target", required=True)
    target_key = fields.Char("Name of the target", required=True)
    step_key = fields.Char("Warning or level", required=True)
    policy_id = fields.Many2one("support.sla.policy", "SLA policy", ondelete="set null")
    escalation_id = fields.Many2one(
        "support.sla.escalation",
        "Escalation level",
        ondelete="set null",
        help="Empty: the warning before the deadline.",
    )
    raised_at = fields.Datetime("Moment", required=True)
    company_id = fields.Many2one("res.company", ondelete="set null")
    team_id = fields.Many2one("support.team", ondelete="set null")
    agent_id = fields.Many2one(
        "res.users", ondelete="set null", help="Who had the ticket then."
    )
    channel_id = fields.Many2one("support.channel", ondelete="set null")

    _once_unique = models.UniqueIndex(
        "(ticket_id, target_key, step_key)", "The ticket had this alert already."
    )
