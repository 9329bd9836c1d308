"""Read the head of a raw mail in linear time, whatever it holds.

The head decides where a mail goes before anything else looks at it, so nothing
here may raise or run long: no MIME tree, no nested comments, bounded patterns.
"""

import codecs
import re
from binascii import Error as Base64Error, a2b_base64, a2b_qp
from dataclasses import dataclass

HEAD_LIMIT = 16 * 1024 * 1024
VALUE_LIMIT = 100_000
REFERENCES_LIMIT = 32
ADDRESSES_LIMIT = 1024 * 1024

Headers = tuple[tuple[str, str], ...]

RECIPIENT_HEADERS = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "resent-to",
    "resent-cc",
)

_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_ADDRESS = re.compile(r"[^\s<>(),;:\"\[\]@]{1,64}@[^\s<>(),;:\"\[\]@]{1,255}")
_ANGLE_ADDRESS = re.compile(r"<\s{0,5}([^\s<>@]{1,64}@[^\s<>@]{1,255})\s{0,5}>")
_QUOTED = re.compile(r'"[^"]*"')
_COMMENT = re.compile(r"\([^()]*\)")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
_PLAIN_MESSAGE_ID = re.compile(
    r"<[\w.!#$%&'*+/=?^`{|}~-]{1,250}@[\w.-]{1,250}>", re.ASCII
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_NOT_TEXT_CODECS = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "oem",
}


@dataclass(frozen=True)
class Envelope:
    """What the head of a mail says about its way and its place in a thread."""

    headers: Headers
    sender: str
    sender_name: str
    sender_count: int
    to: tuple[str, ...]
    recipients: tuple[str, ...]
    reply_to: tuple[str, ...]
    message_id: str
    references: tuple[str, ...]
    subject: str


