import json
from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import file_open


class SupportDemo(models.AbstractModel):
    """Cases of the demo data in which something is done in the store."""

    _inherit = "support.demo"

    @api.model
    def _load_store_cases(self):
        """Open the cases of ``demo/support_store_demo.json`` and resolve them."""
        with file_open("customer_support/demo/support_store_demo.json") as file:
            cases = json.load(file)
        quiet = self.with_context(
            mail_create_nolog=True,
            mail_notrack=True,
            tracking_disable=True,
            loyalty_no_mail=True,
        )
        for case in cases:
            ticket = quiet._play({**case, "order": None})
            order = quiet._buy(case)
            ticket.sale_order_id = order
            quiet._resolve(ticket, order, case["action"])

    def _buy(self, case):
        """An order as the case needs it: sent, paid on line or by bank, or neither."""
        bought = case["bought"]
        now = fields.Datetime.now()
        order = self.env["sale.order"].create(
            {
                "partner_id": self._ref(case["customer"]).id,
                # In the company's currency, whatever the customer's country.
                "pricelist_id": False,
                "date_order": now - timedelta(days=case["days"] + 6),
                "order_line": [
                    Command.create(
                        {
                            "product_id": self._ref(xmlid).id,
                            "product_uom_qty": quantity,
                        }
                    )
                    for xmlid, quantity in bought["products"].items()
                ],
            }
        )
        order.action_confirm()
        if bought.get("is_sent"):
            self._deliver(order.picking_ids, now - timedelta(days=case["days"] + 1))
        if bought.get("paid") == "online":
            self._pay_online(order)
        if bought.get("is_sent") or bought.get("paid") == "bank":
            order._create_invoices(final=True).action_post()
        if bought.get("paid") == "bank":
            self._pay_by_bank(order)
        return order

    def _pay_online(self, order):
        """Pay with the provider for demonstrations, where it is installed."""
        provider = self.env["payment.provider"].search(
            [("code", "=", "demo"), ("state", "=", "test")], limit=1
        )
        if not provider:
            return
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id,
                "reference": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
                "operation": "online_direct",
            }
        )
        transaction._set_done()
        # Booked without the rest of the checkout, which would send mail.
        transaction._create_payment()
        transaction.is_post_processed = True

    def _pay_by_bank(self, order):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=order.invoice_ids.ids
        ).create({}).action_create_payments()

    def _resolve(self, ticket, order, wanted):
        """Let the ticket's agent ask for the action of the case."""
        agent = ticket.user_id
        lines = order.order_line.filtered(lambda line: not line.display_type)[:1]
        values = dict(wanted.get("values", {}))
        if address := wanted.get("address"):
            partner = order.partner_id
            country = partner.country_id
            values["address_id"] = partner._create_support_address(
                {**address, "country_id": country.id}
            ).id
        own = ticket.with_user(agent)
        action = own.env["support.ticket.action"]._request(
            own,
            wanted["kind"],
            uuid4().hex,
            [
                {"sale_line_id": line.id, "quantity": wanted["quantity"]}
                for line in lines
                if "quantity" in wanted
            ],
            **values,
        )
        self._answer_refunds(action.with_env(self.env).transaction_ids)

    def _answer_refunds(self, refunds):
        """Let the provider say yes: no refund of the demo data waits for the worker."""
        for refund in refunds:
            refund.support_sending = "sent"
            refund._set_done()
            refund._create_payment()
            refund.is_post_processed = True
            if not refund.invoice_ids:
                payments = refund.payment_id | refund.source_transaction_id.payment_id
                payments.move_id._reconcile_support_receivables()

    @api.model
    def _merge_cases(self, loser_name, survivor_name):
        """Merge two cases of the demo data, found by their subjects."""
        tickets = self.env["support.ticket"]
        loser = tickets.search([("name", "=", loser_name)], limit=1)
        loser._merge_into(tickets.search([("name", "=", survivor_name)], limit=1))
