"""The bodies that the providers post, and their proofs, as they publish them.

Written apart from the addon: neither shares code with the other.
"""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass


@dataclass
class Account:
    """One account of the store at a provider."""

    kind: str
    account: str
    webhook: str
    secret: str


@dataclass
class Said:
    """What a customer writes."""

    name: str
    sender: str
    sender_name: str
    text: str
    at: float
    post: str = ""


def sign(account: Account, body: bytes) -> dict[str, str]:
    """Return the headers by which the provider proves that it sent `body`."""
    digest = hmac.new(account.secret.encode(), body, hashlib.sha256)
    if account.kind == "telegram":
        return {"X-Telegram-Bot-Api-Secret-Token": account.secret}
    if account.kind in ("x", "x_public"):
        proof = base64.b64encode(digest.digest()).decode()
        return {"x-twitter-webhooks-signature": f"sha256={proof}"}
    return {"X-Hub-Signature-256": f"sha256={digest.hexdigest()}"}


def write(payload: dict) -> bytes:
    """Return the bytes of a body as the providers write them."""
    return json.dumps(payload, separators=(",", ":")).encode()


def message(account: Account, *said: Said) -> dict:
    """Return the body that tells what customers wrote."""
    return WRITERS[account.kind](account, said)


def status(account: Account, name: str, state: str, our_key: str = "") -> dict | None:
    """Return the body that tells what became of a message of the store."""
    if account.kind == "whatsapp":
        told = {
            "id": name,
            "status": state,
            "timestamp": str(int(time.time())),
            "recipient_id": "0",
        }
        if our_key:
            told["biz_opaque_callback_data"] = our_key
        return _whatsapp_body(account, {"statuses": [told]})
    if account.kind == "messenger" and state == "delivered":
        return _page(account, {"delivery": {"mids": [name]}}, "0")
    return None


def _whatsapp(account: Account, said: tuple[Said, ...]) -> dict:
    messages = [
        {
            "from": one.sender,
            "id": one.name,
            "timestamp": str(int(one.at)),
            "type": "text",
            "text": {"body": one.text},
        }
        for one in said
    ]
    contacts = [
        {"profile": {"name": one.sender_name}, "wa_id": one.sender} for one in said
    ]
    return _whatsapp_body(account, {"contacts": contacts, "messages": messages})


def _whatsapp_body(account: Account, told: dict) -> dict:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": account.account,
            "phone_number_id": account.account,
        },
        **told,
    }
    change = {"value": value, "field": "messages"}
    entry = {"id": "sandbox", "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _messaging(account: Account, said: tuple[Said, ...]) -> dict:
    items = [
        {
            "sender": {"id": one.sender},
            "recipient": {"id": account.account},
            "timestamp": int(one.at * 1000),
            "message": {"mid": one.name, "text": one.text},
        }
        for one in said
    ]
    return _page_body(account, {"messaging": items})


def _page(account: Account, item: dict, sender: str) -> dict:
    item = {"sender": {"id": sender}, "recipient": {"id": account.account}, **item}
    return _page_body(account, {"messaging": [item]})


def _page_body(account: Account, told: dict) -> dict:
    kind = "instagram" if account.kind == "instagram" else "page"
    entry = {"id": account.account, "time": int(time.time() * 1000), **told}
    return {"object": kind, "entry": [entry]}


def _comments(account: Account, said: tuple[Said, ...]) -> dict:
    changes = [
        {
            "field": "feed",
            "value": {
                "item": "comment",
                "verb": "add",
                "comment_id": one.name,
                "post_id": one.post or f"{account.account}_1",
                "from": {"id": one.sender, "name": one.sender_name},
                "message": one.text,
                "created_time": int(one.at),
            },
        }
        for one in said
    ]
    return _page_body(account, {"changes": changes})


def _x(account: Account, said: tuple[Said, ...]) -> dict:
    events = [
        {
            "type": "message_create",
            "id": one.name,
            "created_timestamp": str(int(one.at * 1000)),
            "message_create": {
                "target": {"recipient_id": account.account},
                "sender_id": one.sender,
                "message_data": {"text": one.text},
            },
        }
        for one in said
    ]
    users = {one.sender: {"id": one.sender, "name": one.sender_name} for one in said}
    return {
        "for_user_id": account.account,
        "direct_message_events": events,
        "users": users,
    }


def _x_public(account: Account, said: tuple[Said, ...]) -> dict:
    posts = [
        {
            "id_str": one.name,
            "text": one.text,
            "created_at": time.strftime(
                "%a %b %d %H:%M:%S +0000 %Y", time.gmtime(one.at)
            ),
            "user": {"id_str": one.sender, "name": one.sender_name},
            "in_reply_to_status_id_str": one.post or None,
        }
        for one in said
    ]
    return {"for_user_id": account.account, "tweet_create_events": posts}


def _telegram(account: Account, said: tuple[Said, ...]) -> dict:
    one = said[0]
    return {
        "update_id": int(one.name),
        "message": {
            "message_id": int(one.name),
            "from": {
                "id": int(one.sender),
                "is_bot": False,
                "first_name": one.sender_name,
            },
            "chat": {"id": int(one.sender), "type": "private"},
            "date": int(one.at),
            "text": one.text,
        },
    }


WRITERS = {
    "whatsapp": _whatsapp,
    "messenger": _messaging,
    "instagram": _messaging,
    "facebook": _comments,
    "x": _x,
    "x_public": _x_public,
    "telegram": _telegram,
}
