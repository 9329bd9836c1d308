from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tools import format_date

# The fields of the form that decide what the panel shows.
PANEL_FIELDS = (
    "partner_id",
    "claimed_partner_id",
    "sale_order_id",
    "picking_id",
    "product_id",
    "reason_id",
)


class SupportStoreMixin(models.AbstractModel):
    """What the store knows about a case, for the panel beside the conversation.

    Everything is read with the rights of the agent: read access to the documents of
    his companies. The number of queries does not depend on how much a customer bought.
    """

    _name = "support.store.mixin"
    _inherit = ["support.store.button.mixin"]
    _description = "The Store beside the Conversation"

    @api.readonly
    def get_store_context(self, values=None):
        """Return what the panel beside the conversation shows.

        :param dict values: unsaved values of the form, of ``PANEL_FIELDS``
        :return: dict, see ``_get_store_context``
        :raise AccessError: for others than support staff
        """
        # Customers read their own cases, but not what the store knows beside them.
        if not self.env.user.has_group("customer_support.group_support_agent"):
            raise AccessError(self.env._("Only support staff sees the store's side."))
        self.check_access("read")
        values = {name: values.get(name) for name in PANEL_FIELDS} if values else {}
        ticket = self.new(values, origin=self) if values or not self else self
        return ticket._get_store_context()

    def _get_store_context(self):
        """Return the customer, order, deliveries, stock, offers and earlier cases.

        All texts, amounts and dates are ready to display, in the agent's language.

        :return: dict with "customer", "order", "orders" (the newest ones, to choose
            from while there is no order), "product", "offers" and "tickets"
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        ticket = self.with_company(company)
        customer = ticket._get_customer()
        order = ticket.sale_order_id
        # Empty records would reach the browser as truthy text: hence the conditions.
        return {
            "customer": ticket._prepare_store_customer(customer, company)
            if customer
            else False,
            "order": order._prepare_support_values(ticket) if order else False,
            "orders": ticket._prepare_store_orders(customer, company),
            "product": ticket._prepare_store_product(company),
            "offers": ticket._prepare_store_offers(customer, company),
            "tickets": ticket._prepare_store_tickets(customer),
            "can_edit": ticket._can_edit_store(),
        }

    def _can_edit_store(self):
        return self._origin.has_access("write") if self._origin else True

    def _prepare_store_customer(self, customer, company):
        is_claimed = customer != self.partner_id
        return customer._prepare_support_values(company) | {
            "is_claimed": is_claimed,
            "open_ticket_count": self._get_other_ticket_count(customer),
        }

    def _prepare_store_orders(self, customer, company):
        if self.sale_order_id or not customer:
            return []
        orders = customer._find_support_orders(company)
        return [order._prepare_support_summary() for order in orders]

    def _get_other_tickets_domain(self, customer):
        """Return the domain of the other cases of a customer, or of his company."""
        return customer._get_support_owner_domain() & Domain(
            "id", "!=", self._origin.id
        )

    def _get_other_ticket_count(self, customer):
        return self.env["support.ticket"].search_count(
            self._get_other_tickets_domain(customer) & Domain("closed_at", "=", False)
        )

    def _prepare_store_product(self, company):
        product = self.product_id
        return product._prepare_support_values(company) if product else False

    def _prepare_store_offers(self, customer, company):
        if not customer:
            return []
        order = self.sale_order_id
        return self.env["loyalty.program"]._get_support_offers(
            customer, company, order if order.state in ("draft", "sent") else None
        )

    def _prepare_store_tickets(self, customer, limit=5):
        if not customer:
            return []
        tickets = self.env["support.ticket"].search(
            self._get_other_tickets_domain(customer), order="id desc", limit=limit
        )
        return [
            {
                "id": ticket.id,
                "number": ticket.number,
                "name": ticket.name,
                "stage": ticket.stage_id.name,
                "is_open": not ticket.closed_at,
                "date": format_date(self.env, ticket.create_date),
            }
            for ticket in tickets
        ]

    # What the panel changes

    def action_set_affected_line(self, sale_line_id, quantity, lot_id=False):
        """Say how many of an order line are affected.

        :param int sale_line_id: a line of the order of this case
        :param float quantity: in the unit of that line; 0 when it is not affected
        :param int lot_id: the lot or serial number, of those delivered
        :raise ValidationError: when more than was bought, or a foreign line or lot
        """
        self.ensure_one()
        self.check_access("write")
        lines = self.line_ids.filtered(lambda x: x.sale_line_id.id == sale_line_id)
        values = {
            "sale_line_id": sale_line_id,
            "quantity": quantity,
            "lot_id": lot_id,
        }
        if not quantity:
            commands = [Command.delete(line.id) for line in lines]
        elif lines:
            # One line in the panel: several lots of it are kept in the form.
            line = lines.filtered(lambda x: x.lot_id.id == lot_id)[:1] or lines[:1]
            commands = [Command.update(line.id, values)]
        else:
            commands = [Command.create(values)]
        self.write({"line_ids": commands})
        return True
