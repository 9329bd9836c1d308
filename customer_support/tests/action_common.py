from uuid import uuid4

from odoo import Command

from .store_common import StoreCommon


class ActionCommon(StoreCommon):
    """An order that was paid on line, delivered and invoiced, and an agent alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"support_limit_agent": 0, "support_limit_manager": 0})
        if "support.return.policy" in cls.env:
            cls.env["support.return.policy"].search([]).active = False
        cls.env["payment.provider"].search([("code", "=", "demo")]).write(
            {"state": "test"}
        )
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "ICMS 18 %",
                "amount": 18,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                "company_id": cls.company.id,
            }
        )
        cls.tax_included = cls.tax.copy(
            {"name": "VAT 18 % included", "price_include_override": "tax_included"}
        )
        # The demo data gives some customers a discount.
        cls.pricelist = cls.env["product.pricelist"].create({"name": "List prices"})
        cls.provider = cls.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def make_product(cls, name, price, stock=100):
        """Goods without tax of which so many are in the store."""
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "taxes_id": False,
            }
        )
        cls.stock_up(product, stock)
        return product

    # --- an order -------------------------------------------------------------------

    @classmethod
    def buy(cls, items, tax=None, policy="order", **values):
        """A confirmed order of {product: quantity}; all products bear the tax."""
        for product in items:
            product.invoice_policy = policy
        values.setdefault("pricelist_id", cls.pricelist.id)
        order = cls.make_order(list(items.items()), **values)
        order.order_line.tax_ids = tax or False
        order.action_confirm()
        return order

    @classmethod
    def pay(cls, order, amount=None, state="done"):
        """Pay online, as the shop's checkout does, and book it."""
        method = cls.provider.payment_method_ids[:1]
        transaction = cls.env["payment.transaction"].create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": method.id,
                "reference": f"{order.name}-{uuid4().hex[:6]}",
                "amount": amount or order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
                "operation": "online_direct",
            }
        )
        getattr(transaction, f"_set_{state}")()
        if state == "done":
            transaction._post_process()
        return transaction

    @classmethod
    def invoice(cls, order):
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    @classmethod
    def ship(cls, order, quantities=None):
        """Deliver what was ordered, or {product: quantity} of it."""
        if quantities is None:
            quantities = {
                line.product_id: line.product_uom_qty
                for line in order.order_line
                if line.product_id.type == "consu"
            }
        return cls.deliver(order, quantities)

    @classmethod
    def buy_pay_send_invoice(cls, items, **values):
        order = cls.buy(items, **values)
        cls.pay(order)
        cls.ship(order)
        cls.invoice(order)
        return order

    def make_order_ticket(self, order, **values):
        return self.make_ticket(sale_order_id=order.id, **values)

    # --- what the agent does ----------------------------------------------------------

    def request(self, ticket, kind, items=(), key=None, user=None, **values):
        """Ask as an agent for {order line: quantity, or values of a line}."""
        lines = []
        pairs = items.items() if isinstance(items, dict) else items
        for sale_line, wanted in pairs:
            if not isinstance(wanted, dict):
                wanted = {"quantity": wanted}
            lines.append({"sale_line_id": sale_line.id, **wanted})
        self.env.flush_all()
        ticket = ticket.with_user(user or self.agent)
        return (
            ticket.env["support.ticket.action"]
            ._request(ticket, kind, key or uuid4().hex, lines, **values)
            .with_env(self.env)
        )

    def send_refunds(self):
        """Let the worker send what is written down."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            with self.registry.cursor() as cr:
                env = self.env(cr=cr)
                env["payment.transaction"].sudo()._cron_send_support_refunds()
        self.env.invalidate_all()

    def receive(self, picking):
        """Goods come in, or go out, as planned."""
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def assertMoney(self, amount, expected):
        # To the cent: a sum in another order may leave a trace of a float below zero.
        self.assertEqual(*(f"{round(one, 2) + 0.0:.2f}" for one in (amount, expected)))

    # --- what the books and the provider say ----------------------------------------

    def assertBooks(self, order, billed, online=None, owed=0.0):
        """Compare an order's money with accounting and provider, not with our columns.

        :param float billed: what all invoices less all credit notes ask for
        :param float online: what providers took less what they gave back; as billed
            when not given
        :param float owed: what the customer still has to pay, below zero for what he
            has to get
        """
        self.env.flush_all()
        self.env.invalidate_all()
        receivable = self.env["account.move.line"].search(
            [
                ("partner_id", "=", order.partner_id.commercial_partner_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        documents = receivable.move_id.filtered(lambda move: move.is_invoice())
        self.assertMoney(
            sum(move.amount_total * -move.direction_sign for move in documents), billed
        )
        self.assertMoney(sum(receivable.mapped("amount_currency")), owed)
        self.assertMoney(sum(receivable.mapped("amount_residual_currency")), owed)
        payments = self.env["payment.transaction"].search(
            [("partner_id", "=", order.partner_id.id), ("state", "=", "done")]
        )
        # What was captured in parts is counted by its parts.
        payments -= payments.child_transaction_ids.filtered(
            lambda tx: tx.operation != "refund"
        ).source_transaction_id
        paid = sum(payments.mapped("amount"))
        self.assertMoney(paid, billed if online is None else online)
