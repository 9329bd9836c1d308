from collections import defaultdict
from dataclasses import asdict, fields as dataclass_fields

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import ticket_clock
from ..tools.author_kind import get_told_author_kind

CLOCK_COLUMNS = tuple(f.name for f in dataclass_fields(ticket_clock.State))


def _duration(label, help_text=None):
    return fields.Integer(label, readonly=True, copy=False, help=help_text)


def _moment(label, **kwargs):
    return fields.Datetime(label, readonly=True, copy=False, **kwargs)


def _count(label):
    return fields.Integer(label, readonly=True, copy=False)


class SupportClockMixin(models.AbstractModel):
    """Keeps the event log of a ticket and the columns that are its projection.

    Log and columns are written in one transaction by ``_record_event``; nothing else
    writes the columns. A concurrent event on the same ticket makes one of the two
    transactions fail and start again, so no event is applied to an old state.
    """

    _name = "support.clock.mixin"
    _description = "Clock of a Ticket"

    event_ids = fields.One2many("support.ticket.event", "ticket_id", "History")
    wait_ids = fields.One2many("support.ticket.wait", "ticket_id", "Waits")

    opened_at = _moment("Opened on")
    clock_at = _moment("Last event on")
    clock_kind = fields.Char("Stage kind of the clock", readonly=True, copy=False)
    age_business_seconds = _duration("Age at the last event (working seconds)")
    stage_since = _moment("In this stage since")
    stage_business_seconds = _duration("In this stage (working seconds)")
    paused_seconds = _duration("Waited for the customer (seconds)")
    paused_business_seconds = _duration("Waited for the customer (working seconds)")
    hold_seconds = _duration("On hold (seconds)")
    hold_business_seconds = _duration("On hold (working seconds)")
    first_customer_at = _moment("First customer message on")
    last_customer_message_at = _moment("Customer wrote last on")
    waiting_since = _moment(
        "Customer waiting since", help="The oldest customer message without a reply."
    )
    waiting_business_seconds = _duration("Customer waiting (working seconds)")
    is_waiting_agent = fields.Boolean(
        "Waiting for us",
        compute="_compute_is_waiting_agent",
        search="_search_is_waiting_agent",
        help="The customer wrote last and waits for our reply.",
    )
    first_response_at = _moment("First response on")
    first_response_seconds = _duration(
        "First response (seconds)", "From the customer's first message to our reply."
    )
    first_response_business_seconds = _duration("First response (working seconds)")
    last_reply_at = _moment("Our last reply on")
    reply_age_business_seconds = _duration("Age at our last reply (working seconds)")
    reply_paused_seconds = _duration("Pauses until our last reply (seconds)")
    reply_paused_business_seconds = _duration(
        "Pauses until our last reply (working seconds)"
    )
    reopened_used_business_seconds = _duration(
        "Used before the last reopening (working seconds)",
        "A reopened case starts a new target for its solution.",
    )
    first_resolved_at = _moment("First solved on")
    first_resolution_seconds = _duration("First resolution (seconds)")
    first_resolution_business_seconds = _duration("First resolution (working seconds)")
    resolved_at = _moment("Solved on")
    resolution_seconds = _duration("Full resolution (seconds)")
    resolution_business_seconds = _duration("Full resolution (working seconds)")
    net_resolution_seconds = _duration("Net resolution (seconds)")
    net_resolution_business_seconds = _duration("Net resolution (working seconds)")
    closed_at = _moment("Closed on")
    reply_count = _count("Replies")
    touch_count = _count("Touches")
    customer_message_count = _count("Customer messages")
    reopen_count = _count("Reopened")
    assignment_count = _count("Assignments")
    transfer_count = _count("Team changes")

    @api.depends("waiting_since")
    def _compute_is_waiting_agent(self):
        for ticket in self:
            ticket.is_waiting_agent = bool(ticket.waiting_since)

    def _search_is_waiting_agent(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("waiting_since", "!=" if True in value else "=", False)]

    # --- writing ----------------------------------------------------------------

    def _check_clock_untouched(self, vals):
        """Refuse values for clock columns from anybody but the log itself.

        :raise AccessError: if a person (or an import) brings such a value
        """
        if self.env.su:
            return
        touched = sorted(set(CLOCK_COLUMNS).intersection(vals))
        if touched:
            raise AccessError(
                self.env._(
                    "The times of a ticket follow from its history and cannot be set"
                    " by hand: %(columns)s",
                    columns=", ".join(touched),
                )
            )

    def _record_event(
        self, kind, author_kind=None, at=None, message=None, user=None, payload=None
    ):
        """Log that something happened to each ticket and move its clocks.

        :param str kind: a value of ``support.ticket.event.kind``
        :param str author_kind: who did it; found from the user when empty
        :param datetime at: when (UTC, naive); now when empty. A moment before the last
            event counts as the moment of the last event.
        :param message: the ``mail.message`` it is about, if any
        :param user: the ``res.users`` who did it; the present user when empty
        :param dict payload: what the kind needs (``tools/ticket_clock``)
        :return: the ``support.ticket.event`` records
        """
        # sudo: support.ticket: whoever may post on a ticket or move it starts and stops
        # its clocks, though a customer may not write on the ticket itself
        tickets = self.sudo()
        user = user or self.env.user
        author_kind = author_kind or self._get_author_kind(user)
        payload = payload or {}
        steps = [
            ticket._prepare_clock_step(kind, author_kind, at, payload)
            for ticket in tickets
        ]
        tickets._write_clock_steps(steps)
        events, waits, moves = [], [], []
        for ticket, (before, event, state, ended) in zip(tickets, steps, strict=True):
            events.append(ticket._prepare_event_values(before, event, message, user))
            agent = user if author_kind == "human" else ticket.user_id
            waits += [ticket._prepare_wait_values(wait, agent) for wait in ended]
            if self._moves_deadlines(event, before, state):
                moves.append((ticket, before, event, state, agent))
        if moves:
            tickets._record_ended_targets(moves)
            moved = [ticket.id for ticket, *_move in moves]
            tickets.browse(moved)._refresh_deadlines()
        tickets.env["support.ticket.wait"].create(waits)
        return tickets.env["support.ticket.event"].create(events)

    @api.model
    def _moves_deadlines(self, event, before, after):
        """Whether an event starts, stops or replans a target that runs.

        Time that only passes moves no deadline: what is left of a target, planned from
        now on, ends at the same moment.
        """
        return event.kind in _REPLANNING_KINDS or any(
            getattr(before, name) != getattr(after, name) for name in _DEADLINE_COLUMNS
        )

    @api.model
    def _get_author_kind(self, user):
        """'customer', 'human', 'bot' or 'rule': what ``user`` is to a ticket."""
        forced = get_told_author_kind(self.env)
        if forced:
            return forced
        if user._is_superuser():
            return "rule"
        return "customer" if user.share else "human"

    def _get_clock_state(self):
        """The clock columns of one ticket as a ``ticket_clock.State``."""
        self.ensure_one()
        return ticket_clock.State(
            **{name: self[name] or _EMPTY[name] for name in CLOCK_COLUMNS}
        )

    def _prepare_clock_step(self, kind, author_kind, at, payload):
        """What an event does to the clock of one ticket; nothing is written.

        :return: state before, event, state after, waits that end
        """
        before = self._get_clock_state()
        event = self._prepare_clock_event(kind, author_kind, at, payload)
        return (before, event, *ticket_clock.apply(before, event))

    def _prepare_clock_event(self, kind, author_kind, at, payload):
        at = (at or fields.Datetime.now()).replace(microsecond=0)
        previous = self.clock_at or at
        at = max(at, previous)
        return ticket_clock.Event(
            kind=kind,
            at=at,
            author_kind=author_kind,
            business_seconds=self.team_id._get_business_seconds(previous, at),
            payload=payload,
        )

    def _write_clock_steps(self, steps):
        """Write the clocks of these tickets; those that move alike at once.

        :param list steps: of each ticket, see ``_prepare_clock_step``
        """
        alike = defaultdict(list)
        for ticket, (before, _event, after, _waits) in zip(self, steps, strict=True):
            changed = ticket_clock.changed_columns(before, after)
            alike[tuple(changed.items())].append(ticket.id)
        for changed, ids in alike.items():
            self.browse(ids)._write_clock_columns(dict(changed))

    def _write_clock_columns(self, changed):
        """Write clock columns, as ``ticket_clock.changed_columns`` gives them."""
        if changed:
            self.with_context(tracking_disable=True).write(
                {k: False if v is None else v for k, v in changed.items()}
            )

    def _prepare_event_values(self, before, event, message, user):
        Event = self.env["support.ticket.event"]
        return {
            "ticket_id": self.id,
            "kind": event.kind,
            "author_kind": event.author_kind,
            "at": event.at,
            "user_id": user.id,
            "elapsed_seconds": ticket_clock.seconds_between(
                before.clock_at or event.at, event.at
            ),
            "elapsed_business_seconds": event.business_seconds,
            **self._prepare_moment_values(),
            "stage_id": self.stage_id.id,
            "stage_kind": self.clock_kind,
            "agent_id": self.user_id.id,
            "message_id": message.id if message else False,
            "payload": Event._encode_payload(event.payload) or False,
        }

    def _prepare_wait_values(self, wait, agent):
        return {
            **asdict(wait),
            **self._prepare_moment_values(),
            "ticket_id": self.id,
            "agent_id": agent.id,
        }

    def _prepare_moment_values(self):
        """Team, channel and company of this moment, for the log."""
        return {
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "channel_id": self.channel_id.id,
        }


_EMPTY = asdict(ticket_clock.State())
_REPLANNING_KINDS = ("team", "absorbed", "unmerged", "gave_back", "split")
_DEADLINE_COLUMNS = ("clock_kind", "waiting_since", "first_response_at", "closed_at")
