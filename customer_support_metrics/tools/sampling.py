"""Draws that look random to everybody and come out the same each time."""

from collections.abc import Iterable
from hashlib import sha256

_RANGE = 2**64


def get_share(*key: object) -> float:
    """A number from 0 to below 1 that a key always has."""
    digest = sha256("/".join(str(part) for part in key).encode()).digest()
    return int.from_bytes(digest[:8]) / _RANGE


def shuffle(ids: Iterable[int], *key: object) -> list[int]:
    """The ids in an order that only the key decides, each as likely as any other."""
    return sorted(ids, key=lambda one: (get_share(*key, one), one))
