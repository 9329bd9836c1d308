from odoo import fields, models
from odoo.fields import Domain


class SupportStoreButtonMixin(models.AbstractModel):
    """Buttons of a case to the customer's documents, with the count on each."""

    _name = "support.store.button.mixin"
    _description = "Smart Buttons of a Ticket"

    customer_order_count = fields.Integer(
        string="Orders", compute="_compute_customer_counts"
    )
    customer_ticket_count = fields.Integer(
        string="Other Tickets", compute="_compute_customer_counts"
    )
    order_delivery_count = fields.Integer(
        string="Deliveries", compute="_compute_order_counts"
    )
    order_invoice_count = fields.Integer(
        string="Invoices", compute="_compute_order_counts"
    )

    def _compute_customer_counts(self):
        for ticket in self:
            customer = ticket._get_customer()
            ticket.customer_order_count = customer and self.env[
                "sale.order"
            ].search_count(ticket._get_customer_orders_domain(customer))
            ticket.customer_ticket_count = customer and self.env[
                "support.ticket"
            ].search_count(ticket._get_other_tickets_domain(customer))

    def _get_customer_orders_domain(self, customer):
        """Return the domain of a customer's orders: carts are not yet any."""
        return customer._get_support_owner_domain() & Domain("state", "!=", "draft")

    def _compute_order_counts(self):
        for ticket in self:
            ticket.order_delivery_count = len(ticket.sale_order_id.picking_ids)
            ticket.order_invoice_count = len(ticket.sale_order_id.invoice_ids)

    def action_view_customer(self):
        """Open the customer, proven or claimed."""
        return self._get_customer().get_formview_action()

    def action_view_customer_orders(self):
        """Open the orders of the customer, and of the company behind him."""
        return self.env["sale.order"]._get_support_action(
            self.env._("Orders"), self._get_customer_orders_domain(self._get_customer())
        )

    def action_view_customer_tickets(self):
        """Open the other tickets of the customer, and of the company behind him."""
        domain = self._get_other_tickets_domain(self._get_customer())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Other Tickets"),
            "res_model": "support.ticket",
            "view_mode": "list,kanban,form",
            "domain": list(domain),
        }

    def action_view_order_deliveries(self):
        """Open the deliveries and returns of the order."""
        return self.sale_order_id.action_view_support_deliveries()

    def action_view_order_invoices(self):
        """Open the invoices and credit notes of the order."""
        return self.sale_order_id.action_view_support_invoices()
