from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import ticket_clock


class SupportTicketEvent(models.Model):
    """The append-only log of what happened to tickets, written at event time.

    The columns of a ticket are a projection of its log (see ``tools/ticket_clock``).
    Team, agent and channel are those of that moment, so that a figure belongs to who
    did the work and not to who holds the ticket today.
    """

    _name = "support.ticket.event"
    _description = "Ticket Event"
    _inherit = "support.exported.mixin"
    _order = "id"
    _rec_name = "kind"
    _log_access = False

    ticket_id = fields.Many2one(
        "support.ticket",
        ondelete="set null",
        index=True,
        help="Empty once the ticket is deleted: the figures stay.",
    )
    kind = fields.Selection(
        [
            ("created", "Opened"),
            ("customer_message", "Customer wrote"),
            ("reply", "Reply"),
            ("auto_message", "Automatic message"),
            ("note", "Internal note"),
            ("stage", "Stage changed"),
            ("assign", "Assigned"),
            ("released", "Back to the queue"),
            ("team", "Team changed"),
            # Now the team keeps its past hours; older logs have it for each ticket.
            ("calendar", "Working hours changed"),
            ("clock", "Time booked"),
            ("exclusion", "Left out of figures"),
            ("snoozed", "Snoozed"),
            ("woken", "Back from snooze"),
            ("idle_warning", "Customer reminded"),
            ("continued", "Goes on in a new ticket"),
            ("action", "Store action"),
            ("merged", "Merged into another ticket"),
            ("escalated", "Warned or escalated"),
            ("promised", "Promised"),
            ("promise_kept", "Promise kept"),
            ("promise_broken", "Promise broken"),
            ("promise_withdrawn", "Promise withdrawn"),
            ("absorbed", "Took over another ticket"),
            ("unmerged", "Merge undone"),
            ("gave_back", "Gave back another ticket"),
            ("split", "Message moved to a new ticket"),
            ("bot", "The bot helped"),
        ],
        required=True,
    )
    author_kind = fields.Selection(
        [
            ("human", "Staff"),
            ("customer", "Customer"),
            ("bot", "Bot"),
            ("rule", "Automatic rule"),
        ],
        required=True,
    )
    at = fields.Datetime("Moment", required=True)
    user_id = fields.Many2one("res.users", "By", ondelete="set null")
    elapsed_seconds = fields.Integer(
        "Seconds since the previous event", help="Round the clock."
    )
    elapsed_business_seconds = fields.Integer(
        "Working seconds since the previous event",
        help="On the working hours that were in force meanwhile.",
    )
    company_id = fields.Many2one("res.company", ondelete="set null")
    team_id = fields.Many2one("support.team", ondelete="set null")
    agent_id = fields.Many2one("res.users", ondelete="set null")
    channel_id = fields.Many2one("support.channel", ondelete="set null")
    stage_id = fields.Many2one("support.stage", ondelete="set null")
    stage_kind = fields.Char("Stage kind after the event")
    message_id = fields.Many2one("mail.message", ondelete="set null")
    payload = fields.Json("Details")

    _ticket_order_idx = models.Index("(ticket_id, id)")
    _message_idx = models.Index("(message_id) WHERE message_id IS NOT NULL")
    _period_idx = models.Index("(at, kind)")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("The history of a ticket is written by the system alone.")
            )
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The history of a ticket cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(self.env._("The history of a ticket cannot be deleted."))

    def _to_clock_events(self):
        """The events of these lines in the form that ``ticket_clock.replay`` takes."""
        return [
            ticket_clock.Event(
                kind=event.kind,
                at=event.at,
                author_kind=event.author_kind,
                business_seconds=event.elapsed_business_seconds,
                payload=self._decode_payload(event.payload),
            )
            for event in self
        ]

    @api.model
    def _encode_payload(self, payload):
        """A copy of ``payload`` whose moments are text, as JSON needs it."""
        return {
            key: self._encode_payload(value)
            if isinstance(value, dict)
            else fields.Datetime.to_string(value)
            if key.endswith(("_at", "_since"))
            else value
            for key, value in payload.items()
        }

    @api.model
    def _decode_payload(self, payload):
        """The inverse of ``_encode_payload``."""
        return {
            key: self._decode_payload(value)
            if isinstance(value, dict)
            else fields.Datetime.to_datetime(value) or None
            if key.endswith(("_at", "_since"))
            else value
            for key, value in (payload or {}).items()
        }
