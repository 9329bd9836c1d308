from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount

MAX_OFFERS = 10
# Points, wallets and gift cards are the customer's own cards, shown as such.
OFFER_TYPES = ("promotion", "buy_x_get_y", "promo_code", "next_order_coupons")


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    @api.model
    def _get_support_offers(self, partner, company, order=None):
        """Return the promotions that a customer qualifies for now.

        :param partner: the customer (res.partner)
        :param company: the company that sells
        :param order: an open quotation of that customer, whose content then decides
            too; without one the conditions are named instead
        :return: list of {"id", "name", "rewards", "conditions", "code"}
        """
        # sudo: loyalty.program: offers to customers, which the shop shows anyway; an
        # agent needs no rights to change programs.
        Order = self.env["sale.order"].sudo()
        draft = (
            order.sudo()
            if order
            else Order.new({"partner_id": partner.id, "company_id": company.id})
        )
        programs = self.sudo().search(
            Domain(draft._get_program_domain())
            & Domain("program_type", "in", OFFER_TYPES),
            limit=MAX_OFFERS,
        )
        programs = programs.filtered(lambda program: not program._is_used_up())
        if order:
            programs = programs._filter_applicable(draft)
        return self._prepare_card_offers(partner, company) + [
            program._prepare_support_offer() for program in programs
        ]

    def _is_used_up(self):
        self.ensure_one()
        return self.limit_usage and self.total_order_count >= self.max_usage

    def _filter_applicable(self, order):
        """Keep the programs whose conditions the content of the quotation meets."""
        status = order._program_check_compute_points(self)
        used = order._get_applied_programs()
        return self.filtered(
            lambda program: (
                program not in used
                # A code not yet given is the only thing that may be missing.
                and ("points" in status[program] or program.trigger == "with_code")
            )
        )

    def _prepare_support_offer(self):
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "rewards": [reward.description for reward in self.reward_ids],
            "conditions": self._get_support_conditions(),
            "code": self.rule_ids.filtered("code")[:1].code or "",
        }

    def _get_support_conditions(self):
        """Return in words what an order must have for this program."""
        conditions = []
        for rule in self.rule_ids:
            if rule.minimum_amount:
                amount = format_amount(self.env, rule.minimum_amount, self.currency_id)
                conditions.append(self.env._("from %s", amount))
            if rule.minimum_qty > 1:
                conditions.append(self.env._("from %s pieces", f"{rule.minimum_qty:g}"))
        return conditions

    def _prepare_card_offers(self, partner, company):
        """Return the rewards that the points on the customer's cards pay for."""
        offers = []
        for card in partner.sudo()._find_support_cards(company):
            # sudo: loyalty.reward: what the customer sees in the portal as well.
            rewards = card.program_id.reward_ids.filtered(
                lambda reward, card=card: reward.required_points <= card.points
            )
            if rewards:
                offers.append(
                    {
                        "id": card.program_id.id,
                        "name": f"{card.program_id.name} ({card.points_display})",
                        "rewards": rewards.mapped("description"),
                        "conditions": [],
                        "code": "",
                    }
                )
        return offers
