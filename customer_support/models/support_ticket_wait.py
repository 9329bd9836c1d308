from odoo import fields, models


class SupportTicketWait(models.Model):
    """A wait that has ended: somebody waited, from when until when, and for what."""

    _name = "support.ticket.wait"
    _description = "Ticket Wait"
    _order = "id"
    _rec_name = "kind"
    _log_access = False

    ticket_id = fields.Many2one("support.ticket", ondelete="set null", index=True)
    kind = fields.Selection(
        [
            ("reply", "Customer waited for us"),
            ("customer", "We waited for the customer"),
            ("third_party", "We waited for a third party"),
        ],
        required=True,
    )
    outcome = fields.Selection(
        [
            ("answered", "Answered"),
            ("unanswered", "Closed without a reply"),
            ("ended", "Ended"),
            ("merged", "Went into another ticket"),
        ],
        required=True,
    )
    is_first = fields.Boolean("First response")
    started_at = fields.Datetime("From", required=True)
    ended_at = fields.Datetime("Until", required=True)
    seconds = fields.Integer(help="Round the clock.")
    business_seconds = fields.Integer(
        "Working seconds", help="Within the working hours of the team."
    )
    company_id = fields.Many2one("res.company", ondelete="set null")
    team_id = fields.Many2one("support.team", ondelete="set null")
    agent_id = fields.Many2one(
        "res.users", "Ended by", ondelete="set null", help="Who ended the wait."
    )
    channel_id = fields.Many2one("support.channel", ondelete="set null")

    _period_idx = models.Index("(ended_at, kind)")
