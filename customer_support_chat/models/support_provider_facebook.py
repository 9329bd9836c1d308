from odoo import api, models

from ..tools import provider_events as told
from ..tools.provider_time import read_seconds


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
        if change["field"] != "feed" or value.get("item") not in ("comment", "post"):
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
        sender = value["from"]
        media = tuple((url, "image", "") for url in [value.get("photo")] if url)
        text = value.get("message", "")
        edit = f".{value['created_time']}" if value["verb"] == "edited" else ""
        return told.ProviderMessage(
            account_key=account_key,
            kind="facebook",
            external_id=f"{name}{edit}",
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

    # --- out ----------------------------------------------------------------------

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        """Answer below the comment."""
        path = f"{options['reply_to']}/comments"
        answer = self._call_graph(channel, "POST", path, json={"message": text})
        return told.Sent(answer["id"])
