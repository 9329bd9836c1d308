from odoo import http
from odoo.http import request
from odoo.tools.translate import LazyTranslate

from .support_route import visitor_route

_lt = LazyTranslate(__name__)


class SupportReturnPage(http.Controller):
    """What customers may send back, for everybody to read before buying."""

    @visitor_route(
        "/support/returns",
        methods=["GET"],
        sitemap=True,
        list_as_website_content=_lt("Returns"),
    )
    def support_returns(self, **_params):
        """Show the published return policies of this website."""
        reason = request.env.ref(
            "customer_support.reason_return", raise_if_not_found=False
        )
        return request.render(
            "customer_support.return_page",
            {
                "policies": request.website._find_support_return_policies(),
                "reason_id": reason.id if reason else "",
            },
        )
