from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.order_reference import (
    get_last_digits,
    get_order_references,
    is_reference_to,
)

# Whoever stands on an order may ask about it.
ORDER_CONTACTS = ("partner_id", "partner_invoice_id", "partner_shipping_id")


class SupportCommerceMixin(models.AbstractModel):
    """What was bought: the order, lines, delivery and invoice that a case is about.

    The model that inherits it has ``partner_id``, ``claimed_partner_id``,
    ``email_from``, ``email_normalized`` and ``company_id``.
    """

    _name = "support.commerce.mixin"
    _inherit = ["support.store.mixin"]
    _description = "Order, delivery and invoice of a ticket"

    sale_order_id = fields.Many2one(
        "sale.order",
        string="Order",
        check_company=True,
        tracking=True,
        help="The order that the customer writes about.",
    )
    line_ids = fields.One2many(
        "support.ticket.line",
        "ticket_id",
        string="Affected Lines",
        help="What exactly is wrong: which lines of the order, how many, which lot.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        index="btree_not_null",
        check_company=True,
        compute="_compute_picking_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The delivery that the customer writes about. Chosen by itself when the "
        "order has only one.",
    )
    invoice_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        check_company=True,
        compute="_compute_invoice_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('move_type', 'in', ('out_invoice', 'out_refund'))]",
        help="The invoice that the customer writes about. Chosen by itself when the "
        "order has only one.",
    )
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        check_company=True,
        help="The product of a question asked before buying.",
    )

    @api.depends("sale_order_id")
    def _compute_picking_id(self):
        for ticket in self:
            picking, order = ticket.picking_id, ticket.sale_order_id
            if order and picking.sale_id != order:
                picking = order._get_support_only_delivery()
            ticket.picking_id = picking

    @api.depends("sale_order_id")
    def _compute_invoice_id(self):
        for ticket in self:
            invoice, order = ticket.invoice_id, ticket.sale_order_id
            if order and invoice not in order.invoice_ids:
                invoice = order._get_support_only_invoice()
            ticket.invoice_id = invoice

    @api.onchange("sale_order_id")
    def _onchange_sale_order_id(self):
        order = self.sale_order_id
        if order and not self._get_customer():
            # Who writes from an unknown address only claims to be that customer.
            field = "claimed_partner_id" if self.email_from else "partner_id"
            self[field] = order.partner_id
        self.line_ids = self.line_ids.filtered(lambda line: line.order_id == order)

    @api.onchange("picking_id")
    def _onchange_picking_id(self):
        if self.picking_id.sale_id and not self.sale_order_id:
            self.sale_order_id = self.picking_id.sale_id

    @api.onchange("partner_id", "claimed_partner_id")
    def _onchange_customer_order(self):
        if self._get_customer() and not self._is_order_of_customer():
            self.sale_order_id = False

    def write(self, vals):
        """Forget the affected lines of the order that a case is no longer about."""
        if "sale_order_id" in vals and "line_ids" not in vals:
            order_id = vals["sale_order_id"]
            self.line_ids.filtered(lambda line: line.order_id.id != order_id).unlink()
        return super().write(vals)

    # Consistency

    @api.constrains("sale_order_id", "partner_id", "claimed_partner_id")
    def _check_order_customer(self):
        for ticket in self.filtered("sale_order_id"):
            customer = ticket._get_customer()
            if customer and not ticket._is_order_of_customer():
                raise ValidationError(
                    self.env._(
                        "Order %(order)s was not placed by %(customer)s. Choose an "
                        "order of this customer, or correct the customer first.",
                        order=ticket.sudo().sale_order_id.name,
                        customer=customer.display_name,
                    )
                )

    @api.constrains("sale_order_id", "picking_id")
    def _check_order_picking(self):
        # sudo: stock.picking: only its order is compared; the writer of a case may
        # lack rights on stock.
        for ticket in self.sudo().filtered(lambda t: t.sale_order_id and t.picking_id):
            if ticket.picking_id.sale_id != ticket.sale_order_id:
                raise ValidationError(
                    self.env._(
                        "Delivery %(delivery)s does not belong to order %(order)s.",
                        delivery=ticket.picking_id.name,
                        order=ticket.sale_order_id.name,
                    )
                )

    @api.constrains("sale_order_id", "invoice_id")
    def _check_order_invoice(self):
        # sudo: account.move: only its order is compared; the writer of a case may
        # lack rights on invoices.
        for ticket in self.sudo().filtered("invoice_id"):
            invoice, order = ticket.invoice_id, ticket.sale_order_id
            if invoice.move_type not in ("out_invoice", "out_refund"):
                raise ValidationError(
                    self.env._("%s is not a customer invoice.", invoice.display_name)
                )
            if order and invoice not in order.invoice_ids:
                raise ValidationError(
                    self.env._(
                        "Invoice %(invoice)s does not belong to order %(order)s.",
                        invoice=invoice.display_name,
                        order=order.name,
                    )
                )

    @api.constrains("sale_order_id", "line_ids")
    def _check_order_lines(self):
        self.line_ids._check_sale_line()

    # The customer

    def _get_customer(self):
        """Return the proven customer, else the claimed one, else an empty partner."""
        self.ensure_one()
        return self.partner_id or self.claimed_partner_id

    def _is_order_of_customer(self):
        """Tell whether the customer bought the order, pays it or receives it.

        A guest who buys twice is two contacts with one address, so the address that
        stands on the order is good as well.
        """
        self.ensure_one()
        # sudo: sale.order: only its contacts are compared; a portal user who opens a
        # case may not read all of them.
        ticket = self.sudo()
        order, customer = ticket.sale_order_id, ticket._get_customer()
        contacts = order._get_support_contacts()
        return (
            not order
            or customer.commercial_partner_id in contacts.commercial_partner_id
            or bool(
                {customer.email_normalized, ticket.email_normalized}
                & set(contacts.filtered("email_normalized").mapped("email_normalized"))
            )
        )

    def action_confirm_customer(self):
        """Take the claimed customer as proven, and say in the chatter who did so."""
        for ticket in self.filtered("claimed_partner_id"):
            customer = ticket.claimed_partner_id
            ticket.write({"partner_id": customer.id, "claimed_partner_id": False})
            ticket._message_log(
                body=self.env._(
                    "%(agent)s confirmed that the customer is %(customer)s.",
                    agent=self.env.user.name,
                    customer=customer.display_name,
                )
            )
        return True

    # The order named in a text

    @api.model
    def _find_order_by_reference(self, text, partner=None, email=None):
        """Find the order that a customer names in a text.

        :param str text: plain words, such as the subject and the body of a mail
        :param partner: the proven customer (res.partner), may be empty
        :param str email: the normalized address of the sender
        :return: the order first named, among those of that customer, or of an address
            that stands on the order; empty when none is
        """
        references = get_order_references(text)
        # sudo: sale.order: the domain keeps to the orders of that very customer.
        Order = self.env["sale.order"].sudo()
        owners = self._find_order_owners(partner, email) if references else None
        if not owners:
            return Order
        orders = Order.search(
            Domain.OR(Domain(name, "in", owners.ids) for name in ORDER_CONTACTS)
            & Domain.OR(
                Domain("name", "ilike", get_last_digits(word)) for word in references
            )
            & Domain("company_id", "=", (self.company_id[:1] or self.env.company).id)
            # Carts and drafts: nobody was given their number.
            & Domain("state", "!=", "draft"),
            limit=100,
        )
        for word in references:
            found = orders.filtered(lambda o, word=word: is_reference_to(word, o.name))
            if found:
                return found[:1]
        return Order

    @api.model
    def _find_order_owners(self, partner, email):
        """Return the contacts of a customer's company, and those of an address."""
        owners = Domain.FALSE
        # Website visitors share one public contact: it owns nothing.
        if partner and not partner.is_public:
            owners |= Domain(
                "commercial_partner_id", "=", partner.commercial_partner_id.id
            )
        if email:
            owners |= Domain("email_normalized", "=", email)
        # sudo: res.partner: used in a search only, nothing of them is given away.
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        return contacts.search(owners, limit=500)
