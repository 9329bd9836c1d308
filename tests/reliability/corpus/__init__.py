"""Some hundred shapes of mail that a support desk gets, and what may come of each."""

from collections.abc import Sequence

from ..mail import SUPPORT, Mail, Shape
from . import automatic, charsets, files, headers, mutants, structure


def shapes(case: str = "") -> list[Shape]:
    """Return the distinct shapes, or those of one case, for example ``B01``."""
    modules = (charsets, structure, files, headers, automatic)
    found = [shape for module in modules for shape in module.shapes()]
    return [shape for shape in found if not case or shape.case == case]


def mutated(count: int) -> list[Shape]:
    """Return `count` shapes that chance has broken, always the same ones."""
    small = [shape for shape in shapes() if shape.case in ("B01", "B33", "B24", "B06")]
    return list(mutants.shapes(small, count))


def make(chosen: Sequence[Shape], recipient: str = SUPPORT) -> list[Mail]:
    """Return one mail of each shape."""
    return [shape.make(number, recipient) for number, shape in enumerate(chosen)]


def ordinary(count: int, recipient: str = SUPPORT) -> list[Mail]:
    """Return `count` mails as most customers send them."""
    plain = Shape("F01", "ordinary", lambda stamp: stamp.mail(), acknowledged=True)
    return make([plain] * count, recipient)
