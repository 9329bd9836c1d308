from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_support_family(self):
        """This customer, whoever belongs to the same company, and its archived ones."""
        contacts = self.with_context(active_test=False)
        commercial = self.commercial_partner_id
        return contacts.search([("id", "child_of", commercial.ids)])

    def _prepare_support_senders_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Senders"),
            "res_model": "support.identity",
            "view_mode": "list,kanban,form",
            "context": {"create": False},
        }

    def action_view_support_senders(self):
        """Show on which channels this customer writes, and how that was proven."""
        family = self._get_support_family()
        action = self._prepare_support_senders_action()
        return {**action, "domain": [("partner_id", "in", family.ids)]}
