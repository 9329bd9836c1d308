"""What is done in the store for a ticket: each thing once, through one door."""

from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_amount

KINDS = [
    ("return", "Return"),
    ("exchange", "Exchange"),
    ("refund", "Refund"),
    ("reship", "Send again"),
    ("cancel_order", "Cancel the order"),
    ("cancel_line", "Cancel products"),
    ("change_address", "Change the delivery address"),
    ("voucher", "Voucher"),
    ("points", "Loyalty points"),
]
STATES = [
    ("to_approve", "Waiting for approval"),
    ("done", "Carried out"),
    ("refused", "Refused"),
    ("cancelled", "Withdrawn"),
]
# Kinds that are about an order.
ORDER_KINDS = {name for name, _label in KINDS} - {"voucher", "points"}


class SupportTicketAction(models.Model):
    """A store action: what was asked for, who decided, and the documents it made.

    ``_request`` is the way in and ``_execute`` the one place where Odoo's documents are
    made. A kind says with ``_check_<kind>``, ``_execute_<kind>`` and
    ``_get_open_points_<kind>`` what it needs, does, and leaves open.
    """

    _name = "support.ticket.action"
    _inherit = ["support.system.written.mixin", "support.due.job.mixin"]
    _description = "Store Action of a Ticket"
    _order = "id desc"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="restrict", index=True, readonly=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="to_approve")
    request_key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid4().hex,
        help="Whoever asks again with the same key gets what was done the first time.",
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    line_ids = fields.One2many(
        "support.ticket.action.line", "action_id", "Products", readonly=True
    )
    reason = fields.Char(readonly=True, help="Why this is done, for colleagues.")
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    amount = fields.Monetary(
        readonly=True, help="What it is worth: the money or goods given away."
    )
    requested_by = fields.Many2one(
        "res.users", readonly=True, required=True, default=lambda self: self.env.user
    )
    executed_at = fields.Datetime("Carried out on", readonly=True)
    open_points = fields.Text(
        "Still open",
        compute="_compute_open_points",
        compute_sudo=True,
        help="What has to happen until goods and money match.",
    )
    is_settled = fields.Boolean(
        "Goods and money match", compute="_compute_open_points", compute_sudo=True
    )

    _request_key_unique = models.UniqueIndex(
        "(request_key)", "This has been asked for already."
    )

    @api.depends("order_id", "ticket_id")
    def _compute_currency_id(self):
        for action in self:
            company = action.ticket_id.company_id
            action.currency_id = action.order_id.currency_id or company.currency_id

    @api.depends("kind", "order_id", "amount", "currency_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for action in self:
            parts = [labels[action.kind], action.sudo().order_id.name]
            if action.amount:
                parts.append(action._format_amount(action.amount))
            action.display_name = " · ".join(filter(None, parts))

    @api.depends(
        "state",
        "picking_ids.state",
        "move_ids.payment_state",
        "transaction_ids.state",
        "transaction_ids.support_sending",
        "by_hand_amount",
        "by_hand_paid_by",
    )
    def _compute_open_points(self):
        for action in self:
            points = action._get_open_points()
            action.open_points = "\n".join(points)
            action.is_settled = not points

    def _format_amount(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    # --- the log ----------------------------------------------------------------

    def _log(self, step, **details):
        """Put a step into the ticket's history, which nobody can edit."""
        self.ticket_id._record_event(
            "action",
            payload={"action": self.id, "kind": self.kind, "step": step, **details},
        )

    # --- the way in -------------------------------------------------------------

    @api.model
    def _request(self, ticket, kind, request_key, lines=(), **values):
        """Ask for something to be done; do it at once unless somebody has to approve.

        :param ticket: ``support.ticket``, as the user who asks
        :param str kind: one of ``KINDS``
        :param str request_key: unguessable, one for each time something is asked for
        :param lines: dicts of values of ``support.ticket.action.line``
        :param values: further values of the action
        :return: the action; the earlier one when ``request_key`` was used before
        :raise AccessError: if the user may not work on this ticket
        :raise UserError: if it is not possible, or not allowed; the message says why
        """
        ticket.ensure_one()
        ticket._check_may_request_action()
        # sudo: support.ticket.action: written by the system alone, after the check of
        # the ticket; the documents are made by _execute
        action = self.sudo().with_company(ticket.company_id)
        order = action.env["sale.order"].browse(values.get("order_id")) or (
            ticket.sudo().sale_order_id if kind in ORDER_KINDS else None
        )
        ticket._lock_for_action(order)
        if found := action.search([("request_key", "=", request_key)]):
            return found._check_same_request(ticket, kind)
        action = action.create(
            {
                **values,
                "ticket_id": ticket.id,
                "kind": kind,
                "request_key": request_key,
                "order_id": order.id if order else False,
                "requested_by": self.env.uid,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        action._check_possible()
        action._judge_policy()
        action._log("requested", amount=action.amount)
        if action._needs_approval():
            action._ask_for_approval()
        else:
            action._execute()
        return action

    def _check_same_request(self, ticket, kind):
        if self.ticket_id != ticket or self.kind != kind:
            raise UserError(
                self.env._("This form belongs to something else. Please open it again.")
            )
        return self

    def _check_possible(self):
        """Refuse what cannot be done, and find out what it is worth.

        :raise UserError: with what, why and how to mend it
        """
        self.ensure_one()
        if self.kind in ORDER_KINDS and not self.order_id:
            raise UserError(
                self.env._("Please choose first which order the ticket is about.")
            )
        if self.order_id and not self.ticket_id._is_action_order(self.order_id):
            raise UserError(
                self.env._(
                    "Order %s is not the order of this ticket.", self.order_id.name
                )
            )
        if self.line_ids.sale_line_id.order_id - self.order_id:
            raise UserError(
                self.env._("One of the products is not of the order of this ticket.")
            )
        self._check_each_once()
        getattr(self, f"_check_{self.kind}")()

    def _check_each_once(self):
        """Refuse a product that is named twice: each line is checked by itself.

        :raise UserError: unless they are different lots or parts that come back
        """
        by_lot = self.kind in ("return", "exchange")
        named = {
            (line.sale_line_id, by_lot and line.lot_id, by_lot and line.part_id)
            for line in self.line_ids
        }
        if len(named) < len(self.line_ids):
            raise UserError(
                self.env._("Please choose each product once, with its whole quantity.")
            )

    def _execute(self):
        """Carry it out: the one place where documents are made for an agent.

        All of it happens in one transaction, so that a failure leaves nothing half
        done; what has to reach somebody else, such as money at a provider, is left to a
        worker that never does it twice (``support_ticket_action_payment.py``).
        """
        self.ensure_one()
        # sudo: orders, stock, invoices, loyalty cards: an agent has no rights on them.
        # Policy, limit, approval and access to the ticket are checked by now, and what
        # is written follows from this action alone.
        action = self.sudo().with_company(self.company_id)
        getattr(action, f"_execute_{self.kind}")()
        action.write({"state": "done", "executed_at": fields.Datetime.now()})
        action._log("done", amount=action.amount)
        action._tell_colleagues()

    def _tell_colleagues(self):
        self.ticket_id.message_post(
            body=self.env._("Done: %s", self.display_name),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _lock_row(self):
        """Let decisions on one action pass one by one.

        The row is written: a transaction that had to wait is refused by the database
        and repeated by Odoo, and then sees what was decided.
        """
        self.env.execute_query(
            SQL(
                "UPDATE support_ticket_action SET write_date = write_date"
                " WHERE id = %s RETURNING id",
                self.id,
            )
        )
        self.invalidate_recordset()

    # --- what is left -----------------------------------------------------------

    def _get_open_points(self):
        """What has to happen until goods and money of this action match.

        :return: list of sentences; empty when nothing is left to do
        """
        self.ensure_one()
        if self.state == "to_approve":
            return [self.env._("%s waits for approval.", self.display_name)]
        if self.state != "done":
            return []
        find = getattr(self, f"_get_open_points_{self.kind}", None)
        return find() if find else []
