"""Card numbers in text files and in mails as they arrived, without the ORM.

Pictures and PDF files are left alone: nobody can change a number in them here.
"""

import email
import email.policy
from base64 import encodebytes
from email.header import Header

from .incoming_mail_parser import PARSE_ERRORS
from .mail_headers import decode_words
from .number_masking import mask_sender

TEXT_FILES = (".txt", ".csv", ".htm", ".html")
MAIL_FILES = (".eml",)
_ADDRESS_HEADERS = ("from", "to", "cc", "sender", "reply-to")
_TEXT_HEADERS = ("subject", "thread-topic")
_PLAIN_ENCODINGS = ("", "7bit", "8bit", "binary")


def mask_file(name, content, mask):
    """The content of a text file with its numbers masked; any other as it was.

    :param str name: of the file; its ending decides
    :param content: bytes or str
    :param mask: function of a text that keeps its character set
    :return: of the type of ``content``
    """
    ending = (name or "").lower()
    if ending.endswith(TEXT_FILES):
        return mask(content) if isinstance(content, str) else _mask(content, mask)
    if ending.endswith(MAIL_FILES) and isinstance(content, bytes):
        return mask_raw_mail(content, mask) or content
    return content


def mask_raw_mail(raw, mask):
    """A mail as it arrived, with the numbers in its texts masked.

    Subject, names, texts, text files and enclosed mails are looked at. What holds no
    number stays as it was.

    :param bytes raw: the mail
    :param mask: function of a text that keeps its character set
    :return: bytes; None when the mail cannot be read or be written again
    """
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        is_masked = [_mask_part(part, mask) for part in message.walk()]
        return message.as_bytes() if any(is_masked) else raw
    except PARSE_ERRORS:
        return None


def _mask_part(part, mask):
    """Mask one part of a mail; return whether something was there to be masked."""
    is_masked = False
    for name, value in part.items():
        if name.lower() not in _ADDRESS_HEADERS + _TEXT_HEADERS:
            continue
        text = decode_words(str(value))
        is_sender = name.lower() in _ADDRESS_HEADERS
        masked = mask_sender(text, mask) if is_sender else mask(text)
        if masked != text:
            part.replace_header(name, Header(masked).encode())
            is_masked = True
    return _mask_content(part, mask) or is_masked


def _mask_content(part, mask):
    name = decode_words(str(part.get_filename() or "")).lower()
    # A container without its boundary is read as the text it then is.
    is_text = part.get_content_maintype() in ("text", "multipart")
    if part.is_multipart() or not (is_text or name.endswith(TEXT_FILES)):
        return False
    content = part.get_payload(decode=True) or b""
    masked = _mask(content, mask, part.get_content_charset())
    if masked == content:
        return False
    encoding = str(part.get("content-transfer-encoding") or "").strip().lower()
    if encoding in _PLAIN_ENCODINGS:
        part.set_payload(masked.decode("ascii", "surrogateescape"))
        return True
    del part["content-transfer-encoding"]
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(masked).decode("ascii"))
    return True


def _mask(content, mask, charset=None):
    """Mask bytes in the first character set that gives them back as they were."""
    for codec in (charset, "utf-8", "latin-1"):
        try:
            text = content.decode(codec) if codec else None
            if text is not None and text.encode(codec) == content:
                return mask(text).encode(codec)
        except (LookupError, ValueError):
            # Not this one: the last takes every byte.
            continue
    return content
