import json

from odoo import api, models

from ..tools import http_client, oauth1, provider_events as told, signature
from ..tools.provider_time import read_milliseconds


class SupportProviderX(models.AbstractModel):
    """Direct messages of an account on X, told by its Account Activity webhook.

    https://docs.x.com/x-api/account-activity/introduction
    """

    _name = "support.provider.x"
    _inherit = "support.provider"
    _description = "Provider: X Messages"

    _api_url = "https://api.x.com"
    _media_hosts = ("twimg.com", "ton.twitter.com")
    _max_length = 10_000
    _max_media_bytes = 15 * 1024 * 1024

    # --- in -----------------------------------------------------------------------

    @api.model
    def _verify(self, channel, headers, body):
        given = headers.get("x-twitter-webhooks-signature")
        secrets = channel._get_secrets()
        return signature.is_signed(given, secrets, body, signature.sign_base64)

    @api.model
    def _challenge(self, channel, params):
        """X asks for a signature of its own words, about every hour."""
        token, secrets = params.get("crc_token"), channel._get_secrets()
        if not token or not secrets:
            return None
        proof = signature.sign_base64(secrets[0], token.encode())
        return json.dumps({"response_token": f"sha256={proof}"}), "application/json"

    @api.model
    def _iter_entries(self, payload):
        account = payload.get("for_user_id", "")
        users = payload.get("users", {})
        for name in (
            "direct_message_events",
            "direct_message_mark_read_events",
            "tweet_create_events",
            "tweet_delete_events",
        ):
            for item in payload.get(name, ()):
                yield account, {"name": name, "item": item, "users": users}

    @api.model
    def _parse_entry(self, account_key, entry):
        item = entry["item"]
        if entry["name"].startswith("tweet_"):
            public = self.env["support.provider.x_public"]
            return public._parse_post(account_key, entry["name"], item)
        if entry["name"] == "direct_message_mark_read_events":
            return [
                told.ReadUntil(
                    account_key=account_key,
                    kind="x",
                    sender_key=item["sender_id"],
                    until=read_milliseconds(item["created_timestamp"]),
                )
            ]
        if item["type"] != "message_create":
            return []
        return [self._parse_direct(account_key, item, entry["users"])]

    @api.model
    def _parse_direct(self, account_key, item, users):
        created = item["message_create"]
        data, sender = created["message_data"], created["sender_id"]
        is_echo = sender == account_key
        media = data.get("attachment", {}).get("media", {}).get("media_url_https")
        return told.ProviderMessage(
            account_key=account_key,
            kind="x",
            external_id=item["id"],
            sender_key=created["target"]["recipient_id"] if is_echo else sender,
            sender_name=users.get(sender, {}).get("name", ""),
            sent_at=read_milliseconds(item["created_timestamp"]),
            text=data.get("text", ""),
            media=((media, "image", ""),) if media else (),
            is_echo=is_echo,
        )

    @api.model
    def _fetch_media(self, channel, key):
        headers = {"Authorization": self._sign(channel, "GET", key)}
        hosts = self._get_media_hosts(channel)
        return http_client.fetch(key, hosts, self._max_media_bytes, headers)

    # --- out ----------------------------------------------------------------------

    @api.model
    def _sign(self, channel, method, url):
        keys = (
            channel.consumer_key,
            channel.app_secret,
            channel.access_token,
            channel.access_secret,
        )
        return oauth1.get_header(method, url, keys)

    @api.model
    def _call(self, channel, method, path, **options):
        url = f"{self._get_api_url(channel)}{path}"
        headers = {"Authorization": self._sign(channel, method, url)}
        return http_client.call(method, url, headers=headers, **options).get("data", {})

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        path = f"/2/dm_conversations/with/{recipient_key}/messages"
        answer = self._call(channel, "POST", path, json={"text": text})
        return told.Sent(answer["dm_event_id"])

    @api.model
    def _check_account(self, channel):
        return self._call(channel, "GET", "/2/users/me").get("username")
