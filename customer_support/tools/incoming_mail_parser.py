"""Parse a raw mail into plain values, whatever a sender puts into it.

`parse_mail` never raises. What cannot be read is not guessed at: `problems` names
it, and the caller attaches the original, so nothing is lost in silence.
"""

import email
import email.policy
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from .mail_headers import (
    Envelope,
    clean_text,
    decode_bytes,
    decode_words,
    get_header,
    read_envelope,
)

DEPTH_LIMIT = 100
ATTACHMENT_LIMIT = 100
NAME_LIMIT = 180

# Problems: the caller attaches the original when one is found.
UNREADABLE = "unreadable"
TOO_DEEP = "too_deep"
TOO_MANY_PARTS = "too_many_parts"

# What the email package raises on hostile headers and parts.
PARSE_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_UNSAFE_IN_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


class MailTooDeepError(ValueError):
    """The mail nests more parts than anybody writes."""


class _CappedMessage(Message):
    """A message that refuses to nest deeper than DEPTH_LIMIT."""

    depth = 0

    def attach(self, payload: Any) -> None:
        payload.depth = self.depth + 1
        if payload.depth > DEPTH_LIMIT:
            raise MailTooDeepError
        return super().attach(payload)


@dataclass(frozen=True)
class MailAttachment:
    """A file of a mail; `cid` when the HTML shows it in place."""

    name: str
    content: bytes
    mimetype: str
    cid: str = ""


@dataclass(frozen=True)
class MailBody:
    """One part of the text, in the versions the sender gave."""

    text: str = ""
    html: str = ""


@dataclass(frozen=True)
class ParsedMail:
    """A mail as plain values."""

    envelope: Envelope
    bodies: tuple[MailBody, ...] = ()
    attachments: tuple[MailAttachment, ...] = ()
    problems: tuple[str, ...] = ()
    content_type: str = "text/plain"
    report_type: str = ""
    report_text: str = ""
    returned_ids: tuple[str, ...] = ()

    def get_header(self, name: str) -> str:
        """Return the first value of a header (lower-case name), or ""."""
        return get_header(self.envelope.headers, name)

    @property
    def text(self) -> str:
        """The plain text, for searching in it."""
        return "\n".join(body.text or body.html for body in self.bodies)


