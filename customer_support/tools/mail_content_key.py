"""The key by which two deliveries of one mail meet.

Trace headers, line ends, boundaries and transfer encodings differ from path to
path; sender, date, subject, Message-Id and the decoded parts do not. One pass over
the bytes and no MIME tree, so that a hostile mail cannot delay its own storage.
"""

import contextlib
import hashlib
import re
from binascii import Error as Base64Error, a2b_base64, a2b_qp
from collections.abc import Iterator

from .mail_headers import Headers, get_header, read_headers, split_head

_KEY_HEADERS = ("from", "date", "subject", "message-id")
_BOUNDARY = re.compile(
    rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE
)


def get_content_key(raw: bytes) -> str:
    """Return the hexadecimal SHA-256 of what identifies a mail."""
    head, body = split_head(raw)
    headers = read_headers(head)
    digest = hashlib.sha256()
    for name in _KEY_HEADERS:
        _add(digest, " ".join(get_header(headers, name).split()).encode())
    parts = list(_split_parts(raw, body))
    contents = [_decode_part(*part) for part in parts] or [_decode(headers, body)]
    if not any(contents) and not get_header(headers, "message-id"):
        # A head so broken that it is all one line: only all bytes tell it apart.
        contents = [raw]
    for content in contents:
        if content:
            _add(digest, hashlib.sha256(content).digest())
    return digest.hexdigest()


def get_message_slot(message_id: str) -> str | None:
    """Return the key under which a Message-Id may be used once, None without one."""
    if not message_id:
        return None
    return hashlib.sha256(message_id.encode()).hexdigest()


def _add(digest, value: bytes) -> None:
    # The length keeps ("ab", "c") apart from ("a", "bc").
    digest.update(b"%d:" % len(value) + value)


def _split_parts(raw: bytes, body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (head, body) of each part that stands behind a delimiter line."""
    boundaries = {quoted or plain for quoted, plain in _BOUNDARY.findall(raw)}
    start = None
    for begin, end in _find_delimiters(body, boundaries) if boundaries else ():
        # What stands before the first delimiter is the preamble: nobody reads it.
        if start is not None:
            yield _split_part(body[start:begin])
        start = end
    if start is not None:
        yield _split_part(body[start:])


def _find_delimiters(body: bytes, boundaries: set[bytes]) -> Iterator[tuple[int, int]]:
    position = 0 if body.startswith(b"--") else body.find(b"\n--")
    while position != -1:
        line_start = position + (body[position : position + 1] == b"\n")
        line_end = body.find(b"\n", line_start)
        line_end = len(body) if line_end == -1 else line_end
        line = body[line_start + 2 : line_end][:210].rstrip()
        if line in boundaries or line.removesuffix(b"--") in boundaries:
            yield line_start, line_end
        position = body.find(b"\n--", line_end)


def _split_part(part: bytes) -> tuple[bytes, bytes]:
    """A part without headers starts with its blank line."""
    part = part.removeprefix(b"\r").removeprefix(b"\n")
    if part.startswith((b"\n", b"\r\n")):
        return b"", part
    head, body = split_head(part)
    return (head, body) if b":" in head else (b"", part)


def _decode_part(head: bytes, body: bytes) -> bytes:
    headers = read_headers(head)
    if get_header(headers, "content-type").lower().startswith("multipart/"):
        return b""  # the preamble of a nested container
    return _decode(headers, body)


def _decode(headers: Headers, body: bytes) -> bytes:
    encoding = get_header(headers, "content-transfer-encoding").lower()
    if encoding == "quoted-printable":
        body = a2b_qp(body)
    elif encoding == "base64":
        # What is no base64 counts as it stands.
        with contextlib.suppress(Base64Error):
            body = a2b_base64(body)
    return body.replace(b"\r\n", b"\n").strip()
