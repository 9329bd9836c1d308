from odoo import http
from odoo.http import request

from ..models.support_channel_webhook import MAX_BODY_BYTES


class SupportWebhook(http.Controller):
    """The door of the messaging providers: one address for each channel."""

    @http.route(
        "/support/webhook/<string:key>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,  # another server posts here; its signature is the proof
        save_session=False,
        website=False,
    )
    def webhook(self, key, **params):
        """Answer the provider's question for us (GET), keep what it posts (POST).

        The answer 200 leaves after the commit: what was confirmed is never lost.
        """
        channel = request.env["support.channel"]._find_by_webhook_key(key)
        if not channel:
            return self._answer(404)
        if request.httprequest.method == "GET":
            return self._answer_challenge(channel, params)
        if (request.httprequest.content_length or 0) > MAX_BODY_BYTES:
            return self._answer(413)
        body = request.httprequest.get_data(cache=True)
        return self._answer(channel._accept_body(request.httprequest.headers, body))

    def _answer_challenge(self, channel, params):
        answer = channel._get_provider()._challenge(channel, params)
        if answer is None:
            return self._answer(403)
        body, content_type = answer
        return self._answer(200, body, content_type)

    def _answer(self, status, body="", content_type="text/plain; charset=utf-8"):
        headers = [
            ("Content-Type", content_type),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(body, headers=headers, status=status)
