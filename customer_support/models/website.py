from odoo import models


class Website(models.Model):
    _inherit = "website"

    def _find_support_team(self, reason=None):
        """Return the team that answers what comes in by this website.

        The reason's own team is taken when it serves this website; otherwise a
        team made for this website, then one that serves every website.

        :param reason: chosen `support.reason`, or None
        :return: one `support.team` (in sudo), or none when no team serves here
        """
        self.ensure_one()
        team = reason.team_id if reason else None
        serves_here = (
            team
            and team.active
            and team.company_id == self.company_id
            and (not team.website_ids or self in team.website_ids)
        )
        if serves_here:
            return team
        return self.env["support.team"]._get_default_team(self.company_id, self)

    def _get_answer_promise(self, team):
        """Return the sentence that says when a person of `team` answers.

        :param team: `support.team` in sudo, maybe none
        """
        hours, minutes = divmod(round(team.response_target_hours * 60), 60)
        _ = self.env._
        if hours and minutes:
            return _(
                "A person answers within %(hours)s h %(minutes)s min of working time.",
                hours=hours,
                minutes=minutes,
            )
        if minutes:
            return _(
                "A person answers within %(minutes)s min of working time.",
                minutes=minutes,
            )
        if hours == 1:
            return _("A person answers within one working hour.")
        if hours:
            return _("A person answers within %(hours)s working hours.", hours=hours)
        return _("A person answers as soon as possible.")

    def _find_support_product(self, product_id):
        """Return the variant when this website shows it to this visitor, else none.

        :param int product_id: id of a `product.product`
        """
        self.ensure_one()
        # sudo: product.product: a visitor may know only of what the website shows,
        # which is checked here
        product = self.env["product.product"].sudo().browse(product_id).exists()
        template = product.product_tmpl_id
        is_shown = (
            product.active
            and template.website_published
            and template.can_access_from_current_website(self.id)
            and template.filtered_domain(self._product_domain())
        )
        return product if is_shown else product.browse()
