"""The reference of a message or follower to its document, quick where that is ours."""

from odoo import fields

TICKET_MODEL = "support.ticket"


class TicketReference(fields.Many2oneReference):
    """As Odoo's, which asks every model that has messages whether it is meant.

    They are more than a hundred in a store, and it asks all of them for each message
    and each follower: a quarter of what a thousand tickets took. Whatever belongs to
    another model goes Odoo's way.
    """

    def _update_inverses(self, records, value):
        """Let the ticket ``value`` know of these new messages or followers.

        A list of a part of them, such as the messages that customers see, is forgotten
        and read anew when somebody asks for it: to sort them is dearer than to read it.
        """
        is_stored = value and all(records._ids)
        if not is_stored or set(records.mapped(self.model_field)) != {TICKET_MODEL}:
            return super()._update_inverses(records, value)
        for inverse in records.pool.field_inverses[self]:
            if inverse.model_name != TICKET_MODEL:
                continue
            known = inverse._get_cache(records.env)
            if value not in known:
                continue
            if inverse.domain:
                inverse._invalidate_cache(records.env, [value])
            else:
                known[value] = tuple(dict.fromkeys(known[value] + records._ids))
        return None
