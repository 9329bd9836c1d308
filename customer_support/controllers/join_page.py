"""The page on which a customer says that a sender is his."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .support_route import visitor_route

JOIN_ROUTE = "/support/join/<string:token>"
# The link must not be handed on to other sites, or be found again.
PAGE_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class SupportJoinPage(http.Controller):
    """Opened by the link in a mail; nothing changes before the customer agrees."""

    def _read_link(self, token):
        """The sender and the customer of the link.

        :raise NotFound: for a link that is not ours or has ended, and for somebody
            who is signed in as another customer
        """
        identity, partner = request.env["support.identity"]._read_join_link(token)
        user = request.env.user
        if not identity or (not user._is_public() and user.partner_id != partner):
            raise NotFound()
        return identity, partner

    def _render(self, identity, partner):
        response = request.render(
            "customer_support.join_page",
            {
                "sender": identity.display_name,
                "channel": identity.channel_id.name,
                "customer": partner.name,
                "is_joined": identity.is_verified,
            },
        )
        response.headers.update(PAGE_HEADERS)
        return response

    @visitor_route(JOIN_ROUTE, methods=["GET"])
    def support_join(self, token):
        """Ask whether the sender is the customer's own."""
        return self._render(*self._read_link(token))

    @visitor_route(JOIN_ROUTE, methods=["POST"], max_content_length=64 * 1024)
    def support_join_confirm(self, token, **_params):
        """Join the sender: whoever has the link reads the customer's mail."""
        identity, partner = self._read_link(token)
        proof = "link" if request.env.user._is_public() else "login"
        try:
            identity._join(partner, proof)
        except UserError:
            raise NotFound() from None
        return self._render(identity, partner)
