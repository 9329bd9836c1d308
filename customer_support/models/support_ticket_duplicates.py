"""Other open tickets that may be about the same matter."""

from odoo import api, fields, models
from odoo.fields import Domain

SUGGESTED = 20


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    likely_duplicate_count = fields.Integer(
        "Other open tickets of this customer",
        compute="_compute_likely_duplicate_count",
        help="Of the same customer or about the same order.",
    )

    @api.depends("partner_id", "email_normalized", "sale_order_id", "closed_at")
    def _compute_likely_duplicate_count(self):
        for ticket in self:
            domain = ticket._get_likely_duplicates_domain()
            ticket.likely_duplicate_count = 0
            if not ticket.closed_at and not domain.is_false():
                ticket.likely_duplicate_count = self.search_count(domain)

    def _find_likely_duplicates(self):
        """The newest open tickets of the same customer, address or order.

        :return: ``support.ticket`` that the present user may read, without these
        """
        domain = Domain.OR(t._get_likely_duplicates_domain() for t in self)
        return self.search(domain & Domain("id", "not in", self.ids), limit=SUGGESTED)

    def _get_likely_duplicates_domain(self):
        same = Domain.FALSE
        for name in ("partner_id", "email_normalized", "sale_order_id"):
            value = self[name].id if self._fields[name].relational else self[name]
            if value:
                same |= Domain(name, "=", value)
        if same.is_false():
            return same
        return same & Domain(
            [
                ("id", "!=", self._origin.id),
                ("company_id", "=", self.company_id.id),
                ("closed_at", "=", False),
                ("merged_into_id", "=", False),
            ]
        )

    def _has_other_requester(self, other):
        """Whether somebody else asks here than in the ticket ``other``."""
        self.ensure_one()
        mine, theirs = self._get_requester_keys(), other._get_requester_keys()
        return bool(mine) and mine.isdisjoint(theirs)

    def _get_requester_keys(self):
        """What tells who asks: the address, and the company of the customer."""
        # sudo: res.partner: compared, never shown
        partner = self.sudo().partner_id.commercial_partner_id
        return set(filter(None, (self.email_normalized, partner.id)))
