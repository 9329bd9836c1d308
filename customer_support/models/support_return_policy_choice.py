"""Which return policy decides about a product."""

from odoo import api, fields, models

# How precisely a policy names the place of delivery.
EVERYWHERE, COUNTRY_GROUP, COUNTRY = range(3)
CONDITIONS = ("unopened", "unused", "any")


class SupportReturnPolicy(models.Model):
    """Of the policies that fit, which one decides.

    A policy gives way to another one that is at least as specific about the category
    of the product and about the place of delivery; of those that are the same in both,
    the first in the list stays. What is left are policies that each know one of the two
    better, such as one for Brazil and one for Clearance: of these the one that is
    kinder to the customer decides. So no policy for everywhere takes away what the law
    of a country gives.
    """

    _inherit = "support.return.policy"

    @api.model
    def _find_candidates(self, companies):
        """Return the policies that may decide in these companies, first ones first."""
        # sudo: support.return.policy: terms that the store tells every customer
        return self.sudo().search(
            [("company_id", "in", [False, *companies.ids]), ("active", "=", True)]
        )

    def _choose(self, category, company, website, country):
        """Choose the policy that decides today, of these candidates.

        :param category: the `product.category` of the product, may be empty
        :param company: the `res.company` that sells
        :param website: the `website` of the order, may be empty
        :param country: the `res.country` of delivery, may be empty
        :return: one policy, or none
        """
        today = fields.Date.context_today(self)
        return max(
            self._find_rivals(category, company, website, country, today),
            key=lambda policy: policy._get_kindness(is_fault=False),
            default=self.browse(),
        )

    def _find_rivals(self, category, company, website, country, day):
        """Return the policies of which the kindest decides, nearly always one.

        :param date day: the day of the order
        """
        fitting = {}
        for policy in self:
            depth = policy._get_category_depth(category)
            if (
                depth >= 0
                and policy._is_for(company, website, country)
                and policy._is_in_force(day)
            ):
                # Of those that are as specific as each other, the first one.
                fitting.setdefault((depth, policy._get_place_rank(country)), policy)
        return self.browse().concat(
            *(
                policy
                for (depth, place), policy in fitting.items()
                if not any(
                    other_depth >= depth
                    and other_place >= place
                    and (other_depth, other_place) != (depth, place)
                    for other_depth, other_place in fitting
                )
            )
        )

    def _get_category_depth(self, category):
        """Return how specific this policy is about a category.

        :return: the depth of the category that it names, in the tree of categories;
            0 when it is for all products, -1 when it is not for this one
        """
        self.ensure_one()
        if not self.category_ids:
            return 0
        path = category.parent_path or ""
        return max(
            (
                named.parent_path.count("/")
                for named in self.category_ids
                if path.startswith(named.parent_path)
            ),
            default=-1,
        )

    def _get_place_rank(self, country):
        """Return how specific this policy is about a country that it is for."""
        self.ensure_one()
        if country and country in self.country_ids:
            return COUNTRY
        return COUNTRY_GROUP if self._has_places() else EVERYWHERE

    def _get_kindness(self, is_fault):
        """Return how much customers get from this policy, to compare by.

        Money back counts most, then who pays the way back, and the days last: of two
        policies that both still allow a return, it matters what they give.
        """
        self.ensure_one()
        days = self._get_days(is_fault)
        if days is None:
            return (-1,)
        ways = self._get_ways(is_fault)
        return (
            int("refund" in ways),
            int(is_fault or self.payer == "store"),
            0 if is_fault else CONDITIONS.index(self.condition),
            days,
            len(ways),
            int(self.self_service),
        )

    def _is_for(self, company, website, country):
        """Tell whether orders of a company and a website, sent to a country, fit."""
        self.ensure_one()
        return (
            self.company_id in (company, self.company_id.browse())
            and self.website_id in (website, self.website_id.browse())
            and (not self._has_places() or bool(country & self._get_countries()))
        )

    def _has_places(self):
        """Tell whether it is for certain countries only."""
        return bool(self.country_ids or self.country_group_ids)

    def _get_countries(self):
        """Return the countries of delivery that it is for, see ``_has_places``."""
        self.ensure_one()
        return self.country_ids | self.country_group_ids.country_ids
