"""B03: mails broken by chance: flipped bytes, cut headers, missing boundaries."""

import random
from collections.abc import Iterator, Sequence

from ..mail import ANY, Shape, Stamp


def shapes(originals: Sequence[Shape], count: int, seed: int = 20) -> Iterator[Shape]:
    """Yield `count` shapes, each an original with something broken.

    :param seed: the same seed breaks the same bytes
    """
    chance = random.Random(seed)
    for number in range(count):
        original = originals[number % len(originals)]
        yield Shape(
            "B03",
            f"mutant {number} of {original.case} {original.name}",
            _mutate(original, chance.randrange(2**32)),
            ANY,
            well_formed=False,
            only_mailbox=True,
        )


def _mutate(original: Shape, seed: int):
    def build(stamp: Stamp) -> bytes:
        chance = random.Random(seed)
        raw = bytearray(original.build(stamp))
        change = chance.choice((_flip, _flip, _cut_line, _double_line, _drop_bytes))
        for _ in range(chance.randint(1, 8)):
            change(raw, chance)
        return _restore_mark(bytes(raw), stamp)

    return build


def _flip(raw: bytearray, chance: random.Random) -> None:
    raw[_place(raw, chance)] ^= 1 << chance.randrange(8)


def _cut_line(raw: bytearray, chance: random.Random) -> None:
    start, end = _line(raw, chance)
    del raw[start + (end - start) // 2 : end]


def _double_line(raw: bytearray, chance: random.Random) -> None:
    start, end = _line(raw, chance)
    raw[end:end] = raw[start:end]


def _drop_bytes(raw: bytearray, chance: random.Random) -> None:
    place = _place(raw, chance)
    del raw[place : place + chance.randint(1, 12)]


def _place(raw: bytearray, chance: random.Random) -> int:
    # Most of the damage goes where programs decide: the headers and part heads.
    return chance.randrange(min(len(raw), chance.choice((800, 800, len(raw)))))


def _line(raw: bytearray, chance: random.Random) -> tuple[int, int]:
    place = _place(raw, chance)
    start = raw.rfind(b"\n", 0, place) + 1
    end = raw.find(b"\n", place) + 1
    return start, end or len(raw)


def _restore_mark(raw: bytes, stamp: Stamp) -> bytes:
    """Put the mark back, without which nobody could count the mail."""
    if stamp.uuid.encode() in raw:
        return raw
    return raw + f"\r\nMark {stamp.uuid}\r\n".encode()
