import os

from odoo import http
from odoo.http import request

from ..faults import FOLDER_VARIABLE


class BareDoor(http.Controller):
    """The floor of a webhook: Odoo takes a body in, and nothing is done with it."""

    @http.route(
        "/support_test/bare",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        website=False,
    )
    def bare(self):
        """Read the body and confirm it."""
        if FOLDER_VARIABLE not in os.environ:
            raise request.not_found()
        request.httprequest.get_data()
        return request.make_response("")
