"""What customers may send us as files, and under which name it is kept."""

import re
import unicodedata
from dataclasses import dataclass

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_TOTAL_BYTES = 25 * 1024 * 1024
MAX_FILES = 10
MAX_NAME_LENGTH = 120

# The type is ours by the ending, never the sender's word: it decides how a
# browser treats the file when it is read back. No type here can hold a script.
TYPE_BY_ENDING: dict[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
INLINE_TYPES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))

_FIRST_BYTES: dict[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "application/pdf": (b"%PDF-",),
}
_RESERVED_NAMES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True)
class UploadedFile:
    """A file that passed every check."""

    name: str
    content: bytes
    mimetype: str


def clean_file_name(name: str | None) -> str:
    """Return a name that is what it looks like.

    Invisible and direction-changing signs and every folder part go away before
    anything is judged by the name, since a check before that can be fooled.
    """
    name = unicodedata.normalize("NFC", name or "")
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[<>:"|?*\s]+', " ", name).strip(" .")
    if _RESERVED_NAMES.match(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:MAX_NAME_LENGTH] or "file"
    ending = ending[:10]
    return f"{stem[: MAX_NAME_LENGTH - len(ending) - 1] or 'file'}.{ending}"


def find_file_type(name: str, content: bytes) -> str | None:
    """Return the type we keep for a cleaned name, or None where it is refused.

    :param name: as returned by `clean_file_name`
    :param content: the whole file or its beginning
    """
    _stem, dot, ending = name.rpartition(".")
    mimetype = TYPE_BY_ENDING.get(ending.lower()) if dot else None
    first_bytes = _FIRST_BYTES.get(mimetype or "")
    if first_bytes and not content.startswith(first_bytes):
        return None
    return mimetype
