"""The page behind "Unsubscribe" in the mails that nobody has asked for."""

from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.http import Controller, request

from odoo.addons.customer_support.controllers.support_route import visitor_route
from odoo.addons.customer_support.controllers.website_form_limits import get_network

from .rate import HOUR, MAX_BODY_BYTES, PAGE_HEADERS, WRONG_LINKS_PER_HOUR

UNSUBSCRIBE_ROUTE = "/support/unsubscribe/<string:token>"


class SupportUnsubscribePage(Controller):
    """Whoever has the link says that its address gets no more such mails."""

    @visitor_route(UNSUBSCRIBE_ROUTE, methods=["GET"], multilang=False)
    def unsubscribe_page(self, token, **params):
        """Ask once more: programs that look at mails open every link in them."""
        outreach = self._find_outreach(token)
        return self._render("unsubscribe_page", outreach, token=token)

    @visitor_route(
        UNSUBSCRIBE_ROUTE,
        methods=["POST"],
        multilang=False,
        # A mail program sends it by itself (RFC 8058): the link is the proof.
        csrf=False,
        max_content_length=MAX_BODY_BYTES,
    )
    def unsubscribe_submit(self, token, **params):
        """Unsubscribe the address that the mail went to."""
        outreach = self._find_outreach(token)
        outreach._unsubscribe()
        return self._render("unsubscribe_done", outreach)

    def _find_outreach(self, token):
        """Return what the mail was about, in sudo and in the customer's language.

        :raises NotFound: for every text that is no link of ours
        :raises TooManyRequests: after many of these from one connection
        """
        outreach = request.env["support.outreach.mixin"]._find_by_unsubscribe_token(
            token
        )
        if outreach is not None:
            installed = dict(request.env["res.lang"].get_installed())
            if outreach.lang in installed:
                request.update_context(lang=outreach.lang)
            return outreach.with_context(lang=request.env.lang)
        network = get_network(request.httprequest.remote_addr)
        # sudo: support.rate.limit: counts this visitor's own tries
        limits = request.env["support.rate.limit"].sudo()
        if not limits._hit("unsubscribe_link", network, WRONG_LINKS_PER_HOUR, HOUR):
            raise TooManyRequests()
        raise NotFound()

    def _render(self, name, outreach, **values):
        values.update(outreach=outreach, page_name="support_unsubscribe")
        response = request.render(f"customer_support_metrics.{name}", values)
        response.headers.update(PAGE_HEADERS)
        return response
