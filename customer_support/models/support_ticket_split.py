"""One message becomes a ticket of its own."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import ticket_clock_undo
from .support_ticket_message import SPOKEN_TYPES

# What the new ticket takes over: who asks, what was bought, who answers.
INHERITED = (
    *("partner_id", "claimed_partner_id", "partner_name", "email_from", "phone"),
    *("lang", "identity_id", "team_id", "user_id", "channel_id", "website_id"),
    *("sale_order_id", "picking_id", "invoice_id", "priority"),
)


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def action_open_split(self, message_id=False):
        """Ask how the new ticket is called that a message goes into.

        :param int message_id: a message of this conversation
        """
        self.ensure_one()
        self.check_access("write")
        message = self._find_message_to_split(message_id)
        return self.env["support.split"]._get_action(self, message)

    def _find_message_to_split(self, message_id):
        """The message with this id, if it can go into a ticket of its own.

        :raise UserError: if it is not a message of this conversation, or the only one
        """
        # sudo: mail.message: those of a ticket that the agent may write
        spoken = self.sudo().message_ids.filtered(
            lambda m: m.message_type in SPOKEN_TYPES and not m.subtype_id.internal
        )
        message = spoken.filtered(lambda m: m.id == message_id)
        if not message:
            raise UserError(
                self.env._(
                    "Choose a message of the customer or an answer of this"
                    " conversation."
                )
            )
        if len(spoken) == 1:
            raise UserError(
                self.env._(
                    "This is the only message of the ticket: nothing would be left."
                )
            )
        return message

    def _split(self, message, name):
        """Move ``message`` into a new ticket of the same customer and order.

        What somebody else brought along by a merge goes back to his own ticket, and
        what he wrote since becomes one of his.

        :param message: ``mail.message`` of this ticket
        :param str name: subject of the new ticket
        :return: the ``support.ticket`` that has the message now
        :raise UserError: see ``_find_message_to_split``
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_for_merge()
        message = self._find_message_to_split(message.id)
        owner = self._find_foreign_owner(message)
        if owner:
            owner.check_access("write")
            owner._unmerge(is_foreign=True)
            if message.res_id == owner.id:
                return owner
        # sudo: support.ticket: opened when the customer wrote; nobody sets that by hand
        asker = (owner or self).sudo()
        new = asker.create(asker._prepare_split_values(message, name))
        new = new.sudo(False)
        author_kind = self._get_message_author_kind(message)
        self._split_clock(message)
        message.write({"res_id": new.id, "parent_id": False})
        message.attachment_ids.filtered(lambda a: a.res_model == self._name).write(
            {"res_id": new.id}
        )
        if author_kind == "customer":
            new._record_event(
                "customer_message", "customer", at=message.date, message=message
            )
        self.env["support.ticket.link"].create(
            {"ticket_id": self.id, "other_id": new.id}
        )
        self._log_linked_note(
            self.env._("%(agent)s moved a message to %(ticket)s."), new
        )
        new._log_linked_note(
            self.env._("%(agent)s made this ticket of a message of %(ticket)s."), self
        )
        return new

    def _find_foreign_owner(self, message):
        """The merged ticket of somebody else whose message this is; empty if none.

        It came along with that ticket, or its customer wrote it here since.
        """
        # sudo: support.ticket: those that went into this one, whoever has them
        ticket = self.sudo()
        foreign = ticket._find_merged_tickets().filtered(
            lambda merged: merged._has_other_requester(ticket)
        )
        if not foreign or ticket._is_author(message):
            return self.browse()
        brought = foreign.filtered(lambda merged: merged._has_brought(message))
        # Of a chain of merges the first one knows best.
        first = brought.sorted(lambda merged: merged._find_merge_events()[0].id)
        written = foreign.filtered(lambda merged: merged._is_author(message))
        return (first or written)[:1].with_env(self.env)

    def _is_author(self, message):
        """Whether the one who asks in this ticket wrote a message."""
        by_address = self._is_requester(message.email_from or "")
        return self._is_requester(message.author_id) or by_address

    def _find_merged_tickets(self):
        """All that went into this ticket, also by way of others."""
        found, last = self.browse(), self
        while last:
            last = self.search([("merged_into_id", "in", last.ids)])
            found |= last
        return found

    def _has_brought(self, message):
        """Whether a message went along when this ticket was merged away."""
        merged, _absorbed = self._find_merge_events()
        return message.id in (merged.payload or {}).get("messages", ())

    def _prepare_split_values(self, message, name):
        values = {
            field: self[field].id if self._fields[field].relational else self[field]
            for field in INHERITED
        }
        return {**values, "name": name, "opened_at": message.date}

    def _split_clock(self, message):
        """The customer no longer waits here for the answer to what went away."""
        self._record_event("clock", at=fields.Datetime.now())
        # sudo: support.ticket.event: read to compute the clock
        events = self.sudo().event_ids
        columns = {}
        asked = events.filtered(
            lambda e: e.kind == "customer_message" and e.message_id == message
        )[:1]
        if asked:
            columns = ticket_clock_undo.forget_message(
                events._to_clock_events(),
                events.ids.index(asked.id),
                self._get_clock_state(),
            )
        self._record_event("split", payload={"message": message.id, "columns": columns})
