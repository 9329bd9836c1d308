"""Card numbers and CPF in what people write, without the ORM.

Only the last digits stay: enough to speak about the card, too few to pay with it.
"""

import re

# What may be a card or a CPF; looked for first, for nearly no text holds one.
_CANDIDATE = re.compile(r"\d(?:[ .\-\u00a0]?\d){10,18}")
_TAG = re.compile(r"(<[^>]*>)")
_CARD = re.compile(r"(?<![\w.+\-/=])\d(?:[ .\-\u00a0]?\d){13,18}(?![\w/=])")
_CPF = re.compile(r"(?<![\w.\-/=])\d{3}\.\d{3}\.\d{3}-?\d{2}(?![\w/=])")
_NAMED_CPF = re.compile(
    r"(\bCPF\b\W{0,12}?)(\d{3}[. ]?\d{3}[. ]?\d{3}[- ]?\d{2})\b", re.IGNORECASE
)
# First digits and lengths of the networks (ISO/IEC 7812), Elo and Hipercard included:
# a long number of another kind, such as a parcel's, is left alone. Cards of 13 digits
# are no longer issued, and telephone numbers are as long.
_NETWORKS = re.compile(
    r"4(?:\d{15}|\d{18})"
    r"|(?:5[1-5]|2[2-7])\d{14}"
    r"|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}"
    r"|(?:50|6[0-9])\d{14}"
    r"|35\d{14}"
)
DOT = "•"
# In every character set: for what is kept in the sender's own.
STAR = "*"


def may_hold_numbers(text):
    """Whether a text is worth a closer look; nearly none is."""
    return bool(text) and bool(_CANDIDATE.search(text))


def mask_numbers(text, cards=True, cpf=False, sign=DOT):
    """The text or HTML with these numbers made unreadable; as it was without any.

    >>> mask_numbers("Card 4111 1111 1111 1111, thanks")
    'Card •••• •••• •••• 1111, thanks'
    >>> mask_numbers("CPF 529.982.247-25", cpf=True)
    'CPF •••.•••.•••-25'

    :param text: str or ``Markup``
    :param str sign: what is shown instead of a digit
    :return: of the type of ``text``
    """
    if not may_hold_numbers(text):
        return text
    parts = _TAG.split(str(text))
    for place in range(0, len(parts), 2):
        if cards:
            parts[place] = _CARD.sub(_mask_card, parts[place])
        if cpf:
            parts[place] = _CPF.sub(_mask_cpf, parts[place])
            parts[place] = _NAMED_CPF.sub(_mask_named_cpf, parts[place])
    masked = "".join(parts)
    return type(text)(masked if sign == DOT else _replace_dots(text, masked, sign))


def mask_sender(text, mask):
    """The text with numbers in the name masked; an address stays as it is.

    :param str text: such as ``Ana <ana@example.com>``
    :param mask: function of a text
    """
    is_bare = bool(text) and "@" in text and "<" not in text
    return text if is_bare else mask(text)


def _replace_dots(text, masked, sign):
    """Put another sign where a digit was hidden; the writer's own dots stay."""
    pairs = zip(str(text), masked, strict=True)
    return "".join(sign if old != new else new for old, new in pairs)


def _mask_card(match):
    digits = re.sub(r"\D", "", match[0])
    if digits == match[0] and match.string[match.end() :].startswith("@"):
        # The name in somebody's address.
        return match[0]
    is_card = _NETWORKS.fullmatch(digits) and _fits_luhn(digits)
    return _hide(match[0], 4) if is_card else match[0]


def _mask_cpf(match):
    return _hide(match[0], 2) if _is_cpf(match[0]) else match[0]


def _mask_named_cpf(match):
    number = match[2]
    return match[1] + (_hide(number, 2) if _is_cpf(number) else number)


def _hide(text, kept):
    """A dot for each digit but the last ones; what stands between them stays."""
    left = sum(map(str.isdigit, text)) - kept
    shown = []
    for sign in text:
        is_hidden = sign.isdigit() and left > 0
        left -= is_hidden
        shown.append(DOT if is_hidden else sign)
    return "".join(shown)


def _fits_luhn(digits):
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2
        total += digit if place % 2 == 0 else doubled - 9 * (doubled > 9)
    return total % 10 == 0


def _is_cpf(text):
    """Whether the two last digits prove the others."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    if len(set(digits)) == 1:
        return False
    for length in (9, 10):
        weights = range(length + 1, 1, -1)
        pairs = zip(digits[:length], weights, strict=True)
        total = sum(digit * weight for digit, weight in pairs)
        if total * 10 % 11 % 10 != digits[length]:
            return False
    return True
