"""Several people do something at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from .clients import Refused


def at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Start all actions at the same moment; return their results or exceptions."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return action()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def find_errors(answers: Sequence[object], most: int = 3) -> list[str]:
    """Return what went wrong in another way than by a refusal with words."""
    errors = [one for one in answers if isinstance(one, Exception)]
    return [repr(one) for one in errors if not isinstance(one, Refused)][:most]


def count_refused(answers: Sequence[object]) -> int:
    """Return how many were told that it is not possible."""
    return sum(isinstance(one, Refused) for one in answers)
