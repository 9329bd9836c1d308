from odoo import models


class ResPartnerCategory(models.Model):
    """Tags that move in their tree, or get customers from their own form."""

    _inherit = "res.partner.category"

    def write(self, vals):
        if not {"parent_id", "partner_ids"}.intersection(vals):
            return super().write(vals)
        partners = self._find_tagged_partners()
        result = super().write(vals)
        (partners | self._find_tagged_partners())._replan_tickets_by_tag()
        return result

    def _find_tagged_partners(self):
        """The partners with one of these tags or one below them."""
        partners = self.env["res.partner"].with_context(active_test=False)
        if not self.env["support.sla.policy"]._uses_customer_tags():
            return partners
        return partners.search([("category_id", "child_of", self.ids)])
