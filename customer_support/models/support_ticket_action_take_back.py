"""A voucher or points that were given by mistake, taken back while they are unused."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

GESTURES = ("voucher", "points")


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    balance_card_id = fields.Many2one(
        "loyalty.card",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer's card to which this was added.",
    )
    may_take_back = fields.Boolean(compute="_compute_may_take_back")

    @api.depends("state", "kind", "requested_by")
    @api.depends_context("uid")
    def _compute_may_take_back(self):
        for action in self:
            is_given = action.state == "done" and action.kind in GESTURES
            action.may_take_back = is_given and action._is_own_or_managed()

    def _is_own_or_managed(self):
        user = self.env.user
        return self.requested_by == user or user.has_group(
            "customer_support.group_support_manager"
        )

    def _top_up(self, card, points):
        self.balance_card_id = card
        return super()._top_up(card, points)

    def action_take_back(self):
        """Take back a voucher or points of which the customer has used nothing yet.

        :raise AccessError: for others than the giver and managers
        :raise UserError: when it has been used, or was taken back before
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        if not self._is_own_or_managed():
            raise AccessError(
                self.env._(
                    "Only %s or a manager can take this back.", self.requested_by.name
                )
            )
        # sudo: support.ticket.action, loyalty.card: written by the system alone, after
        # the checks above; an agent has no rights on the cards of customers
        action = self.sudo().with_company(self.company_id)
        action._lock_row()
        if action.state != "done" or action.kind not in GESTURES:
            raise UserError(
                self.env._(
                    "%s cannot be taken back: only a voucher or points that were given"
                    " can.",
                    action.display_name,
                )
            )
        for card in action._find_given_cards():
            action._empty_card(card)
        action.state = "cancelled"
        action._log("taken_back", by=self.env.uid, amount=action.amount)
        action._tell_taken_back()

    def _find_given_cards(self):
        """The cards that hold what was given, each locked.

        :raise UserError: when there is none any more
        """
        cards = self.with_context(active_test=False).card_ids
        cards = cards or self.balance_card_id or self._find_former_card()
        if not cards:
            raise UserError(
                self.env._("The voucher is gone from the store: nothing to take back.")
            )
        # Written, so that an order that uses it at this moment waits, or is waited for.
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE loyalty_card SET write_date = write_date"
                " WHERE id IN %s RETURNING id",
                tuple(cards.ids),
            )
        )
        cards.invalidate_recordset()
        return cards

    def _find_former_card(self):
        """The card of an action from before it was written down."""
        partner = self.ticket_id.partner_id
        domain = [
            ("program_id", "=", self.program_id.id),
            ("partner_id", "=", partner.id),
        ]
        cards = self.env["loyalty.card"]
        return cards.search(domain, order="id", limit=1) if partner else cards

    def _empty_card(self, card):
        """Take what was given from a card, by Odoo's own wizard.

        :raise UserError: when a part of it has been used
        """
        given = self.points if self.kind == "points" else self.amount
        left = card.points - given
        if card.currency_id:
            left = card.currency_id.round(left)
        if left < 0:
            raise UserError(
                self.env._(
                    "The customer has used it: %(left)s of %(given)s are left. What is"
                    " spent cannot be taken back.",
                    left=card._format_points(card.points),
                    given=card._format_points(given),
                )
            )
        self.env["loyalty.card.update.balance"].create(
            {
                "card_id": card.id,
                "new_balance": left,
                "description": self.env._(
                    "Ticket %s: taken back", self.ticket_id.number
                ),
            }
        ).action_update_card_point()
        if card in self.card_ids:
            # Its code opens nothing any more.
            card.action_archive()

    def _tell_taken_back(self):
        self.ticket_id.message_post(
            body=self.env._(
                "%s was taken back. The customer is not told by this.",
                self.display_name,
            ),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
