import json

from odoo import api, models

from ..tools import provider_events as told
from ..tools.provider_time import read_milliseconds

# What our files are sent as; everything else is a file.
SENT_AS = ("image", "video", "audio")
# A recipient that is known by a public comment alone.
BY_COMMENT = "comment:"


class SupportProviderMessenger(models.AbstractModel):
    """Messenger of a Facebook page.

    https://developers.facebook.com/docs/messenger-platform
    """

    _name = "support.provider.messenger"
    _inherit = "support.provider.meta"
    _description = "Provider: Messenger"

    _kind = "messenger"
    _reply_window_hours = 24
    _max_length = 2000
    _sends_files = True

    # --- in -----------------------------------------------------------------------

    @api.model
    def _iter_entries(self, payload):
        for entry in payload.get("entry", ()):
            for item in entry.get("messaging", ()):
                yield entry["id"], item
            for change in entry.get("changes", ()):
                yield entry["id"], change

    @api.model
    def _parse_entry(self, account_key, entry):
        # A page's comments come to the same address as its messages.
        if "field" in entry:
            feed = self.env["support.provider.facebook"]
            return feed._parse_change(account_key, entry)
        for name in ("message", "postback", "reaction", "delivery", "read"):
            if name in entry:
                return getattr(self, f"_parse_{name}")(account_key, entry)
        return []

    @api.model
    def _parse_message(self, account_key, entry):
        message = entry["message"]
        if message.get("is_deleted"):
            removal = told.Removal(
                account_key=account_key, kind=self._kind, external_id=message["mid"]
            )
            return [removal]
        is_echo = bool(message.get("is_echo"))
        media, words = self._parse_attachments(message.get("attachments", ()))
        text = "\n".join(filter(None, [message.get("text"), *words]))
        return [
            told.ProviderMessage(
                account_key=account_key,
                kind=self._kind,
                external_id=message["mid"],
                sender_key=entry["recipient" if is_echo else "sender"]["id"],
                sent_at=read_milliseconds(entry["timestamp"]),
                text=text,
                media=media,
                placeholder="" if text or media else "message",
                is_echo=is_echo,
            )
        ]

    @api.model
    def _parse_attachments(self, attachments):
        """Files, and words for what is none (a shared post, a place)."""
        media, words = [], []
        for attachment in attachments:
            url = attachment.get("payload", {}).get("url", "")
            if attachment["type"] in ("image", "video", "audio", "file") and url:
                media.append((url, attachment["type"], ""))
            else:
                words.append(f"[{attachment['type']}]")
        return tuple(media), words

    @api.model
    def _parse_postback(self, account_key, entry):
        """A button that the customer pressed says its title."""
        postback = entry["postback"]
        return [
            told.ProviderMessage(
                account_key=account_key,
                kind=self._kind,
                external_id=postback["mid"],
                sender_key=entry["sender"]["id"],
                sent_at=read_milliseconds(entry["timestamp"]),
                text=postback["title"],
            )
        ]

    @api.model
    def _parse_reaction(self, account_key, entry):
        reaction = entry["reaction"]
        is_on = reaction["action"] == "react"
        return [
            told.Reaction(
                account_key=account_key,
                kind=self._kind,
                external_id=reaction["mid"],
                sender_key=entry["sender"]["id"],
                emoji=reaction.get("emoji", "") if is_on else "",
            )
        ]

    @api.model
    def _parse_delivery(self, account_key, entry):
        return [
            told.DeliveryReceipt(
                account_key=account_key,
                kind=self._kind,
                external_id=mid,
                status="delivered",
            )
            for mid in entry["delivery"].get("mids", ())
        ]

    @api.model
    def _parse_read(self, account_key, entry):
        read = entry["read"]
        if "mid" in read:
            return [
                told.DeliveryReceipt(
                    account_key=account_key,
                    kind=self._kind,
                    external_id=read["mid"],
                    status="read",
                )
            ]
        return [
            told.ReadUntil(
                account_key=account_key,
                kind=self._kind,
                sender_key=entry["sender"]["id"],
                until=read_milliseconds(read["watermark"]),
            )
        ]

    @api.model
    def _fetch_media(self, channel, key):
        return self._fetch_address(channel, key)

    # --- out ----------------------------------------------------------------------

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        path = f"{channel.account_key}/messages"
        recipient = {"id": recipient_key}
        if recipient_key.startswith(BY_COMMENT):
            recipient = {"comment_id": recipient_key.removeprefix(BY_COMMENT)}
        if attachments:
            answer = self._send_file(channel, path, recipient, attachments)
        else:
            content = {"recipient": recipient, "message": {"text": text}}
            content["messaging_type"] = "RESPONSE"
            answer = self._call_graph(channel, "POST", path, json=content)
        return told.Sent(answer["message_id"], answer.get("recipient_id", ""))

    @api.model
    def _get_private_key(self, sender_key, comment):
        # A page may write to whoever has commented by the comment alone.
        return f"{BY_COMMENT}{comment}"

    @api.model
    def _send_file(self, channel, path, recipient, attachment):
        kind = attachment.mimetype.partition("/")[0]
        kind = kind if kind in SENT_AS else "file"
        message = {"attachment": {"type": kind, "payload": {"is_reusable": False}}}
        return self._call_graph(
            channel,
            "POST",
            path,
            data={
                "recipient": json.dumps(recipient),
                "message": json.dumps(message),
                "messaging_type": "RESPONSE",
            },
            files={"filedata": (attachment.name, attachment.raw, attachment.mimetype)},
        )
