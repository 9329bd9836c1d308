from odoo import models
from odoo.tools.i18n import format_list


class SupportReturnPolicy(models.Model):
    """A policy in plain words, for the pages of the website."""

    _inherit = "support.return.policy"

    def _get_short_words(self):
        """Return the policy in one short line, such as "30 days to return"."""
        self.ensure_one()
        if self.is_final_sale:
            return self.env._("Final sale: cannot be returned")
        if not self.days:
            return self.env._("Can be returned on the day of the delivery")
        if self.days == 1:
            return self.env._("1 day to return")
        return self.env._("%s days to return", self.days)

    def _get_terms_words(self):
        """Return the terms of the policy as a list of plain sentences."""
        self.ensure_one()
        if self.is_final_sale:
            sentences = [
                self.env._(
                    "Final sale: you cannot return these products because you changed "
                    "your mind."
                )
            ]
        else:
            sentences = [
                self._get_days_words(),
                f"{self._get_condition_words()}.",
                self._get_payer_words(),
                self.env._("You get %s.", self._get_ways_words()),
            ]
        return [*sentences, self._get_fault_words()]

    def _get_days_words(self):
        if not self.days:
            return self.env._("You may return them on the day of the delivery.")
        if self.days == 1:
            return self.env._("You may return them within 1 day of the delivery.")
        return self.env._(
            "You may return them within %s days of the delivery.", self.days
        )

    def _get_condition_words(self):
        """Return in which condition goods must come back."""
        self.ensure_one()
        return dict(self._fields["condition"]._description_selection(self.env))[
            self.condition
        ]

    def _get_payer_words(self):
        if self.payer == "store":
            return self.env._("We pay the way back.")
        return self.env._("You pay the way back.")

    def _get_ways_words(self):
        """Return what customers get, such as "your money back or a voucher"."""
        self.ensure_one()
        words = {
            "refund": self.env._("your money back"),
            "exchange": self.env._("another product"),
            "voucher": self.env._("a voucher"),
        }
        ways = [words[way] for way in self._get_ways()]
        return format_list(self.env, ways, style="or")

    def _get_fault_words(self):
        days = self._get_days(is_fault=True)
        if days < 2:
            return self.env._(
                "Damaged, wrong or defective? Tell us at once; we pay the way back."
            )
        return self.env._(
            "Damaged, wrong or defective? Tell us within %s days of the delivery; we "
            "pay the way back.",
            days,
        )

    def _get_scope_words(self, policies):
        """Return for which products it is, among the policies of a page.

        :param policies: all policies on the page
        """
        self.ensure_one()
        if self.category_ids:
            return format_list(self.env, self.category_ids.mapped("name"))
        if any(p.category_ids and self._shares_country(p) for p in policies):
            return self.env._("All other products")
        return self.env._("All products")

    def _get_country_words(self, policies):
        """Return where the goods are delivered to, "" when that makes no difference.

        :param policies: all policies on the page
        """
        self.ensure_one()
        if self._has_places():
            places = [*self.country_ids, *self.country_group_ids]
            names = format_list(self.env, [place.name for place in places])
            return self.env._("Delivered to %s", names)
        has_others = any(
            policy.category_ids == self.category_ids and policy._has_places()
            for policy in policies
        )
        return self.env._("Delivered to all other countries") if has_others else ""

    def _shares_country(self, other):
        """Tell whether goods sent to one country may fall under both policies."""
        if not (self._has_places() and other._has_places()):
            return True
        return bool(self._get_countries() & other._get_countries())
