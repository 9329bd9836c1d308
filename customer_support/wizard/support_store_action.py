from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.support_ticket_action import KINDS

LINE_KINDS = ("return", "exchange", "refund", "reship", "cancel_line")


class SupportStoreAction(models.TransientModel):
    """The window in which an agent has something done in the store for a ticket."""

    _name = "support.store.action"
    _description = "Store Action"

    ticket_id = fields.Many2one("support.ticket", required=True, readonly=True)
    order_id = fields.Many2one(related="ticket_id.sale_order_id")
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    request_key = fields.Char(
        required=True, readonly=True, default=lambda self: uuid4().hex
    )
    line_ids = fields.One2many("support.store.action.line", "wizard_id", "Products")
    has_lines = fields.Boolean(compute="_compute_has_lines")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    reason = fields.Char(help="Why, for colleagues; it stands in the ticket.")
    amount = fields.Monetary("Worth", help="What the voucher is worth.")
    points = fields.Float()
    money_left = fields.Monetary(
        "Paid and not given back", compute="_compute_money", compute_sudo=True
    )
    total = fields.Monetary(
        "Will be given back",
        compute="_compute_money",
        compute_sudo=True,
        help="With tax, and less the share of discounts on the order.",
    )
    problem = fields.Char(compute="_compute_money", compute_sudo=True)
    policy_explanation = fields.Text(compute="_compute_policy", compute_sudo=True)
    is_denied = fields.Boolean(compute="_compute_policy", compute_sudo=True)
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

    @api.depends("line_ids.quantity", "line_ids.percent", "line_ids.is_chosen")
    def _compute_money(self):
        for wizard in self:
            order = wizard.order_id
            wizard.money_left = order._get_support_money_left() if order else 0
            wizard.total, wizard.problem = wizard._try_total()

    def _try_total(self):
        """What a refund would give back, and why it cannot be, if it cannot."""
        if self.kind not in ("refund", "cancel_line") or not self._get_chosen():
            return 0.0, False
        draft = self.env["support.ticket.action"].new(
            {
                "ticket_id": self.ticket_id.id,
                "order_id": self.order_id.id,
                "currency_id": self.currency_id.id,
                "kind": self.kind,
                "line_ids": [
                    Command.create(values) for values in self._prepare_lines()
                ],
            }
        )
        try:
            getattr(draft, f"_check_{self.kind}")()
        except UserError as error:
            return 0.0, str(error)
        return draft.amount, False

    @api.depends("line_ids.is_chosen")
    def _compute_policy(self):
        policies = self.env["support.return.policy"]
        for wizard in self:
            wizard.policy_explanation, wizard.is_denied = False, False
            if wizard.kind not in ("return", "exchange"):
                continue
            lines = wizard.line_ids.sale_line_id
            verdicts = policies._judge(lines, wizard.ticket_id.reason_id)
            chosen = [verdicts[line.sale_line_id] for line in wizard._get_chosen()]
            shown = [v for v in chosen if not v.allowed] or chosen
            wizard.policy_explanation = "\n".join(
                dict.fromkeys(verdict.explanation for verdict in shown)
            )
            wizard.is_denied = any(not verdict.allowed for verdict in chosen)

    # --- open -----------------------------------------------------------------------

    @api.model
    def _open(self, ticket, kind):
        """The window for one kind of action, with what the ticket is about chosen.

        :param ticket: ``support.ticket``
        :param str kind: one of ``KINDS``
        """
        ticket.check_access("write")
        labels = dict(self._fields["kind"]._description_selection(self.env))
        wizard = self.create(
            {
                "ticket_id": ticket.id,
                "kind": kind,
                "reason": ticket.reason_id.name,
                "country_id": ticket.sale_order_id.partner_shipping_id.country_id.id,
                "line_ids": [
                    Command.create(values)
                    for values in self._prepare_choices(ticket, kind)
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": labels[kind],
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _prepare_choices(self, ticket, kind):
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
            choices.append(
                {
                    "sale_line_id": sale_line.id,
                    "is_chosen": bool(named),
                    "quantity": min(named.quantity, possible) if named else possible,
                    "possible": possible,
                    "lot_id": named.lot_id.id if named else False,
                }
            )
        if len(choices) == 1:
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

        :raise UserError: if it is not possible or not allowed
        """
        self.ensure_one()
        self.env["support.ticket.action"]._request(
            self.ticket_id,
            self.kind,
            self.request_key,
            self._prepare_lines(),
            **self._prepare_values(),
        )
        return {"type": "ir.actions.act_window_close"}


class SupportStoreActionLine(models.TransientModel):
    """A product that may be chosen for a store action."""

    _name = "support.store.action.line"
    _description = "Product of a Store Action"

    wizard_id = fields.Many2one(
        "support.store.action", required=True, ondelete="cascade"
    )
    sale_line_id = fields.Many2one("sale.order.line", required=True, readonly=True)
    product_id = fields.Many2one(related="sale_line_id.product_id")
    is_chosen = fields.Boolean("Chosen")
    quantity = fields.Float(digits="Product Unit")
    possible = fields.Float("Of", digits="Product Unit", readonly=True)
    percent = fields.Float("% of the price", default=100.0)
    lot_id = fields.Many2one(
        "stock.lot", "Lot or serial number", domain="[('id', 'in', lot_ids)]"
    )
    lot_ids = fields.Many2many(
        "stock.lot", compute="_compute_lot_ids", compute_sudo=True
    )
    new_product_id = fields.Many2one(
        "product.product",
        "Instead",
        domain=[("sale_ok", "=", True)],
        help="Empty means the same product again.",
    )

    @api.depends("sale_line_id")
    def _compute_lot_ids(self):
        for line in self:
            line.lot_ids = list(line.sale_line_id._get_delivered_lots())

    @api.onchange("quantity", "new_product_id", "lot_id")
    def _onchange_quantity(self):
        if self._origin:
            self.is_chosen = True
