"""Who writes one ticket at the same moment as others waits for his turn."""

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.http import request
from odoo.tools import SQL

# Under this name a transaction, and a request, keep the tickets they write.
TURNS = "support_ticket_turns"
SPACE = SQL("hashtext('support.ticket')")


def get_turns():
    """The tickets that the present request has begun to write; a set to add to.

    The request lives longer than a transaction that is given up and repeated.
    """
    return vars(request._get_current_object()).setdefault(TURNS, set())


def wait_for_turns(cr, ticket_ids):
    """Wait until nobody writes these tickets, then keep others from it.

    Called before a transaction has read anything: it sees all that those before it
    have written, so that the database need not refuse it. What waits holds nothing
    that others wait for.

    :param ticket_ids: of the tickets that a request wrote before it had to be repeated
    """
    for ticket_id in sorted(ticket_ids):
        cr.execute(SQL("SELECT pg_advisory_lock(%s, %s)", SPACE, ticket_id))
    try:
        # Such a lock outlives its transaction; the next one begins after the wait.
        cr.rollback()
        for ticket_id in ticket_ids:
            cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", SPACE, ticket_id))
    finally:
        for ticket_id in ticket_ids:
            cr.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", SPACE, ticket_id))


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def message_post(self, **kwargs):
        self._take_turn()
        return super().message_post(**kwargs)

    def write(self, vals):
        if len(self) == 1:
            self._take_turns_to_write()
        return super().write(vals)

    def _write_clock_columns(self, changed):
        if changed:
            self._take_turns_to_write()
        return super()._write_clock_columns(changed)

    def _take_turns_to_write(self):
        many = self.env.context.get("support_many_tickets")
        if not many and self._is_repeatable():
            for ticket in self:
                ticket._take_turn()

    def _is_repeatable(self):
        """Whether Odoo repeats this: a request, but no job that is started by hand."""
        return bool(request) and not self.env.context.get("ir_cron_progress_id")

    def _take_turn(self):
        """Keep others from writing this ticket until we have committed.

        Each message moves the clocks of its ticket, so that of two requests at once the
        database refuses one. Odoo repeats it, but into the next one's way: with twenty
        people at one ticket some would be told to try again themselves. So whoever
        comes second starts again at once, and then waits in line (`wait_for_turns`).

        A job never waits: it may hold what the others wait for.

        :raise ConcurrencyError: when another one is writing; Odoo repeats the request
        """
        self.ensure_one()
        taken = self.env.cr.precommit.data.setdefault(TURNS, set())
        if self.id in taken:
            return
        taken.add(self.id)
        is_repeatable = self._is_repeatable()
        if is_repeatable:
            get_turns().add(self.id)
        [[is_ours]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", SPACE, self.id)
        )
        if is_repeatable and not is_ours:
            raise ConcurrencyError("Somebody else is writing this ticket.")

    def _skip_turn(self):
        """Nobody else sees a ticket that this transaction has made."""
        self.env.cr.precommit.data.setdefault(TURNS, set()).update(self.ids)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        """A request that others were in the way of waits for its turn and starts anew.

        Nothing has been read yet: this is the one moment for it.
        """
        if turns := get_turns():
            wait_for_turns(request.env.cr, turns)
        return super()._authenticate(endpoint)