def split_head(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header block and the body, without an mbox "From " line."""
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    end = _HEAD_END.search(raw)
    if not end:
        return raw, b""
    return raw[: end.start()], raw[end.end() :]


def read_headers(head: bytes) -> Headers:
    """Return (lower-case name, unfolded value) pairs in their order of arrival."""
    headers = []
    for line in _FOLD.sub(b" ", head[:HEAD_LIMIT]).splitlines():
        name, colon, value = line.partition(b":")
        if colon and name and b" " not in name.strip():
            headers.append((_to_text(name).strip().lower(), _to_text(value).strip()))
    return tuple(headers)


def read_envelope(raw: bytes) -> Envelope:
    """Return the envelope of a raw mail; never raises."""
    headers = read_headers(split_head(raw)[0])
    name, sender = read_sender(get_header(headers, "from"))
    senders = [a for v in get_all(headers, "from") for a in find_addresses(v)]
    return Envelope(
        headers=headers,
        sender=sender,
        sender_name=name,
        sender_count=len(set(senders)) or 1,
        to=_collect_addresses(headers, ("to", "delivered-to")),
        recipients=_collect_addresses(headers, RECIPIENT_HEADERS),
        reply_to=_collect_addresses(headers, ("reply-to",)),
        message_id=find_message_id(get_header(headers, "message-id")),
        references=_collect_references(headers),
        subject=clean_text(decode_words(get_header(headers, "subject"))),
    )


def get_header(headers: Headers, name: str) -> str:
    """Return the first value of a header, or an empty string."""
    return next((value for key, value in headers if key == name), "")


def get_all(headers: Headers, name: str) -> list[str]:
    """Return every value of a header, topmost first."""
    return [value for key, value in headers if key == name]


def find_addresses(value: str) -> list[str]:
    """Return the lower-case addresses in a header, names and comments left out."""
    if "@" not in value:
        return []
    bare = _COMMENT.sub(" ", _QUOTED.sub(" ", value[:ADDRESSES_LIMIT]))
    return [address.strip("'").lower() for address in _ADDRESS.findall(bare)]


def read_sender(value: str) -> tuple[str, str]:
    """Return (display name, lower-case address) of a From header."""
    value = value[:VALUE_LIMIT]
    # Blanked out, not removed: positions in the original value stay true.
    bare = _QUOTED.sub(lambda match: " " * len(match[0]), value)
    match = _ANGLE_ADDRESS.search(bare)
    if match:
        name = decode_words(value[: match.start()]).strip().strip("\"'").strip()
        return clean_text(name)[:200], match[1].lower()
    addresses = find_addresses(value)
    return "", addresses[0] if addresses else ""


def find_message_id(value: str) -> str:
    """Return the Message-Id with its angle brackets, or an empty string.

    One that is written in an odd way counts as a whole: a part of it, such as the
    domain, could be that of other mails too.
    """
    value = value.replace("\x00", "")[:VALUE_LIMIT]
    found = _MESSAGE_ID.search(value)
    return found[0] if found else " ".join(value.split())[:990]


def find_message_ids(value: str) -> list[str]:
    """Return all Message-Ids of a header in their order."""
    value = value.replace("\x00", "")[:VALUE_LIMIT]
    found = _MESSAGE_ID.findall(value)
    if found or not value.strip():
        return found
    # Some senders leave the brackets out.
    return [word for word in value.split() if "@" in word and len(word) < 990]


def is_plain_message_id(value: str) -> bool:
    """Whether a Message-Id can be repeated in the headers of an answer."""
    return bool(_PLAIN_MESSAGE_ID.fullmatch(value))


def decode_words(value: str) -> str:
    """Decode RFC 2047 words; what cannot be decoded stays readable."""
    value = value[:VALUE_LIMIT]
    pieces: list[str] = []
    pending, pending_charset, position = b"", "", 0
    for match in _ENCODED_WORD.finditer(value):
        gap = value[position : match.start()]
        charset = match[1].partition("*")[0].lower()
        joined = pending_charset and not gap.strip()
        # A character may be cut between two words of one charset.
        if not joined or charset != pending_charset:
            pieces.append(decode_bytes(pending, pending_charset))
            pending = b""
        if not joined:
            pieces.append(gap)
        pending += _decode_word(match[2], match[3])
        pending_charset, position = charset, match.end()
    pieces += [decode_bytes(pending, pending_charset), value[position:]]
    return "".join(pieces)


def decode_bytes(content: bytes, charset: str | None = None) -> str:
    """Decode by the stated charset, then UTF-8, then latin-1; NUL is dropped."""
    for name in (charset, "utf-8"):
        if name and _is_text_codec(name) and not _is_wide_lie(name, content):
            try:
                return content.decode(name).replace("\x00", "")
            except (UnicodeError, ValueError):
                continue
    return content.decode("latin-1").replace("\x00", "")


def clean_text(value: str) -> str:
    """Return one line without control characters."""
    return " ".join(_CONTROL.sub(" ", value).split())


def _is_wide_lie(name: str, content: bytes) -> bool:
    """Whether "utf-16" is said of bytes of one byte each: any pair decodes to a
    character, so that no error would tell, and nothing of the text would be left."""
    if not codecs.lookup(name).name.startswith(("utf-16", "utf-32")):
        return False
    has_mark = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return not has_mark and b"\x00" not in content[:10_000]


def _is_text_codec(name: str) -> bool:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError, TypeError):
        return False
    # Codecs such as "zlib" or "idna" are no character sets and may run long.
    return info.name.replace("-", "_") not in _NOT_TEXT_CODECS and getattr(
        info, "_is_text_encoding", True
    )


def _decode_word(encoding: str, text: str) -> bytes:
    data = text.encode("ascii", "ignore")
    if encoding in "qQ":
        return a2b_qp(data, header=True)
    try:
        return a2b_base64(data + b"==")
    except Base64Error:
        return data


def _to_text(value: bytes) -> str:
    return decode_bytes(value)


def _collect_addresses(headers: Headers, names: tuple[str, ...]) -> tuple[str, ...]:
    found = (a for n in names for v in get_all(headers, n) for a in find_addresses(v))
    return tuple(dict.fromkeys(found))


def _collect_references(headers: Headers) -> tuple[str, ...]:
    """Newest first: In-Reply-To, then References from its end."""
    ids = find_message_ids(get_header(headers, "in-reply-to"))[:4]
    ids += reversed(find_message_ids(get_header(headers, "references")))
    return tuple(dict.fromkeys(ids))[:REFERENCES_LIMIT]
