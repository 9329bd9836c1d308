from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request
from odoo.tools.misc import verify_hash_signed

from ..wizard.support_offer import CART_LINK_SCOPE
from .support_route import visitor_route

CART_ROUTE = "/support/cart/<string:token>"


class SupportPresale(http.Controller):
    """The link by which an agent offers a filled cart."""

    @visitor_route(CART_ROUTE, methods=["GET"])
    def support_cart(self, token):
        """Show what the link offers; nothing changes before the visitor agrees."""
        return request.render(
            "customer_support.cart_offer",
            {"token": token, "offered": self._find_offered(token)},
        )

    @visitor_route(
        CART_ROUTE,
        methods=["POST"],
        max_content_length=64 * 1024,
    )
    def support_cart_fill(self, token, **_params):
        """Put the offered products into the visitor's cart."""
        offered = self._find_offered(token)
        if not request.website.has_ecommerce_access():
            return request.redirect("/web/login")
        cart = request.cart or request.website._create_cart()
        cart = cart.with_context(skip_cart_verification=True)
        for product, quantity in offered:
            cart._cart_add(product_id=product.id, quantity=quantity)
        cart.with_context(skip_cart_verification=False)._verify_cart_after_update()
        return request.redirect("/shop/cart")

    def _find_offered(self, token):
        """Pairs of product and quantity that this website still sells.

        :raises NotFound: when we have not made this link, or it has ended
        """
        # sudo: ir.config_parameter: reads the secret that signed the link
        try:
            lines = verify_hash_signed(request.env(su=True), CART_LINK_SCOPE, token)
        except ValueError:
            lines = None
        if not lines:
            raise NotFound()
        products = (
            (request.website._find_support_product(product_id), quantity)
            for product_id, quantity in lines
        )
        return [
            (product, quantity)
            for product, quantity in products
            if product and product._is_add_to_cart_allowed()
        ]
