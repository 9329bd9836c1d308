"""A voucher or points as a gesture."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

VOUCHER_TYPES = ("gift_card", "ewallet")


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    program_id = fields.Many2one("loyalty.program", readonly=True)
    points = fields.Float(readonly=True)
    card_ids = fields.One2many(
        "loyalty.card", "support_action_id", "Vouchers", readonly=True
    )

    # --- voucher --------------------------------------------------------------------

    def _check_voucher(self):
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(self.env._("Please say what the voucher is worth."))
        program = self.program_id or self.company_id.support_voucher_program_id
        if not program:
            raise UserError(
                self.env._(
                    "No kind of voucher is chosen. A manager can do so in the settings"
                    " of support."
                )
            )
        if program.program_type not in VOUCHER_TYPES:
            raise UserError(
                self.env._("%s is no program for vouchers of an amount.", program.name)
            )
        if program.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "Vouchers are in %(voucher)s, but the order is in %(order)s.",
                    voucher=program.currency_id.name,
                    order=self.currency_id.name,
                )
            )
        if program.program_type == "ewallet" and not self.ticket_id.partner_id:
            raise UserError(
                self.env._(
                    "An eWallet needs a known customer: confirm first who it is."
                )
            )
        self.program_id = program

    def _execute_voucher(self):
        # Odoo gives nothing to an archived customer: the card is a guest's then.
        partner = self.ticket_id.partner_id.filtered("active")
        if self.program_id.program_type == "ewallet":
            self._top_up(self._find_card(partner), self.amount)
            return
        wizards = self.env["loyalty.generate.wizard"]
        if not self._can_print_vouchers():
            wizards = wizards.with_context(loyalty_no_mail=True)
        wizard = wizards.create(
            {
                "program_id": self.program_id.id,
                # "Selected" without a customer would give a card to everybody.
                "mode": "selected" if partner else "anonymous",
                "customer_ids": partner.ids,
                "coupon_qty": 1,
                "points_granted": self.amount,
                "valid_until": self._get_voucher_end(),
                "description": self.env._("Ticket %s", self.ticket_id.number),
            }
        )
        cards = wizard.generate_coupons()
        cards.support_action_id = self

    def _can_print_vouchers(self):
        """Whether the mail that the program sends can be made: it carries a PDF.

        Without it the voucher counts all the same: its code stands in the ticket and in
        the customer's portal, and a macro writes it into the reply.
        """
        report = self.env["ir.actions.report"]
        return report.get_wkhtmltopdf_state() not in ("install", "broken")

    def _get_voucher_end(self):
        days = self.company_id.support_voucher_days
        return bool(days) and fields.Date.today() + timedelta(days=days)

    # --- points ---------------------------------------------------------------------

    def _check_points(self):
        if self.points <= 0:
            raise UserError(self.env._("Please say how many points to give."))
        if not self.ticket_id.partner_id:
            raise UserError(
                self.env._("Points need a known customer: confirm first who it is.")
            )
        program = self.program_id or self._find_points_program(self.company_id)
        if program.program_type != "loyalty":
            raise UserError(
                self.env._("The store has no program that collects points.")
            )
        self.program_id = program
        self.amount = self.points * self._get_point_value()

    @api.model
    def _find_points_program(self, company):
        """The program that collects points for purchases, if the company has one."""
        programs = self.env["loyalty.program"]
        return programs.search(
            [
                ("program_type", "=", "loyalty"),
                ("company_id", "in", (company.id, False)),
            ],
            limit=1,
        )

    def _get_point_value(self):
        """What a point is worth at most, by the rewards that give money for points."""
        rewards = self.program_id.reward_ids.filtered(
            lambda reward: (
                reward.reward_type == "discount"
                and reward.discount_mode in ("per_point", "per_order")
            )
        )
        values = [
            reward.discount
            if reward.discount_mode == "per_point"
            else reward.discount / (reward.required_points or 1)
            for reward in rewards
        ]
        return max(values, default=0.0)

    def _execute_points(self):
        self._top_up(self._find_card(self.ticket_id.partner_id), self.points)

    def _find_card(self, partner):
        """The customer's card of the program, a new one if there is none."""
        cards = self.env["loyalty.card"]
        domain = [
            ("program_id", "=", self.program_id.id),
            ("partner_id", "=", partner.id),
        ]
        if card := cards.search(domain, order="id", limit=1):
            return card
        # Written, so that two tickets of one customer never make two cards: who had to
        # wait is refused by the database, repeated by Odoo, and finds the card.
        self.env.execute_query(
            SQL(
                "UPDATE res_partner SET write_date = write_date"
                " WHERE id = %s RETURNING id",
                partner.id,
            )
        )
        return cards.create(
            {"program_id": self.program_id.id, "partner_id": partner.id}
        )

    def _top_up(self, card, points):
        """Add to a card by Odoo's own wizard, which writes the card's history."""
        self.env["loyalty.card.update.balance"].create(
            {
                "card_id": card.id,
                "new_balance": card.points + points,
                "description": self.env._("Ticket %s", self.ticket_id.number),
            }
        ).action_update_card_point()
