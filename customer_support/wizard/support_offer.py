from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html
from odoo.tools.misc import hash_sign

CART_LINK_SCOPE = "support.cart"
CART_LINK_DAYS = 30


class SupportOffer(models.TransientModel):
    """Products that an agent offers: as a link to a filled cart, or a quotation."""

    _name = "support.offer"
    _description = "Offer to a Customer"

    ticket_id = fields.Many2one("support.ticket", required=True, readonly=True)
    kind = fields.Selection(
        [("cart", "Link to a filled cart"), ("quotation", "Quotation")],
        required=True,
        default="cart",
    )
    line_ids = fields.One2many(
        "support.offer.line",
        "offer_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        string="Products",
    )
    message = fields.Text(
        compute="_compute_message",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
        help="What the customer reads above the link.",
    )

    @api.depends("ticket_id")
    def _compute_line_ids(self):
        for offer in self.filtered(lambda offer: not offer.line_ids):
            product = offer.ticket_id.product_id
            if product:
                offer.line_ids = [Command.create({"product_id": product.id})]

    @api.depends("kind", "ticket_id")
    def _compute_message(self):
        for offer in self:
            env = offer.with_context(lang=offer.ticket_id.lang or self.env.lang).env
            if offer.kind == "cart":
                offer.message = env._("This link puts the products into your cart:")
            else:
                offer.message = env._("Here is your quotation:")

    def action_send(self):
        """Make the offer and send its link as a public reply.

        :return: an action that closes the dialog
        :raises UserError: when there is nothing to offer
        """
        self.ensure_one()
        # Whoever may not work on the case may not sell in its name either.
        self.ticket_id.check_access("write")
        if not self.line_ids:
            raise UserError(self.env._("Please choose at least one product."))
        make_link = {
            "cart": self._prepare_cart_link,
            "quotation": self._prepare_quotation_link,
        }
        url, title = make_link[self.kind]()
        self.ticket_id.message_post(
            body=self._prepare_body(url, title),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return {"type": "ir.actions.act_window_close"}

    def _prepare_body(self, url, title):
        link = Markup('<p><a href="%s">%s</a></p>') % (url, title)
        return Markup(plaintext2html(self.message)) + link

    def _prepare_cart_link(self):
        """Return the address that fills the cart, and its text."""
        env = self.with_context(lang=self.ticket_id.lang or self.env.lang).env
        hidden = self.line_ids.filtered(
            lambda line: not line.product_id.website_published
        )
        if hidden:
            raise UserError(
                self.env._(
                    "%(product)s is not shown in the store, so no cart can hold it.",
                    product=hidden[0].product_id.display_name,
                )
            )
        return self._get_cart_url(), env._("Put into my cart")

    def _get_cart_url(self):
        # sudo: ir.config_parameter: reads the secret that signs the link
        token = hash_sign(
            self.env(su=True),
            CART_LINK_SCOPE,
            [[line.product_id.id, line.quantity] for line in self.line_ids],
            expiration=timedelta(days=CART_LINK_DAYS),
        )
        website = self.ticket_id.website_id
        base_url = (website or self.ticket_id).get_base_url()
        return f"{base_url}/support/cart/{token}"

    def _prepare_quotation_link(self):
        """Make the quotation and return its address on the portal, and its text."""
        ticket = self.ticket_id
        if not ticket.partner_id:
            raise UserError(self.env._("Please confirm first who the customer is."))
        order = self._create_quotation()
        has_login = bool(order.partner_id.user_ids)
        # The conversation may be read by a forwarded link: where the customer can
        # sign in, the quotation asks for that.
        path = order.access_url if has_login else order.get_portal_url()
        env = self.with_context(lang=ticket.lang or self.env.lang).env
        title = env._("Quotation %(number)s", number=order.name)
        return f"{ticket.get_base_url()}{path}", title

    def _create_quotation(self):
        ticket = self.ticket_id
        # sudo: sale.order: an agent has no sales rights; who may work on the case may
        # offer its customer products at list price, nothing else is taken from input
        orders = self.env["sale.order"].sudo().with_company(ticket.company_id)
        order = orders.create(self._prepare_quotation_values())
        order.action_quotation_sent()
        if not ticket.sale_order_id:
            ticket.sale_order_id = order
        return order

    def _prepare_quotation_values(self):
        ticket = self.ticket_id
        return {
            "partner_id": ticket.partner_id.id,
            "company_id": ticket.company_id.id,
            "origin": ticket.number,
            "user_id": False,
            "order_line": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_uom_qty": line.quantity,
                    }
                )
                for line in self.line_ids
            ],
        }


class SupportOfferLine(models.TransientModel):
    """A product of an offer."""

    _name = "support.offer.line"
    _description = "Product of an Offer"

    offer_id = fields.Many2one("support.offer", required=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product", required=True, domain=[("sale_ok", "=", True)]
    )
    quantity = fields.Integer(default=1, required=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0 AND quantity < 10000)",
        "The quantity of an offered product is between 1 and 9999.",
    )
