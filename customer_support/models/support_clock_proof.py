"""Whether the columns of a ticket are what its log amounts to."""

from dataclasses import asdict

from odoo import models

from ..tools import ticket_clock


class SupportClockMixin(models.AbstractModel):
    _inherit = "support.clock.mixin"

    def _get_clock_differences(self):
        """What the log says against what the columns say.

        :return: list of ``(ticket, column, in the log, in the column)``; empty when
            the projection equals the log. Ended waits count as the column
            ``wait_ids``.
        """
        differences = []
        for ticket in self.sudo():  # sudo: support.ticket.event: read to compare only
            state, waits = ticket_clock.replay(ticket.event_ids._to_clock_events())
            projected = asdict(ticket._get_clock_state())
            differences += [
                (ticket, name, value, projected[name])
                for name, value in asdict(state).items()
                if value != projected[name]
            ]
            logged = [_wait_key(wait) for wait in waits]
            stored = [_wait_key(wait) for wait in ticket.wait_ids.sorted("id")]
            if logged != stored:
                differences.append((ticket, "wait_ids", logged, stored))
        return differences

    def _rebuild_clock(self):
        """Write the columns and waits that the log amounts to."""
        for ticket in self.sudo():  # sudo: support.ticket.wait: written by system only
            state, waits = ticket_clock.replay(ticket.event_ids._to_clock_events())
            written = ticket._get_clock_state()
            ticket._write_clock_columns(ticket_clock.changed_columns(written, state))
            if [_wait_key(w) for w in waits] != [
                _wait_key(w) for w in ticket.wait_ids.sorted("id")
            ]:
                ticket.wait_ids.unlink()
                ticket.wait_ids.create(
                    [ticket._prepare_wait_values(w, ticket.user_id) for w in waits]
                )


def _wait_key(wait):
    return (
        wait.kind,
        wait.outcome,
        wait.started_at,
        wait.ended_at,
        wait.seconds,
        wait.business_seconds,
        bool(wait.is_first),
    )
