"""Whom a reply greets, in English and Portuguese. No ORM in here."""

import re
from collections.abc import Iterable

from .writing_hints import to_plain_words

SHORTEST_NICKNAME = 3
_LINES = 3
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\S")

_GREETINGS = frozenset(
    tuple(phrase.split())
    for phrase in (
        *("hi", "hello", "hey", "dear", "good morning", "good afternoon"),
        *("good evening", "greetings", "oi", "ola", "bom dia", "boa tarde"),
        *("boa noite", "caro", "cara", "prezado", "prezada", "estimado", "estimada"),
    )
)
_TITLES = frozenset("mr mrs ms miss dr sr sra srta senhor senhora dona".split())
# They may follow a greeting and are nobody's name.
_NOBODY = frozenset(
    "there all everyone everybody team customer client sir madam friend again folks"
    " guys both cliente clientes consumidor consumidora pessoal todos todas equipe"
    " amigo amiga amigos tudo novamente thanks thank obrigado obrigada como espero"
    " sorry welcome we your our the this".split()
)
_PARTICLES = frozenset("da de do das dos e van von der di del la".split())
_ENDS = frozenset(",!.:;?-–—")


def find_wrong_name(text: str, names: Iterable[str]) -> str:
    """The name in the greeting of a text when it is none of ``names``; else empty.

    The first word of the greeted name decides: many share a family name. A short form
    counts as the name: Alex for Alexandre.

    :param text: of ``writing_hints.get_written_text``
    :param names: of the customer and whoever else takes part; without any there is
        nothing to compare with
    """
    known = to_plain_words(names)
    greeted = find_greeted_name(text)
    if not known or not greeted:
        return ""
    first = to_plain_words([greeted])[0]
    if first in known or any(_is_short_form(first, name) for name in known):
        return ""
    return greeted


def find_greeted_name(text: str) -> str:
    """The name that stands behind the greeting at the beginning; empty without one."""
    for line in text.splitlines()[:_LINES]:
        tokens = _TOKEN.findall(line)
        place, is_apart = _skip_greeting(tokens)
        if place:
            return _read_name(tokens[place:], is_apart)
    return ""


def _skip_greeting(tokens: list[str]) -> tuple[int, bool]:
    """How many tokens greet, and whether a comma sets them apart from the rest."""
    plain = ["".join(to_plain_words([token])) for token in tokens]
    place, is_apart = 0, False
    while True:
        length = next(
            (n for n in (2, 1) if tuple(plain[place : place + n]) in _GREETINGS), 0
        )
        if length:
            place, is_apart = place + length, False
        elif place and tokens[place : place + 1] in (["."], [","], ["!"]):
            place, is_apart = place + 1, True
        elif place and plain[place : place + 1] and plain[place] in _TITLES:
            place += 1
        else:
            return place, is_apart


def _read_name(tokens: list[str], is_apart: bool) -> str:
    """The name that these tokens begin with.

    Behind a comma a sentence may begin as well: a name ends with a mark or the line.
    """
    name: list[str] = []
    for token in tokens:
        if not (token[0].isupper() or (name and token in _PARTICLES)):
            break
        name.append(token)
    if not name and _stands_alone(tokens, 1):
        name = [token for token in tokens[:1] if token[0].isalpha()]
    if not name or (is_apart and not _stands_alone(tokens, len(name))):
        return ""
    return "" if to_plain_words(name)[:1][0] in _NOBODY else " ".join(name)


def _stands_alone(tokens: list[str], length: int) -> bool:
    following = tokens[length : length + 1]
    return not following or following[0] in _ENDS


def _is_short_form(word: str, name: str) -> bool:
    return len(word) >= SHORTEST_NICKNAME and name.startswith(word)
