from uuid import uuid4

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty

from ..models.support_ticket_action import KINDS
from ..tools import placeholders

LINE_KINDS = ("return", "exchange", "refund", "reship", "cancel_line")


class SupportStoreAction(models.TransientModel):
    """The window in which an agent has something done in the store for a ticket."""

    _name = "support.store.action"
    _inherit = "support.macro.reply.mixin"
    _description = "Store Action"

    order_id = fields.Many2one(related="ticket_id.sale_order_id")
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    request_key = fields.Char(
        required=True, readonly=True, default=lambda self: uuid4().hex
    )
    line_ids = fields.One2many("support.store.action.line", "wizard_id", "Products")
    has_lines = fields.Boolean(compute="_compute_has_lines")
    has_lots = fields.Boolean(compute="_compute_has_lots")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    is_reply_handled = fields.Boolean(readonly=True)
    reason = fields.Char(help="Why, for colleagues; it stands in the ticket.")
    amount = fields.Monetary("Worth", help="What the voucher is worth.")
    points = fields.Float()
    is_manager = fields.Boolean(compute="_compute_is_manager")
    override_reason = fields.Char(
        "Exception because", help="Why the return policy does not hold this time."
    )
    accept_backorder = fields.Boolean(
        "Also when out of stock", help="The goods are promised, and sent later."
    )
    reserve_hours = fields.Integer(
        "Keep the goods for (hours)",
        default=0,
        help="How long the replacement is kept while nothing has come back; 0 means"
        " until it is sent.",
    )
    address_id = fields.Many2one("res.partner", "Another address of the customer")
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char("ZIP")
    city = fields.Char()
    state_id = fields.Many2one("res.country.state")
    country_id = fields.Many2one("res.country")

    @api.depends("kind")
    def _compute_has_lines(self):
        for wizard in self:
            wizard.has_lines = wizard.kind in LINE_KINDS

    @api.depends("line_ids.lot_ids")
    def _compute_has_lots(self):
        for wizard in self:
            wizard.has_lots = bool(wizard.line_ids.lot_ids)

    @api.depends("ticket_id")
    def _compute_currency_id(self):
        for wizard in self:
            order = wizard.ticket_id.sale_order_id
            wizard.currency_id = (
                order.currency_id or wizard.ticket_id.company_id.currency_id
            )

    @api.depends_context("uid")
    def _compute_is_manager(self):
        manager = "customer_support.group_support_manager"
        self.is_manager = self.env.user.has_group(manager)

    # --- open -----------------------------------------------------------------------

    @api.model
    def _open(self, ticket, kind, macro=None, body=None):
        """The window for one kind of action, with what the ticket is about chosen.

        :param ticket: ``support.ticket``
        :param str kind: one of ``KINDS``
        :param macro: ``support.macro`` that fills the fields and has a reply
        :param body: its reply, if the agent has seen and changed it
        """
        ticket.check_access("write")
        labels = dict(self._fields["kind"]._description_selection(self.env))
        values = {
            "ticket_id": ticket.id,
            "kind": kind,
            "reason": ticket.reason_id.name,
            "country_id": ticket.sale_order_id.partner_shipping_id.country_id.id,
            "line_ids": [
                Command.create(choice)
                for choice in self._prepare_choices(ticket, kind, macro)
            ],
        }
        if macro:
            values.update(macro._prepare_store_action_values(ticket))
        if body is not None:
            values["body"] = body
        wizard = self.create(values)
        return {
            "type": "ir.actions.act_window",
            "name": labels[kind],
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _prepare_choices(self, ticket, kind, macro=None):
        """Values of a line for each product of the order that this kind is for."""
        if kind not in LINE_KINDS:
            return []
        affected = {line.sale_line_id: line for line in ticket.line_ids}
        choices = []
        # sudo: sale.order.line: quantities of an order that the agent reads
        for sale_line in ticket.sudo().sale_order_id.order_line:
            possible = self._get_possible_quantity(sale_line, kind)
            if possible <= 0:
                continue
            named = affected.get(sale_line)
            choice = {
                "sale_line_id": sale_line.id,
                "is_chosen": bool(named),
                "quantity": min(named.quantity, possible) if named else possible,
                "possible": possible,
                "lot_id": named.lot_id.id if named else False,
            }
            if macro:
                macro._adapt_choice(choice, sale_line)
            choices.append(choice)
        if len(choices) == 1 and not macro:
            choices[0]["is_chosen"] = True
        return choices

    @api.model
    def _get_possible_quantity(self, sale_line, kind):
        if sale_line.display_type or sale_line.is_downpayment:
            return 0.0
        if kind == "refund":
            # Shipping can be refunded as well; discounts go along by themselves.
            is_price = sale_line.price_total > 0
            return sale_line._get_refundable_quantity() if is_price else 0.0
        if not sale_line._is_support_goods():
            return 0.0
        if kind == "cancel_line":
            return sale_line._get_unsent_quantity()
        return sale_line._get_returnable_quantity()

    # --- do -------------------------------------------------------------------------

    def _get_chosen(self):
        return self.line_ids.filtered(lambda line: line.is_chosen and line.quantity)

    def _prepare_lines(self):
        return [
            {
                "sale_line_id": line.sale_line_id.id,
                "quantity": line.quantity,
                "percent": line.percent if self.kind == "refund" else 100.0,
                "lot_id": line.lot_id.id,
                "new_product_id": line.new_product_id.id,
            }
            for line in self._get_chosen()
        ]

    def _prepare_values(self):
        values = {"reason": self.reason, "override_reason": self.override_reason}
        if self.kind in ("exchange", "reship"):
            values["accept_backorder"] = self.accept_backorder
            values["reserve_hours"] = self.reserve_hours
        if self.kind == "voucher":
            values["amount"] = self.amount
        if self.kind == "points":
            values["points"] = self.points
        if self.kind == "change_address":
            values["address_id"] = self._find_address().id
        return values

    def _find_address(self):
        if self.address_id:
            return self.address_id
        if not (self.street and self.city and self.country_id):
            raise UserError(self.env._("Please give street, city and country."))
        # sudo: res.partner: one delivery address for the order of this ticket
        customer = self.ticket_id.sudo().sale_order_id.partner_id
        # Kept: a second click finds it, and one at the same time has to wait.
        self.address_id = customer._create_support_address(
            {
                "street": self.street,
                "street2": self.street2,
                "zip": self.zip,
                "city": self.city,
                "state_id": self.state_id.id,
                "country_id": self.country_id.id,
            }
        )
        return self.address_id

    def action_do(self):
        """Have it done, once, however often the button is clicked.

        The reply of a macro leaves with it; not when somebody has to approve it first,
        for nothing is promised that may be refused.

        :raise UserError: if it is not possible or not allowed
        """
        self.ensure_one()
        if problem := self._find_typing_problem():
            raise UserError(problem)
        if self.macro_id:
            self._check_nothing_missing()
        action = self.env["support.ticket.action"]._request(
            self.ticket_id,
            self.kind,
            self.request_key,
            self._prepare_lines(),
            **self._prepare_values(),
        )
        if self.macro_id and not self.is_reply_handled:
            self.is_reply_handled = True
            self._handle_reply(action)
        return {"type": "ir.actions.act_window_close"}

    def _handle_reply(self, action):
        """Send the reply with what is known now; keep a note if it is too soon."""
        ticket, macro = self.ticket_id, self.macro_id
        late = ticket._get_placeholder_values(macro._get_late_names())
        if action.state == "done":
            ticket._apply_macro(macro, placeholders.fill_known(self.body, late))
        elif not is_html_empty(self.body):
            title = self.env._("Not sent, since it waits for approval:")
            ticket.message_post(
                body=Markup("<p>%s</p>%s") % (title, Markup(self.body)),
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )
