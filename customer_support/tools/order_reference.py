"""Finding the order numbers that a customer names in free text. No ORM here."""

import re

MAX_TEXT = 20_000
MAX_REFERENCES = 10

# A word with an optional short prefix and digits, never a part of an address,
# a link, a decimal number or a longer word.
_TOKEN = re.compile(
    r"(?<![\w@./:+-])(?P<hash>#\s?)?"
    r"(?P<token>[A-Z]{0,6}[-/]?\d{1,10}(?:[-/]\d{1,10}){0,2})"
    r"(?![\w@]|[.,]\d)",
    re.IGNORECASE,
)
# Words before a bare number that say it is an order (en, pt, es, fr).
_ANNOUNCED = re.compile(
    r"(?<!\w)(?:order|pedido|commande|compra|purchase|sale)s?"
    r"(?:\s+(?:number|no\.?|nr\.?|num\.?|n[uú]mero|n[º°o]\.?))?\s*[:#]?\s*$",
    re.IGNORECASE,
)
# Shorter bare numbers are prices, quantities and dates far more often than orders.
_MIN_BARE_DIGITS = 5


def get_order_references(text: str) -> list[str]:
    """Return the words of ``text`` that may be order numbers, in order of appearance.

    A number without letters counts when a word such as "order" or a # stands before
    it, or when it is long. At most ``MAX_REFERENCES`` are returned, without repeats.
    """
    references: dict[str, None] = {}
    text = (text or "")[:MAX_TEXT]
    for match in _TOKEN.finditer(text):
        token = match["token"].upper()
        if _is_plausible(token, text, match):
            references.setdefault(token)
        if len(references) == MAX_REFERENCES:
            break
    return list(references)


def is_reference_to(reference: str, order_name: str) -> bool:
    """Tell whether ``reference`` names the order ``order_name``.

    Letter case, separators and leading zeros do not matter ("s-42" is S00042), and
    a trailing part is enough ("42" is S00042), but "42" is never S00142.
    """
    wanted, parts = _get_parts(reference), _get_parts(order_name)
    return bool(wanted) and parts[-len(wanted) :] == wanted


def get_last_digits(reference: str) -> str:
    """Return the digits that every order named by ``reference`` must contain."""
    runs = re.findall(r"\d+", reference)
    return runs[-1].lstrip("0") if runs else ""


def _is_plausible(token: str, text: str, match: re.Match[str]) -> bool:
    if match["hash"] or token[0].isalpha():
        return bool(get_last_digits(token))
    if len(token) >= _MIN_BARE_DIGITS and token.isdigit():
        return True
    return bool(_ANNOUNCED.search(text, max(0, match.start() - 40), match.start()))


def _get_parts(name: str) -> list[str]:
    runs = re.findall(r"[A-Z]+|\d+", name.upper())
    return [run.lstrip("0") if run.isdigit() else run for run in runs]
