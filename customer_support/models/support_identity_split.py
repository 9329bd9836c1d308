"""What a sender wrote while he counted as a customer is his own words again."""

from odoo import models


class SupportIdentity(models.Model):
    _inherit = "support.identity"

    def _split(self, user):
        for ticket in self._find_merges_to_undo():
            ticket._unmerge(is_foreign=True)
        messages = self._find_own_messages(self._find_tickets_to_split())
        result = super()._split(user)
        # Neither name nor address of the customer stays on a stranger's words.
        messages.write({"author_id": False, "email_from": self._get_sender_name()})
        return result

    def _find_merges_to_undo(self):
        """The cases that were merged with those of others, the latest merge first.

        They would lead a stranger to the customer, or the customer to a stranger.
        """
        own = self._find_own_tickets()
        merged = own.filtered("merged_into_id")
        merged |= own.search([("merged_into_id", "in", own.ids)])
        across = merged.filtered(
            lambda ticket: (ticket in own) != (ticket.merged_into_id in own)
        )
        return across.sorted(lambda t: t._find_merge_events()[0].id, reverse=True)

    def _find_own_messages(self, tickets):
        """The messages of this sender that bear the customer's name.

        :param tickets: the cases that go with the sender, in which the customer has
            written by no other way
        """
        return self.env["mail.message"].search(
            [
                ("model", "=", "support.ticket"),
                ("res_id", "in", tickets.ids),
                ("message_type", "=", "comment"),
                ("author_id", "=", self.partner_id.id or 0),
            ]
        )

    def _get_sender_name(self):
        """Who wrote, in the words of the channel itself."""
        self.ensure_one()
        return self.sender_key
