"""What the bot says, as plain text. No ORM here."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

MAX_LINE = 120
MAX_TEXT = 1500
_SPLIT_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class BotReply:
    """One answer of the bot: plain text, and those of its links that are ours.

    ``links`` are made by our own code and may be clicked; whatever else looks like a
    link, such as a product's name, stays text.
    """

    text: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class BotContext:
    """Who talks to the bot, and where.

    ``identity`` is the ``support.identity`` of the sender, ``customer`` the
    ``res.partner`` whose login or proven number this is (else empty), ``company`` and
    ``base_url`` those of the store. ``chat`` is the ``discuss.channel`` of a live chat,
    ``ticket`` the ``support.ticket`` of a conversation on a messaging channel.
    """

    identity: Any
    customer: Any
    company: Any
    channel: Any
    base_url: str = ""
    ip: str | None = None
    chat: Any = None
    ticket: Any = None


def to_html(replies: list[BotReply]) -> Markup:
    """Return the answers as HTML in which everything is escaped but our own links."""
    return Markup("<br/><br/>").join(_to_html(reply) for reply in replies)


def _to_html(reply: BotReply) -> Markup:
    parts = [Markup(escape(reply.text)).replace("\n", Markup("<br/>"))]
    links = [link for link in reply.links if link.startswith(("https://", "http://"))]
    # The longest first: one link may be the beginning of another.
    for link in sorted(set(links), key=len, reverse=True):
        shown = Markup(escape(link))
        anchor = Markup(
            '<a href="{link}" target="_blank" rel="noopener noreferrer">{link}</a>'
        ).format(link=link)
        parts = [piece for part in parts for piece in _put_between(part, shown, anchor)]
    return Markup("").join(parts)


def _put_between(part: Markup, shown: Markup, anchor: Markup) -> list[Markup]:
    if part.startswith("<a "):
        return [part]
    pieces = [Markup(piece) for piece in str(part).split(str(shown))]
    result = pieces[:1]
    for piece in pieces[1:]:
        result += [anchor, piece]
    return result


def one_line(value: object, limit: int = MAX_LINE) -> str:
    """Return a value of the store as one short line without control characters."""
    text = "".join(
        " " if unicodedata.category(char)[0] in "CZ" else char
        for char in str(value or "")
    )
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def get_words(text: str, least: int = 4) -> set[str]:
    """Return the words of a text without accents that are long enough to matter."""
    plain = unicodedata.normalize("NFKD", (text or "")[:MAX_TEXT]).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return {word for word in _SPLIT_WORDS.findall(plain) if len(word) >= least}


def get_numbers(text: str, most: int) -> list[int]:
    """Return the numbers from 1 to ``most`` that a text names, each once."""
    numbers = (int(found) for found in re.findall(r"[0-9]{1,6}", text or ""))
    return list(dict.fromkeys(number for number in numbers if 0 < number <= most))
