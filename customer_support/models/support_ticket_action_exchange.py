"""Goods come back and others go out: one action, its two sides tied together."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .support_ticket_action_order import unlocked


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    _due_job_column = "reserved_until"

    reserve_hours = fields.Integer(
        "Keep the goods for (hours)",
        readonly=True,
        help="How long the replacement is kept for the customer while nothing has come"
        " back; 0 means until it is sent.",
    )
    reserved_until = fields.Datetime(
        "Kept until", readonly=True, index="btree_not_null"
    )
    accept_backorder = fields.Boolean(
        "Also when out of stock",
        readonly=True,
        help="Promise the goods though they have to be bought or made first.",
    )

    def _check_exchange(self):
        self._check_return()
        for line in self.line_ids:
            if line.part_id and line.new_product_id not in (
                line.part_id,
                line.new_product_id.browse(),
            ):
                raise UserError(
                    self.env._(
                        "A part is exchanged for the same part. For another product,"
                        " let the whole come back."
                    )
                )
            self._check_stock(self._get_replacement(line), line.quantity)
        self.amount = 0.0

    def _get_replacement(self, line):
        """The product that the customer gets for a line of this action."""
        return line.new_product_id or line.part_id or line.sale_line_id.product_id

    def _check_stock(self, product, quantity):
        """Refuse to promise goods that are not there.

        :raise UserError: unless the agent accepts to wait for them
        """
        if self.accept_backorder or not product._has_support_stock():
            return
        warehouse = self.order_id.warehouse_id
        free = product.with_context(warehouse_id=warehouse.id).free_qty
        if product.uom_id.compare(quantity, free) > 0:
            raise UserError(
                self.env._(
                    "Only %(free)s × %(product)s are free in %(warehouse)s. Choose"
                    " another product, or accept that it is sent later.",
                    free=f"{free:g}",
                    product=product.display_name,
                    warehouse=warehouse.name,
                )
            )

    def _execute_exchange(self):
        is_same = all(
            self._get_replacement(line) == (line.part_id or line.product_id)
            for line in self.line_ids
        )
        if is_same:
            self._create_returns("action_create_exchanges")
        else:
            self._create_returns()
            self._sell_replacements()
        self._adopt_deliveries()
        self._reserve_replacement()

    def _sell_replacements(self):
        """Put the other products on the order, and settle the difference in price."""
        credit = self._credit_lines(self.line_ids, "returned")
        with unlocked(self.order_id) as order:
            lines = self.env["sale.order.line"].with_context(support_action_id=self.id)
            added = lines.create(
                [
                    {
                        "order_id": order.id,
                        "product_id": self._get_replacement(line).id,
                        "product_uom_qty": line.quantity,
                    }
                    for line in self.line_ids
                ]
            )
        invoice = self._invoice_lines(added)
        self._settle(credit, invoice)

    def _invoice_lines(self, sale_lines):
        """Invoice new lines at once, whatever the products' invoicing policy."""
        order = self.order_id
        invoice = self.env["account.move"].create(
            {
                **order._prepare_invoice(),
                "transaction_ids": False,
                "support_action_id": self.id,
                "invoice_line_ids": [
                    Command.create(
                        line._prepare_invoice_line(quantity=line.product_uom_qty)
                    )
                    for line in sale_lines
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _settle(self, credit, invoice):
        """Set credit and invoice off against each other; pay back what is left."""
        (credit + invoice)._reconcile_support_receivables()
        owed = sum(credit.mapped("amount_residual"))
        self.amount = owed
        if owed:
            self._pay_back(owed)

    def _adopt_deliveries(self):
        """Tie the deliveries that this action made to it, and reserve their goods."""
        moves = self.env["stock.move"].search([("support_action_id", "=", self.id)])
        made = moves.picking_id
        # Odoo may put the goods into a delivery of another action that is still open.
        made.filtered(lambda p: not p.support_action_id).support_action_id = self
        if waiting := made.filtered(lambda p: p.state in ("confirmed", "waiting")):
            waiting.action_assign()

    def _get_replacements(self):
        """The transfers of this action that go out to the customer."""
        return self.picking_ids - self._get_returns()

    def _reserve_replacement(self):
        if self.reserve_hours:
            now = fields.Datetime.now()
            self.reserved_until = now + timedelta(hours=self.reserve_hours)

    @api.model
    def _cron_release_reservations(self):
        """Do what is due. Stores that run already have the job under this name, and an
        update leaves their jobs alone.
        """
        self._cron_run_due()

    def _run_due(self, now):
        """Give back stock that was kept for a customer who sent nothing in time."""
        self._release_reservation()

    def _release_reservation(self):
        self.reserved_until = False
        if any(back.state == "done" for back in self._get_returns()):
            return
        waiting = self._get_replacements().filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        waiting.do_unreserve()
        self.ticket_id.message_post(
            body=self.env._(
                "%s: nothing has come back in time, so the goods are no longer kept.",
                self.display_name,
            ),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _get_open_points_exchange(self):
        return self._get_open_goods() + self._get_open_money()
