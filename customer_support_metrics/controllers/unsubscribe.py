"""The page behind "Unsubscribe" in the mails that nobody has asked for."""

from odoo.http import Controller, request

from odoo.addons.customer_support.controllers.support_route import visitor_route

from .mail_link import MAX_BODY_BYTES, open_link, render_page

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
        find = request.env["support.outreach.mixin"]._find_by_unsubscribe_token
        return open_link(find(token), "unsubscribe_link")

    def _render(self, name, outreach, **values):
        return render_page(
            name, outreach=outreach, page_name="support_unsubscribe", **values
        )
