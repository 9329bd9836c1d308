from datetime import datetime

from odoo import api, models

from ..tools import provider_events as told


class SupportProviderXPublic(models.AbstractModel):
    """Posts on X that mention the account, answered in public."""

    _name = "support.provider.x_public"
    _inherit = "support.provider.x"
    _description = "Provider: X Mentions"

    _max_length = 280
    _is_public = True
    _private_kind = "x"

    @api.model
    def _parse_post(self, account_key, name, item):
        if name == "tweet_delete_events":
            external_id = item["status"]["id"]
            return [
                told.Removal(
                    account_key=account_key, kind="x_public", external_id=external_id
                )
            ]
        sender = item["user"]
        if sender["id_str"] == account_key or "retweeted_status" in item:
            # Our own answers, and what others only pass on.
            return []
        answered = item.get("in_reply_to_status_id_str") or ""
        # A long post is told in short, with the whole of it beside.
        whole = item.get("extended_tweet", {})
        return [
            told.ProviderMessage(
                account_key=account_key,
                kind="x_public",
                external_id=item["id_str"],
                sender_key=sender["id_str"],
                sender_name=sender.get("name", ""),
                sent_at=_read_time(item["created_at"]),
                text=whole.get("full_text") or item["text"],
                media=_find_pictures(whole) or _find_pictures(item),
                thread_key=answered or item["id_str"],
                is_public=True,
            )
        ]

    @api.model
    def _send(self, channel, recipient_key, text, attachments, our_key, **options):
        reply = {"in_reply_to_tweet_id": options["reply_to"]}
        answer = self._call(
            channel, "POST", "/2/tweets", json={"text": text, "reply": reply}
        )
        return told.Sent(answer["id"])


def _read_time(text):
    """The time of a post, such as Wed Oct 10 20:19:24 +0000 2018."""
    moment = datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
    return moment.replace(tzinfo=None)


def _find_pictures(post):
    """The pictures of a post; of a film, that of its beginning."""
    media = post.get("extended_entities", {}).get("media", ())
    return tuple((one["media_url_https"], "image", "") for one in media)
