from odoo import fields, models


class Website(models.Model):
    _inherit = "website"

    def _find_support_return_policies(self):
        """Return the policies that this website tells everybody.

        Those for certain products come first, those for all others last.

        :return: `support.return.policy` (in sudo), only of this website and company
        """
        self.ensure_one()
        candidates = self.env["support.return.policy"]._find_candidates(self.company_id)
        today = fields.Date.context_today(self)
        return candidates.filtered(
            lambda p: (
                p.website_published
                and p.website_id in (self, self.browse())
                and p._is_in_force(today)
            )
        ).sorted(lambda p: not p.category_ids)

    def _find_support_return_policy(self, template):
        """Return the policy that decides for a product and this visitor, if told.

        :param template: the `product.template` of the page
        :return: one `support.return.policy` (in sudo), or none
        """
        self.ensure_one()
        candidates = self.env["support.return.policy"]._find_candidates(self.company_id)
        if template.type != "consu":
            return candidates.browse()
        # sudo: product.category: only its place in the tree decides
        category = template.sudo().categ_id
        policy = candidates._choose(
            category, self.company_id, self, self._get_support_visitor_country()
        )
        return policy.filtered("website_published")

    def _get_support_visitor_country(self):
        """Return where goods would go: the customer's country, else the visitor's."""
        user = self.env.user
        if not user._is_public() and user.partner_id.country_id:
            return user.partner_id.country_id
        code = self._get_geoip_country_code()
        countries = self.env["res.country"]
        return countries.search([("code", "=", code)], limit=1) if code else countries
