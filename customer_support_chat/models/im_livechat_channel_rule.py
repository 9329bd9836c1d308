"""When the chat opens by itself: what the visitor has in the cart and looks at."""

from urllib.parse import urlsplit

from odoo import fields, models
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.website_sale.models.website import CART_SESSION_CACHE_KEY

FAILED_PAYMENT = ("error", "cancel")


class ImLivechatChannelRule(models.Model):
    _inherit = "im_livechat.channel.rule"

    support_min_cart = fields.Float(
        "Cart worth at least",
        help="Only for visitors whose cart is worth as much, in the currency of the"
        " cart. 0 means any visitor.",
    )
    support_failed_payment = fields.Boolean(
        "After a failed payment",
        help="Only for visitors whose last payment failed or was cancelled.",
    )
    support_sold_out = fields.Boolean(
        "On a product that is sold out",
        help="Only on the page of a product that is out of stock.",
    )

    _support_min_cart_not_negative = models.Constraint(
        "CHECK(support_min_cart >= 0)", "The value of a cart cannot be negative."
    )

    def match_rule(self, channel_id, url, country_id=False):
        """Leave out the rules whose conditions of the store are not met."""
        conditional = self.search(
            Domain("channel_id", "=", channel_id)
            & (
                Domain("support_min_cart", ">", 0)
                | Domain("support_failed_payment", "=", True)
                | Domain("support_sold_out", "=", True)
            )
        )
        unmet = conditional.filtered(lambda rule: not rule._is_met_by_visitor(url))
        matching = super(
            ImLivechatChannelRule, self.with_context(support_unmet_rule_ids=unmet.ids)
        ).match_rule(channel_id, url, country_id)
        return matching.with_env(self.env)

    def _search(self, domain, *args, **kwargs):
        unmet = self.env.context.get("support_unmet_rule_ids")
        if unmet:
            domain = Domain(domain) & Domain("id", "not in", unmet)
        return super()._search(domain, *args, **kwargs)

    # --- the visitor --------------------------------------------------------------

    def _is_met_by_visitor(self, url):
        """Whether the visitor of this request meets all conditions of the rule.

        :param str url: the page on which the visitor is
        """
        cart = self._get_visitor_cart()
        if self.support_min_cart and cart.amount_total < self.support_min_cart:
            return False
        if self.support_failed_payment and not self._has_failed_payment(cart):
            return False
        return not self.support_sold_out or self._is_sold_out_page(url)

    def _get_visitor_cart(self):
        # sudo: sale.order: the visitor's own cart, found by the own session
        orders = self.env["sale.order"].sudo()
        cart_id = request and request.session.get(CART_SESSION_CACHE_KEY)
        return orders.browse(cart_id or ()).exists()

    def _has_failed_payment(self, cart):
        """Whether the last payment of the cart failed, and none went through since."""
        transactions = cart.transaction_ids.sorted("id")
        return transactions[-1:].state in FAILED_PAYMENT

    def _is_sold_out_page(self, url):
        """Whether ``url`` is the page of a product of which nothing is left."""
        parts = urlsplit(url or "").path.rstrip("/").split("/")
        # A list of products: what its address ends with is no product.
        if "shop" not in parts[:-1] or {"category", "page"} & set(parts[:-1]):
            return False
        _name, product_id = self.env["ir.http"]._unslug(parts[-1])
        # sudo: product.template: its page says the same to anybody
        templates = self.env["product.template"].sudo()
        product = templates.browse(product_id or ()).exists()
        if not product.is_published:
            return False
        variants = product.product_variant_ids
        return bool(variants) and all(v._is_sold_out() for v in variants)
