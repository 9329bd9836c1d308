from odoo import models
from odoo.tools import format_amount, format_date


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "support.document.mixin"]

    _support_ticket_field = "sale_order_id"
    _support_form_view = "customer_support.sale_order_view_form_support"

    def _prepare_support_ticket_values(self):
        return super()._prepare_support_ticket_values() | {
            "partner_id": self.partner_id.id,
            "website_id": self.website_id.id,
        }

    def _get_support_contacts(self):
        """Return who may ask about this order: who bought, pays and receives it."""
        return self.partner_id | self.partner_invoice_id | self.partner_shipping_id

    def _get_support_only_delivery(self):
        """Return the delivery to the customer when there is no doubt which one."""
        deliveries = self.picking_ids.filtered(
            lambda p: p.state != "cancel" and p.picking_type_code == "outgoing"
        )
        return deliveries if len(deliveries) == 1 else deliveries.browse()

    def _get_support_only_invoice(self):
        """Return the invoice of this order when there is no doubt which one."""
        invoices = self.invoice_ids.filtered(
            lambda m: m.state == "posted" and m.move_type == "out_invoice"
        )
        return invoices if len(invoices) == 1 else invoices.browse()

    def _prepare_support_summary(self):
        """Return what a list of orders shows of this one, ready to display."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "date": format_date(self.env, self.date_order),
            "state": self.state,
            "state_label": self._get_support_label("state"),
            "amount": format_amount(self.env, self.amount_total, self.currency_id),
            "delivery_label": self._get_support_label("delivery_status"),
        }

    def _prepare_support_values(self, ticket):
        """Return what the panel shows of this order, ready to display.

        :param ticket: the case, for the lines that it names as affected
        """
        self.ensure_one()
        return self._prepare_support_summary() | {
            "payment": self._prepare_support_payment(),
            "invoice_label": self._get_support_label("invoice_status"),
            "invoices": [
                invoice._prepare_support_values()
                for invoice in self.invoice_ids | self.invoice_ids.reversal_move_ids
            ],
            "promotions": self._get_support_promotions(),
            "lines": [
                line._prepare_support_values(ticket)
                for line in self.order_line
                if line._is_support_goods()
            ],
            "deliveries": [
                picking._prepare_support_values(ticket)
                for picking in self.picking_ids._filter_support_deliveries()
            ],
        }

    def action_view_support_deliveries(self):
        """Open the deliveries and returns of this order."""
        return self.env["stock.picking"]._get_support_action(
            name=self.env._("Deliveries"), domain=[("sale_id", "in", self.ids)]
        )

    def action_view_support_invoices(self):
        """Open the invoices and credit notes of this order."""
        return self.env["account.move"]._get_support_action(
            name=self.env._("Invoices"), domain=[("id", "in", self.invoice_ids.ids)]
        )

    def _get_support_promotions(self):
        """Return the names of the promotions and codes that this order used."""
        # sudo: loyalty.card: names of what was applied to an order that the agent
        # reads; the rights on cards and programs do not matter for that.
        rewards = self.sudo().order_line.filtered("reward_id")
        names = {}
        for line in rewards:
            program = line.reward_id.program_id
            code = program.trigger == "with_code" and line.coupon_id.code
            names.setdefault(f"{program.name} ({code})" if code else program.name)
        return list(names)

    # Payment

    def _prepare_support_payment(self):
        """Return the state of payment with its words, and the amount paid."""
        paid = self._get_support_paid_amount()
        state = self._get_support_payment_state(paid)
        labels = {
            "paid": self.env._("Paid"),
            "partial": self.env._("Partly paid"),
            "refunded": self.env._("Refunded"),
            "authorized": self.env._("Payment authorized"),
            "pending": self.env._("Payment pending"),
            "unpaid": self.env._("Not paid"),
        }
        return {
            "state": state,
            "label": labels[state],
            "amount": format_amount(self.env, paid, self.currency_id),
        }

    def _get_support_paid_amount(self):
        """Return what was paid less what was paid back, in the order's currency."""
        refunds = self._get_support_refunds().filtered(lambda tx: tx.state == "done")
        return max(0.0, self.currency_id.round(self._get_support_paid(refunds)))

    def _get_support_payment_state(self, paid):
        states = set(self._get_support_transactions().mapped("state"))
        refunds = self._get_support_refunds()
        currency = self.currency_id
        if currency.compare_amounts(paid, 0) > 0:
            complete = currency.compare_amounts(paid, self.amount_total) >= 0
            return "paid" if complete else "partial"
        if "done" in refunds.mapped("state"):
            return "refunded"
        for state in ("authorized", "pending"):
            if state in states:
                return state
        return "unpaid" if self.amount_total else "paid"
