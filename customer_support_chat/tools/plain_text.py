"""A rich answer as the plain text that messaging providers take."""

import re

from lxml import html

from odoo.tools import html2plaintext


def get_plain_text(body) -> str:
    """The words of a message; a link's address stands behind its words."""
    if not body:
        return ""
    root = html.fragment_fromstring(str(body), create_parent="div")
    for link in root.iter("a"):
        address, words = link.get("href") or "", link.text_content().strip()
        if address.startswith(("http://", "https://")) and address != words:
            text = f"{words} ({address})" if words else address
            for child in list(link):
                link.remove(child)
            link.text = text
    text = html2plaintext(
        html.tostring(root, encoding="unicode"), include_references=False
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def split_text(text: str, length: int) -> list[str]:
    """Parts of a text that are no longer than ``length``, cut between words.

    >>> split_text("one two three", 8)
    ['one two', 'three']
    """
    parts = []
    while len(text) > length:
        border = max(text.rfind("\n", 1, length), text.rfind(" ", 1, length))
        if border <= 0:
            border = length
        parts.append(text[:border].rstrip())
        text = text[border:].lstrip()
    return parts + [text] if text else parts
