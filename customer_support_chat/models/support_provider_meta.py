"""What WhatsApp, Messenger, Instagram and Facebook pages share: Meta's Graph API."""

from odoo import api, models

from ..tools import http_client, signature
from ..tools.provider_errors import (
    ProviderBusy,
    ProviderError,
    ProviderRevoked,
    WindowClosed,
)

# Error codes of the Graph API, by what has to be done.
# https://developers.facebook.com/docs/graph-api/guides/error-handling
REVOKED_CODES = {0, 10, 102, 190, *range(200, 300)}
BUSY_CODES = {1, 2, 4, 17, 32, 341, 368, 613, 80007, 130429, 131000, 131048}
# Too many messages to this one customer: the others are not concerned.
PAIR_CODES = {131056}
# The codes 10 and 200 also say that one recipient cannot be reached; only what stands
# below them tells that from a lost permission.
# https://developers.facebook.com/docs/messenger-platform/error-codes
WINDOW_SUBCODES = {2018065, 2018278, 2534022}
RECIPIENT_SUBCODES = {2018108, 1545041}


class SupportProviderMeta(models.AbstractModel):
    _name = "support.provider.meta"
    _inherit = "support.provider"
    _description = "Provider: Meta"

    _api_url = "https://graph.facebook.com/v23.0"
    _media_hosts = ("fbcdn.net", "fbsbx.com", "whatsapp.net", "cdninstagram.com")
    _max_media_bytes = 25 * 1024 * 1024

    @api.model
    def _verify(self, channel, headers, body):
        """HMAC-SHA256 of the raw body with the app's secret.

        https://developers.facebook.com/docs/graph-api/webhooks/getting-started
        """
        given = headers.get("X-Hub-Signature-256")
        return signature.is_signed(
            given, channel._get_secrets(), body, signature.sign_hex
        )

    @api.model
    def _challenge(self, channel, params):
        token, asked = channel.verify_token, params.get("hub.verify_token")
        if params.get("hub.mode") != "subscribe" or not token:
            return None
        if not signature.is_equal(asked, token):
            return None
        return params.get("hub.challenge", ""), "text/plain; charset=utf-8"

    # --- out --------------------------------------------------------------------

    @api.model
    def _call_graph(self, channel, method, path, **options):
        """Call the Graph API with the channel's token.

        :raise ProviderError: of ``tools.provider_errors``
        """
        url = f"{self._get_api_url(channel)}/{path}"
        headers = {"Authorization": f"Bearer {channel.access_token or ''}"}
        try:
            return http_client.call(method, url, headers=headers, **options)
        except ProviderError as error:
            raise self._sort_error(error) from error

    @api.model
    def _sort_error(self, error):
        """Meta answers 400 for nearly everything: its own codes say what it is."""
        if error.code in PAIR_CODES:
            return ProviderBusy(str(error))
        if type(error) is not ProviderError:
            return error
        if error.subcode in WINDOW_SUBCODES:
            return WindowClosed(str(error))
        if error.subcode in RECIPIENT_SUBCODES:
            return error
        if error.code in REVOKED_CODES:
            return ProviderRevoked(str(error))
        if error.code in BUSY_CODES:
            return ProviderBusy(str(error), whole_account=True)
        return error

    @api.model
    def _check_account(self, channel):
        return self._call_graph(channel, "GET", channel.account_key or "me").get("name")

    @api.model
    def _fetch_address(self, channel, url):
        """A file by its address, from Meta's hosts alone."""
        headers = {"Authorization": f"Bearer {channel.access_token or ''}"}
        hosts = self._get_media_hosts(channel)
        return http_client.fetch(url, hosts, self._max_media_bytes, headers)
