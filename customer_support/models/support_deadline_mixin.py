from collections import defaultdict

from odoo import api, fields, models

from ..tools import sla_target


class SupportDeadlineMixin(models.AbstractModel):
    """By when a ticket has to be answered and solved, from the targets of its team.

    A target is in working hours. What is left of it is planned from the last event on,
    on the calendar of the present team, so that pauses, holidays and changes of team
    move the deadline and never the time that is already used.
    """

    _name = "support.deadline.mixin"
    _description = "Deadlines of a Ticket"

    response_deadline = fields.Datetime(
        "First reply due", readonly=True, copy=False, help="Kept once answered."
    )
    next_reply_deadline = fields.Datetime("Next reply due", readonly=True, copy=False)
    resolution_deadline = fields.Datetime(
        "Solution due",
        readonly=True,
        copy=False,
        help="Empty while we wait for the customer or a third party.",
    )
    due_at = fields.Datetime(
        "Due",
        readonly=True,
        copy=False,
        help="The earliest of the deadlines that still run.",
    )
    deadline_version = fields.Integer(
        "Version of its deadlines",
        readonly=True,
        copy=False,
        help="They are out of date when the team has another one.",
    )

    def _get_target_seconds(self):
        """The targets of this ticket in working seconds; 0 means none.

        :return: dict with the keys response, next_reply, resolution
        """
        self.ensure_one()
        return self.team_id._get_target_seconds()

    def _refresh_deadlines(self):
        """Bring the deadlines up to the state of the clock."""
        # sudo: support.ticket: a customer's message moves deadlines too
        tickets = self.sudo().with_context(
            tracking_disable=True, support_many_tickets=len(self) > 1
        )
        changes = defaultdict(list)
        for ticket in tickets:
            deadlines = ticket._prepare_deadlines(
                ticket._get_clock_state(), ticket.team_id, ticket._get_target_seconds()
            )
            if ticket.first_response_at or not ticket.waiting_since:
                deadlines["response_deadline"] = ticket.response_deadline
            changed = {k: v for k, v in deadlines.items() if ticket[k] != v}
            if changed:
                changes[tuple(changed.items())].append(ticket.id)
        # What only moves on to the next version is written for all of them at once.
        for changed, ids in changes.items():
            tickets.browse(ids).write(dict(changed))

    @api.model
    def _prepare_deadlines(self, state, team, targets):
        """The deadline columns for a clock.

        :param state: ``ticket_clock.State``
        :param team: the ``support.team`` whose working hours count
        :param dict targets: see ``_get_target_seconds``
        """
        reply_used = state.waiting_business_seconds
        waiting = state.waiting_since and not state.closed_at
        resolving = state.clock_kind in ("new", "open")
        running = {
            "response_deadline": (
                waiting and not state.first_response_at and targets["response"],
                reply_used,
            ),
            "next_reply_deadline": (
                waiting and state.first_response_at and targets["next_reply"],
                reply_used,
            ),
            "resolution_deadline": (
                resolving and targets["resolution"],
                sla_target.get_used(sla_target.RESOLUTION, state),
            ),
        }
        deadlines = {
            name: bool(target)
            and team._plan_business_seconds(state.clock_at, target - used)
            for name, (target, used) in running.items()
        }
        due = min(filter(None, deadlines.values()), default=False)
        version = team.deadline_version
        return {**deadlines, "due_at": due, "deadline_version": version}

    def _record_ended_targets(self, moves):
        """Keep how targets ended, before their deadlines are planned anew.

        :param list moves: ``(ticket, state before, event, state after, agent)`` of
            tickets whose clocks an event started or stopped
        """
