from odoo import api, models

from ..tools import http_client, provider_events as told, signature
from ..tools.provider_errors import ProviderError
from ..tools.provider_time import read_seconds

# The kinds of file, with the name that one has when it tells none.
FILES = {
    "document": "document",
    "video": "video.mp4",
    "voice": "voice.ogg",
    "audio": "audio.mp3",
    "sticker": "sticker.webp",
    "video_note": "video.mp4",
    "animation": "animation.mp4",
}


class SupportProviderTelegram(models.AbstractModel):
    """Telegram Bot API.

    https://core.telegram.org/bots/api
    """

    _name = "support.provider.telegram"
    _inherit = "support.provider"
    _description = "Provider: Telegram"

    _api_url = "https://api.telegram.org"
    _media_hosts = ("api.telegram.org",)
    _max_length = 4096
    _max_media_bytes = 20 * 1024 * 1024
    _sends_files = True

    # --- in ---------------------------------------------------------------------

    @api.model
    def _verify(self, channel, headers, body):
        """The secret that was given with setWebhook comes back in a header."""
        given = headers.get("X-Telegram-Bot-Api-Secret-Token")
        secrets = channel._get_secrets()
        return any([signature.is_equal(given, secret) for secret in secrets])

    @api.model
    def _iter_entries(self, payload):
        yield "", payload

    @api.model
    def _parse_entry(self, account_key, entry):
        message = entry.get("message") or entry.get("edited_message")
        if not message:
            return self._parse_other(account_key, entry)
        if message["chat"]["type"] != "private" or message["from"].get("is_bot"):
            return []
        text, media, placeholder = self._parse_content(message)
        sender = message["from"]
        # An edit is a message of its own: what was answered stays as it was read.
        edit = f".{message['edit_date']}" if "edit_date" in message else ""
        return [
            told.ProviderMessage(
                account_key=account_key,
                external_id=f"{message['chat']['id']}.{message['message_id']}{edit}",
                sender_key=str(message["chat"]["id"]),
                sender_name=_get_name(sender),
                sent_at=read_seconds(message.get("edit_date") or message["date"]),
                text=text,
                media=media,
                placeholder=placeholder,
            )
        ]

    @api.model
    def _parse_other(self, account_key, entry):
        reaction = entry.get("message_reaction")
        if not reaction:
            return []
        emojis = [new.get("emoji", "") for new in reaction["new_reaction"]]
        return [
            told.Reaction(
                account_key=account_key,
                external_id=f"{reaction['chat']['id']}.{reaction['message_id']}",
                sender_key=str(reaction["chat"]["id"]),
                emoji="".join(emojis),
            )
        ]

    @api.model
    def _parse_content(self, message):
        text = message.get("text") or message.get("caption") or ""
        if message.get("photo"):
            largest = max(message["photo"], key=lambda size: size.get("file_size", 0))
            return text, ((largest["file_id"], "photo.jpg", "image/jpeg"),), ""
        for kind, name in FILES.items():
            if file := message.get(kind):
                name = file.get("file_name", name)
                return text, ((file["file_id"], name, file.get("mime_type", "")),), ""
        if place := message.get("location"):
            return f"{place['latitude']}, {place['longitude']}", (), ""
        if contact := message.get("contact"):
            return f"{contact['first_name']} {contact['phone_number']}", (), ""
        known = {"message_id", "from", "chat", "date", "edit_date"}
        other = next((key for key in message if key not in known), "message")
        return text, (), "" if text else other

    @api.model
    def _fetch_media(self, channel, key):
        path = self._call(channel, "getFile", json={"file_id": key}).get("file_path")
        if not path or ".." in path:
            raise ProviderError("media")
        url = f"{self._get_api_url(channel)}/file/bot{channel.access_token}/{path}"
        hosts = self._get_media_hosts(channel)
        return http_client.fetch(url, hosts, self._max_media_bytes)

    # --- out --------------------------------------------------------------------

    @api.model
    def _call(self, channel, method, **options):
        """Call a method of the bot; its result.

        The token stands in the address: no error may repeat it.
        """
        url = f"{self._get_api_url(channel)}/bot{channel.access_token}/{method}"
        return http_client.call("POST", url, **options).get("result") or {}

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        if attachments:
            sent = self._call(
                channel,
                "sendDocument",
                data={"chat_id": recipient_key},
                files={"document": (attachments.name, attachments.raw)},
            )
        else:
            sent = self._call(
                channel,
                "sendMessage",
                json={
                    "chat_id": recipient_key,
                    "text": text,
                    "link_preview_options": {"is_disabled": True},
                },
            )
        return told.Sent(f"{recipient_key}.{sent['message_id']}")

    @api.model
    def _check_account(self, channel):
        return self._call(channel, "getMe").get("username")

    @api.model
    def _connect(self, channel):
        """Tell Telegram where to post what customers write.

        :raise ProviderError: when Telegram refuses
        """
        self._call(
            channel,
            "setWebhook",
            json={
                "url": channel.webhook_url,
                "secret_token": channel.app_secret,
                "allowed_updates": ["message", "edited_message", "message_reaction"],
            },
        )


def _get_name(sender):
    names = [sender.get("first_name"), sender.get("last_name")]
    return " ".join(filter(None, names)) or sender.get("username", "")