@dataclass
class _Content:
    bodies: list[MailBody] = field(default_factory=list)
    attachments: list[MailAttachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def parse_mail(raw: bytes) -> ParsedMail:
    """Return the mail's values; `problems` is empty when all could be read."""
    envelope = read_envelope(raw)
    try:
        # compat32 reads headers lazily: a huge one costs nothing until asked for.
        message = email.message_from_bytes(
            raw,
            _class=_CappedMessage,
            policy=email.policy.compat32,
        )
        return _build(envelope, message)
    except MailTooDeepError:
        return ParsedMail(envelope, problems=(TOO_DEEP,))
    except PARSE_ERRORS:
        return ParsedMail(envelope, problems=(UNREADABLE,))


def clean_file_name(name: str, default: str = "attachment") -> str:
    """Return a name that is safe to store and to show.

    Direction marks and zero-width characters go first, since they hide what the
    later steps look for.
    """
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cf", "Cs"))
    name = _UNSAFE_IN_NAME.sub("_", clean_text(name)).strip(" .")
    if len(name) > NAME_LIMIT:
        stem, dot, extension = name.rpartition(".")
        extension = dot + extension if len(extension) < 12 else ""
        name = (stem if extension else name)[: NAME_LIMIT - len(extension)] + extension
    return name or default


def _build(envelope: Envelope, message: Message) -> ParsedMail:
    content = _Content()
    _read_part(message, content)
    attachments = content.attachments
    if len(attachments) > ATTACHMENT_LIMIT:
        attachments = attachments[:ATTACHMENT_LIMIT]
        content.problems.append(TOO_MANY_PARTS)
    return ParsedMail(
        envelope=envelope,
        bodies=tuple(body for body in content.bodies if body.text or body.html),
        attachments=tuple(attachments),
        problems=tuple(dict.fromkeys(content.problems)),
        content_type=_content_type(message),
        report_type=str(_try(message.get_param, "report-type") or "").lower(),
        **_read_report(message),
    )


def _try(function: Callable[..., Any], *args: Any) -> Any:
    """Return what a reader of the email package gives, None when it stumbles."""
    try:
        return function(*args)
    except PARSE_ERRORS:
        return None


def _content_type(part: Message) -> str:
    return _try(part.get_content_type) or "application/octet-stream"


def _read_part(part: Message, content: _Content) -> None:
    kind = _content_type(part)
    if kind == "message/rfc822":
        content.attachments.append(_read_enclosed(part))
    elif part.is_multipart():
        _read_container(part, kind, content)
    elif _is_body(part, kind):
        text = decode_bytes(_payload(part, content), _try(part.get_content_charset))
        is_html = kind == "text/html"
        content.bodies.append(MailBody(html=text) if is_html else MailBody(text=text))
    else:
        content.attachments.append(_read_attachment(part, kind, content))


def _read_container(part: Message, kind: str, content: _Content) -> None:
    children = [child for child in part.get_payload() if isinstance(child, Message)]
    if kind != "multipart/alternative":
        for child in children:
            _read_part(child, content)
        return
    choice = _Content()
    for child in children:
        _read_part(child, choice)
    content.attachments += choice.attachments
    content.problems += choice.problems
    html = "\n".join(body.html for body in choice.bodies if body.html.strip())
    text = "\n".join(body.text for body in choice.bodies if body.text.strip())
    content.bodies.append(MailBody(text=text, html=html))


def _is_body(part: Message, kind: str) -> bool:
    disposition = str(part.get("content-disposition") or "").strip().lower()
    if disposition.startswith("attachment") or _try(part.get_filename):
        return False
    # A container without its boundary is read as the text it then is.
    return kind in ("text/plain", "text/html") or kind.startswith("multipart/")


def _payload(part: Message, content: _Content) -> bytes:
    payload = _try(part.get_payload, None, True)
    if payload is None:
        content.problems.append(UNREADABLE)
        return b""
    return payload


def _read_attachment(part: Message, kind: str, content: _Content) -> MailAttachment:
    name = decode_words(str(_try(part.get_filename) or ""))
    default = {"application/ms-tnef": "winmail.dat", "text/calendar": "invite.ics"}
    return MailAttachment(
        name=clean_file_name(name, default.get(kind, "attachment")),
        content=_payload(part, content),
        mimetype=kind,
        cid=clean_text(str(part.get("content-id") or "")).strip("<>"),
    )


def _read_enclosed(part: Message) -> MailAttachment:
    inner = part.get_payload()
    inner = inner[0] if isinstance(inner, list) and inner else inner
    if isinstance(inner, Message):
        subject = decode_words(str(inner.get("subject") or ""))
        # Some trees cannot be written out again; their text then can.
        content = _try(inner.as_bytes) or str(_try(inner.as_string) or "").encode()
    else:
        subject, content = "", str(inner or "").encode("utf-8", "replace")
    name = clean_file_name(subject, "message") + ".eml"
    return MailAttachment(name, content, "message/rfc822")


def _read_report(message: Message) -> dict[str, Any]:
    """Return the machine-readable part of a bounce or receipt, and whose it is."""
    texts: list[str] = []
    returned: list[str] = []
    for part in message.walk() if _content_type(message) == "multipart/report" else ():
        kind = _content_type(part)
        if kind in ("message/delivery-status", "message/disposition-notification"):
            texts.append(str(_try(part.as_string) or ""))
        elif kind == "message/rfc822" and part.is_multipart():
            returned.append(str(part.get_payload(0).get("message-id") or ""))
        elif kind == "text/rfc822-headers":
            texts_of_headers = decode_bytes(_try(part.get_payload, None, True) or b"")
            returned += re.findall(
                r"(?im)^message-id:\s*(<[^<>\s]+>)", texts_of_headers
            )
    ids = tuple(value.strip() for value in returned if value.strip())
    return {"report_text": "\n".join(texts)[:20_000], "returned_ids": ids}
