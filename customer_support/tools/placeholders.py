"""Fill an allow-list of ``{placeholders}`` in a prepared text. No ORM in here.

A placeholder is a plain name in braces, such as ``{first_name}``. Nothing is ever
evaluated: a name is looked up in a dictionary, its value is escaped, and braces that
hold anything else stay as they are.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_PLACEHOLDER = re.compile(r"\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\}")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Link:
    """A value that is shown as a link."""

    url: str
    text: str = ""


Value = str | Link | Sequence[Link] | None


class MissingValueError(ValueError):
    """Placeholders of a text have no value.

    :ivar names: these placeholders, in the order of the text
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = list(names)


def find_names(text: str) -> list[str]:
    """The placeholders of a text (HTML or plain), each once, in order."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text or "")))


def find_unknown_names(text: str, allowed: Collection[str]) -> list[str]:
    """The placeholders of a text that the allow-list does not have."""
    return [name for name in find_names(text) if name not in allowed]


def find_misplaced_names(html: str) -> list[str]:
    """Placeholders that cannot be filled where they stand in the HTML.

    These are inside a tag (the address of a link), where text is no text, or cut in two
    by a tag (half of the name is bold).
    """
    html = html or ""
    between_tags = _TAG.sub("\0", html)
    readable = find_names(between_tags)
    joined = find_names(_TAG.sub("", html))
    return [
        name
        for name in dict.fromkeys([*find_names(html), *joined])
        if name not in readable
    ]


def fill(html: str, values: Mapping[str, Value]) -> Markup:
    """The HTML with its placeholders filled; values are escaped.

    :raise MissingValueError: if a name of ``values`` that stands in the text is empty.
        Names that ``values`` does not have stay as they are.
    """
    missing = [n for n in find_names(html) if n in values and not values[n]]
    if missing:
        raise MissingValueError(missing)
    return fill_known(html, values)


def fill_known(html: str, values: Mapping[str, Value]) -> Markup:
    """As ``fill``, but what has no value stays in its braces, for a preview."""

    def replace(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return str(_render(value)) if value else match[0]

    return Markup(_PLACEHOLDER.sub(replace, html or ""))


def _render(value: Value) -> Markup:
    if isinstance(value, Link):
        return Markup('<a href="%s">%s</a>') % (value.url, value.text or value.url)
    if isinstance(value, str):
        return escape(value)
    return Markup(", ").join(_render(link) for link in value or ())
