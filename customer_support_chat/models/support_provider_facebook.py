import hashlib
import json

from odoo import api, models

from ..tools import provider_events as told
from ..tools.provider_time import read_seconds

# What visitors put on the page; a picture or a film comes as an address.
POSTS = ("post", "status", "photo", "video")
FILMED = {"photo": "image", "video": "video"}


class SupportProviderFacebook(models.AbstractModel):
    """Comments and visitors' posts on a Facebook page, answered in public.

    https://developers.facebook.com/docs/graph-api/webhooks/reference/page
    """

    _name = "support.provider.facebook"
    _inherit = "support.provider.messenger"
    _description = "Provider: Facebook Page"

    _kind = "messenger"
    _reply_window_hours = 0
    _max_length = 8000
    _is_public = True
    _private_kind = "messenger"
    _sends_files = False

    # --- in -----------------------------------------------------------------------

    @api.model
    def _parse_change(self, account_key, change):
        """A change of the page's feed: a comment or a post, new, changed or gone."""
        value = change["value"]
        item = value.get("item")
        if change["field"] != "feed" or item not in ("comment", *POSTS):
            return []
        if item in POSTS[1:] and value.get("from", {}).get("id") == account_key:
            # The store's own news asks nothing.
            return []
        name = value.get("comment_id") or value["post_id"]
        verb = value["verb"]
        if verb in ("remove", "hide", "delete", "block"):
            removal = told.Removal(
                account_key=account_key, kind="facebook", external_id=name
            )
            return [removal]
        if verb not in ("add", "edited"):
            return []
        return [self._parse_words(account_key, value, name)]

    @api.model
    def _parse_words(self, account_key, value, name):
        sender, media = value["from"], self._parse_media(value)
        text = value.get("message", "")
        is_edit = value["verb"] == "edited"
        return told.ProviderMessage(
            account_key=account_key,
            kind="facebook",
            external_id=f"{name}.{_get_version(value)}" if is_edit else name,
            comment_key=name if is_edit else "",
            sender_key=sender["id"],
            sender_name=sender.get("name", ""),
            sent_at=read_seconds(value["created_time"]),
            text=text,
            media=media,
            placeholder="" if text or media else value["item"],
            thread_key=value["post_id"],
            is_public=True,
            is_echo=sender["id"] == account_key,
        )

    @api.model
    def _parse_media(self, value):
        """Pictures and films of a comment or a post; other links are none."""
        kind = FILMED.get(value["item"])
        found = [(value.get("photo"), "image"), (kind and value.get("link"), kind)]
        found += [(url, "image") for url in value.get("photos", ())]
        return tuple((url, kind, "") for url, kind in dict(found).items() if url)

    # --- out ----------------------------------------------------------------------

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        """Answer below the comment."""
        path = f"{options['reply_to']}/comments"
        answer = self._call_graph(channel, "POST", path, json={"message": text})
        return told.Sent(answer["id"])


def _get_version(value):
    """A name of what a comment says after an edit: told again, it is the same."""
    words = [value.get(name) for name in ("created_time", "message", "photo")]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]
