from odoo import api, models

from ..tools import provider_events as told
from ..tools.provider_errors import ProviderError
from ..tools.provider_time import read_seconds

MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")
# What our files are sent as; everything else is a document.
SENT_AS = {
    "image/jpeg": "image",
    "image/png": "image",
    "video/mp4": "video",
    "audio/mpeg": "audio",
    "audio/ogg": "audio",
    "audio/aac": "audio",
}


class SupportProviderWhatsapp(models.AbstractModel):
    """WhatsApp Cloud API.

    https://developers.facebook.com/docs/whatsapp/cloud-api
    """

    _name = "support.provider.whatsapp"
    _inherit = "support.provider.meta"
    _description = "Provider: WhatsApp"

    _reply_window_hours = 24
    _max_length = 4096
    _has_templates = True
    _sends_files = True

    # --- in ---------------------------------------------------------------------

    @api.model
    def _iter_entries(self, payload):
        for entry in payload.get("entry", ()):
            for change in entry.get("changes", ()):
                value = change.get("value", {})
                account = value.get("metadata", {}).get("phone_number_id", "")
                names = {
                    contact.get("wa_id"): contact.get("profile", {}).get("name", "")
                    for contact in value.get("contacts", ())
                }
                for message in value.get("messages", ()):
                    yield account, {"message": message, "names": names}
                for status in value.get("statuses", ()):
                    yield account, {"status": status}

    @api.model
    def _parse_entry(self, account_key, entry):
        if "status" in entry:
            return [self._parse_status(account_key, entry["status"])]
        message = entry["message"]
        if message["type"] == "reaction":
            reaction = message["reaction"]
            return [
                told.Reaction(
                    account_key=account_key,
                    external_id=reaction["message_id"],
                    sender_key=message["from"],
                    emoji=reaction.get("emoji", ""),
                )
            ]
        return [self._parse_message(account_key, message, entry["names"])]

    @api.model
    def _parse_message(self, account_key, message, names):
        kind, sender = message["type"], message["from"]
        text, media, placeholder = self._parse_content(kind, message.get(kind) or {})
        return told.ProviderMessage(
            account_key=account_key,
            external_id=message["id"],
            sender_key=sender,
            sender_name=names.get(sender, ""),
            phone=f"+{sender}",
            sent_at=read_seconds(message["timestamp"]),
            text=text,
            media=media,
            placeholder=placeholder,
        )

    @api.model
    def _parse_content(self, kind, content):
        """Text, files and a word for what cannot be shown, by the kind of message."""
        if kind == "text":
            return content["body"], (), ""
        if kind in MEDIA_TYPES:
            name = content.get("filename") or kind
            file = (content["id"], name, content.get("mime_type", ""))
            return content.get("caption", ""), (file,), ""
        if kind == "button":
            return content["text"], (), ""
        if kind == "interactive":
            chosen = content.get(content["type"], {})
            return chosen.get("title", ""), (), ""
        if kind == "location":
            place = [content.get("name"), content.get("address")]
            where = f"{content['latitude']}, {content['longitude']}"
            return ", ".join(filter(None, [*place, where])), (), ""
        return "", (), kind

    @api.model
    def _parse_status(self, account_key, status):
        errors = status.get("errors") or [{}]
        return told.DeliveryReceipt(
            account_key=account_key,
            external_id=status["id"],
            status=status["status"],
            error=str(errors[0].get("title", ""))[:200],
            our_key=status.get("biz_opaque_callback_data", ""),
        )

    @api.model
    def _fetch_media(self, channel, key):
        """A file: its address is asked for first, and is good for five minutes."""
        address = self._call_graph(channel, "GET", key).get("url")
        if not address:
            raise ProviderError("media")
        return self._fetch_address(channel, address)

    # --- out --------------------------------------------------------------------

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        content = self._prepare_content(channel, text, attachments, options)
        answer = self._call_graph(
            channel,
            "POST",
            f"{channel.account_key}/messages",
            json={
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": recipient_key,
                # Comes back with the statuses: tells what became of a call that broke.
                "biz_opaque_callback_data": our_key,
                **content,
            },
        )
        return told.Sent(answer["messages"][0]["id"])

    @api.model
    def _prepare_content(self, channel, text, attachments, options):
        if options.get("template"):
            return self._prepare_template(options["template"], options.get("values"))
        if attachments:
            return self._prepare_file(channel, attachments)
        return {"type": "text", "text": {"body": text, "preview_url": False}}

    @api.model
    def _prepare_template(self, template, values):
        content = {"name": template.name, "language": {"code": template.lang_code}}
        if values:
            parameters = [{"type": "text", "text": value} for value in values]
            content["components"] = [{"type": "body", "parameters": parameters}]
        return {"type": "template", "template": content}

    @api.model
    def _prepare_file(self, channel, attachment):
        """Upload a file, and refer to it."""
        uploaded = self._call_graph(
            channel,
            "POST",
            f"{channel.account_key}/media",
            data={"messaging_product": "whatsapp", "type": attachment.mimetype},
            files={"file": (attachment.name, attachment.raw, attachment.mimetype)},
        )
        kind = SENT_AS.get(attachment.mimetype, "document")
        file = {"id": uploaded["id"]}
        if kind == "document":
            file["filename"] = attachment.name
        return {"type": kind, kind: file}

    @api.model
    def _describe_sender(self, identity):
        """The number is what agents know a customer by."""
        number = f"+{identity.sender_key.lstrip('+')}"
        # Without the Python library phonenumbers it stands as it was told.
        number = (
            self.env.company._phone_format(number=number, force_format="INTERNATIONAL")
            or number
        )
        return f"{identity.name} ({number})" if identity.name else number

    @api.model
    def _check_account(self, channel):
        account = self._call_graph(channel, "GET", channel.account_key or "me")
        return account.get("verified_name") or account.get("display_phone_number")
