"""The store actions of a ticket, and whether goods and money match."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# In the context when a person has seen what is open and has said why it is solved all
# the same. No client can send it: what comes from outside is text.
CLOSE_CONFIRMED = object()


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    action_ids = fields.One2many(
        "support.ticket.action", "ticket_id", "Store actions", readonly=True
    )
    action_count = fields.Integer(compute="_compute_action_count")

    possible_actions = fields.Char(
        compute="_compute_possible_actions", compute_sudo=True
    )

    @api.depends("sale_order_id", "partner_id", "action_ids")
    def _compute_possible_actions(self):
        for ticket in self:
            ticket.possible_actions = f" {' '.join(ticket._get_possible_actions())} "

    def _get_possible_actions(self):
        """What the present state of the order allows to be done for this ticket.

        Policy, limits and approval come on top of that.

        :return: list of kinds of ``support.ticket.action``
        """
        self.ensure_one()
        kinds = self.sale_order_id._get_possible_support_actions()
        # sudo: loyalty.program: only whether there is one
        if self.sudo().company_id.support_voucher_program_id:
            kinds.append("voucher")
        programs = self.env["support.ticket.action"].sudo()
        if self.partner_id and programs._find_points_program(self.company_id):
            kinds.append("points")
        return kinds

    @api.depends("action_ids")
    def _compute_action_count(self):
        for ticket in self:
            ticket.action_count = len(ticket.action_ids)

    def write(self, vals):
        if "stage_id" in vals:
            stage = self.env["support.stage"].browse(vals["stage_id"])
            if stage.kind == "solved":
                self._check_goods_and_money()
        return super().write(vals)

    # --- goods and money match ----------------------------------------------------

    def _get_open_points(self):
        """What is promised or begun for these tickets and not over yet.

        :return: list of sentences for staff
        """
        # sudo: support.ticket.action: reads the states of documents, names them only
        actions = self.sudo().action_ids
        return [point for action in actions for point in action._get_open_points()]

    def _check_goods_and_money(self):
        """Refuse that a person calls a ticket solved while goods or money are missing.

        A customer who says that all is well is believed, and whoever has seen what is
        open may go on (``support.close.ticket``).

        :raise UserError: with what is open
        """
        person = self.env.user
        if person.share or person._is_superuser():
            return
        if self.env.context.get("support_close_confirmed") is CLOSE_CONFIRMED:
            return
        open_points = self.filtered(lambda t: not t.closed_at)._get_open_points()
        if open_points:
            raise UserError(
                self.env._(
                    "This ticket is not solved yet:\n%(points)s\nUse the button"
                    " “Solve” of the ticket to close it all the same.",
                    points="\n".join(open_points),
                )
            )

    def _close_idle(self):
        """Leave open what the store owes goods or money for, whoever is silent."""
        settled = self.filtered(lambda ticket: not ticket._get_open_points())
        return super(SupportTicket, settled)._close_idle()

    # --- for the actions ----------------------------------------------------------

    def _check_may_request_action(self):
        """Whether the user may have something done for this ticket.

        Staff who work on it may, and the customer whose ticket it is: for him the
        policy and the state of the order decide what is offered. So may a guest who
        has just proven with a code that the order of this ticket is his.

        :raise AccessError: if not
        """
        if not self.env.user.share:
            self.check_access("write")
        elif not (
            self._is_requester(self.env.user.partner_id) or self._is_proven_by_guest()
        ):
            raise AccessError(self.env._("This is the ticket of somebody else."))

    def _is_proven_by_guest(self):
        """Whether whoever asks is a guest and this ticket's order is proven by code."""
        if not self.env.user._is_public():
            return False
        ticket = self.sudo()  # sudo: support.ticket: its order is compared, no more
        proven = ticket.identity_id._get_proven_orders()
        return bool(ticket.sale_order_id) and ticket.sale_order_id in proven

    def _is_action_order(self, order):
        """Whether something may be done about an order for the sake of this ticket."""
        self.ensure_one()
        return order == self.sudo().sale_order_id

    def _lock_for_action(self, order):
        """Let actions on one order, and on one ticket, pass one by one.

        The rows are written: a transaction that had to wait is refused by the database
        and repeated by Odoo, and then sees what the first one did.
        """
        self.ensure_one()
        self.env.flush_all()
        if order:
            self.env.execute_query(
                SQL(
                    "UPDATE sale_order SET write_date = write_date"
                    " WHERE id = %s RETURNING id",
                    order.id,
                )
            )
        self.env.execute_query(
            SQL(
                "UPDATE support_ticket SET write_date = write_date"
                " WHERE id = %s RETURNING id",
                self.id,
            )
        )

    def action_open_store_action(self):
        """Open the window for a store action; the context says which kind."""
        self.ensure_one()
        kind = self.env.context.get("support_action_kind", "refund")
        return self.env["support.store.action"]._open(self, kind)
