from odoo import models


class ResPartner(models.Model):
    """Tags of customers decide by when their tickets are due."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if {"category_id", "parent_id", "is_company"}.intersection(vals):
            self._replan_tickets_by_tag()
        return result

    def _replan_tickets_by_tag(self):
        """Plan the open tickets of these customers and their people anew."""
        if not self or not self.env["support.sla.policy"]._uses_customer_tags():
            return
        # sudo: support.ticket: whoever tags customers need not see their tickets
        tickets = self.env["support.ticket"].sudo()
        tickets.search(
            [("partner_id", "child_of", self.ids), ("closed_at", "=", False)]
        )._replan_soon()
