"""Who is left out of a measure, so that its effect can be seen."""

from hashlib import sha256

_PARTS = 10000


def is_held_out(salt, key, percent):
    """Whether ``key`` is among the ``percent`` that are left out.

    The answer depends on nothing else, so that it can be repeated by anybody who knows
    the salt; and whoever is left out at one share is left out at each higher one.

    :param str salt: of the measure, so that each leaves out others
    :param str key: what the measure is taken for
    """
    digest = sha256(f"{salt}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _PARTS < percent * _PARTS / 100
