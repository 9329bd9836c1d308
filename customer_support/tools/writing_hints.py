"""What an agent may want to look at before a reply leaves. No ORM in here.

Nothing is refused. A hint that is wrong costs a glance: a check says nothing where it
would only guess.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .own_words import get_own_words

RUDE, JARGON = "rude", "jargon"
LONGEST_SENTENCE = 40
LOOKED_AT = 50_000

_BLOCK_END = re.compile(r"<br\s*/?>|</(?:p|div|li|ul|ol|h[1-6]|tr|td)>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
_BLANK = re.compile(
    r"_{3,}"
    r"|\{\{[^{}\n]{0,60}\}\}"
    r"|\{[^{}\n]{1,60}\}"
    r"|<<[^<>\n]{1,40}>>"
    # Words in square brackets; a number in them is a footnote.
    r"|\[[^\[\]\n]{0,40}?[^\W\d_][^\[\]\n]{0,40}\]"
    # In capitals: small ones are kisses. XXL is a size.
    r"|(?<!\w)X{3,}(?!\w)"
    r"|(?<!\w)[xX]{2}/[xX]{2}(?:/[xX]{2,4})?(?!\w)"
)
_SENTENCE_END = re.compile(r"(?<=[.!?…:;])\s+|\n")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True)
class Word:
    """A word or phrase of a list; a star stands for any ending."""

    text: str
    kind: str = JARGON
    suggestion: str = ""


@dataclass(frozen=True)
class Hint:
    """One thing to look at: blank, rude, jargon or long, and the words of the reply."""

    kind: str
    found: str
    suggestion: str = ""
    count: int = 0


def get_written_text(body: str) -> str:
    """The words of an HTML reply without the quoted history, a paragraph a line."""
    body = re.sub(r"\s+", " ", (body or "").replace("\x00", ""))[:LOOKED_AT]
    text = get_own_words(_BLOCK_END.sub(lambda match: f"\n{match[0]}", body))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def find_hints(
    text: str, words: Iterable[Word] = (), filled_later: Collection[str] = ()
) -> list[Hint]:
    """The hints on a text of ``get_written_text``, the gravest first.

    :param words: the lists of the customer's language
    :param filled_later: names in braces that are filled when the reply leaves
    """
    text = _ADDRESS.sub(" ", text)
    blanks = [Hint("blank", blank) for blank in find_blanks(text, filled_later)]
    found = find_words(text, words)
    return [
        *blanks,
        *(hint for hint in found if hint.kind == RUDE),
        *(hint for hint in found if hint.kind == JARGON),
        *find_long_sentences(text),
    ]


def find_blanks(text: str, filled_later: Collection[str] = ()) -> list[str]:
    """Places that somebody was to fill in, each once, such as ____ or [name]."""
    blanks = dict.fromkeys(match[0] for match in _BLANK.finditer(text))
    return [blank for blank in blanks if blank.strip("{} ") not in filled_later]


def find_words(text: str, words: Iterable[Word]) -> list[Hint]:
    """The words of the lists that a text uses, each once.

    A word that is written in capitals in the list is found in capitals only, so that
    an acronym is not taken for a small word. Jargon that is explained in brackets, or
    itself stands in brackets behind its explanation, is no hint.
    """
    text = unicodedata.normalize("NFC", text)
    plain = drop_accents(text)
    small = _to_small(plain)
    hints = []
    for word in words:
        listed = drop_accents(word.text).strip()
        if not listed.strip("* "):
            continue
        is_acronym = listed.isupper()
        pattern = _get_pattern(listed if is_acronym else _to_small(listed))
        match = pattern.search(plain if is_acronym else small)
        if match and not (word.kind == JARGON and _is_explained(match)):
            found = text[match.start() : match.end()]
            hints.append(Hint(word.kind, found, word.suggestion))
    return hints


def find_long_sentences(text: str, longest: int = LONGEST_SENTENCE) -> list[Hint]:
    """Sentences of more words than ``longest``: their beginning and their length."""
    hints = []
    for sentence in _SENTENCE_END.split(text):
        count = len(_WORD.findall(sentence))
        if count > longest:
            start = " ".join(sentence.split()[:6])
            hints.append(Hint("long", start, count=count))
    return hints


def is_unchanged(text: str, prepared: str) -> bool:
    """Whether a reply says what was prepared for it, and nothing of its own."""
    return bool(text) and text.split() == prepared.split()


def to_plain_words(names: Iterable[str]) -> Sequence[str]:
    """The words of names, small and without accents, for comparing them."""
    return [
        word.casefold()
        for name in names
        for word in re.findall(r"[^\W\d_]+", drop_accents(name or ""))
    ]


def drop_accents(text: str) -> str:
    """The text without accents, each character in its place."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(unicodedata.normalize("NFD", char)[0] for char in composed)


def _to_small(text: str) -> str:
    small = (char.lower() for char in text)
    return "".join(
        low if len(low) == 1 else char for low, char in zip(small, text, strict=True)
    )


def _get_pattern(listed: str) -> re.Pattern[str]:
    inner = re.escape(listed).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    return re.compile(rf"(?<!\w){inner}(?!\w)")


def _is_explained(match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()], match.string[match.end() :]
    return after.lstrip().startswith("(") or (
        before.endswith("(") and after.startswith(")") and len(before) > 1
    )
