"""Who gets the next ticket: a choice among people, without the ORM."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

IN_TURN = "turn"
LEAST_LOADED = "load"


@dataclass
class Seat:
    """An agent who is on shift.

    Empty ``languages`` or ``reasons`` mean any. ``levels`` says how good the agent is
    at what a ``Need`` names in ``topics``; what is missing counts 0. ``turn`` grows
    with each ticket that the team gave to somebody: the smallest is whose turn it is.
    """

    user_id: int
    languages: frozenset[str] = frozenset()
    reasons: frozenset[int] = frozenset()
    skills: frozenset[int] = frozenset()
    limit: int = 0
    load: int = 0
    turn: int = 0
    levels: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether the agent has as many open tickets as allowed; 0 means no limit."""
        return bool(self.limit) and self.load >= self.limit


@dataclass(frozen=True)
class Need:
    """What a ticket asks of an agent.

    ``reasons`` holds its reason and those that it is part of, ``tags`` its tags,
    ``topics`` pairs of a kind of skill and an id: of each kind the best level counts.
    """

    language: str = ""
    reasons: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    topics: frozenset[tuple[str, int]] = frozenset()


def distribute(
    needs: Iterable[Need], seats: Sequence[Seat], mode: str, turn: int = 0
) -> list[int | None]:
    """The agent of each ticket, in the order of ``needs``; None for nobody.

    Load and turn of the seats are counted on, so that a batch is spread like tickets
    that come one by one.

    :param turn: the last turn that anybody had, on shift or not
    """
    turn = max((turn, *(seat.turn for seat in seats)))
    skills = frozenset[int]().union(*(seat.skills for seat in seats))
    chosen: list[int | None] = []
    for need in needs:
        seat = choose(need, seats, mode, skills)
        if seat:
            turn += 1
            seat.turn, seat.load = turn, seat.load + 1
        chosen.append(seat.user_id if seat else None)
    return chosen


def choose(
    need: Need, seats: Sequence[Seat], mode: str, skills: frozenset[int]
) -> Seat | None:
    """The seat that fits best, and of several the one whose turn it is.

    Who fits less well still gets the ticket when nobody fits better: a customer waits
    for anybody rather than for nobody.

    :param skills: all tags that are a skill of somebody on shift
    """
    free = [seat for seat in seats if not seat.is_full]
    if not free:
        return None
    wanted = need.tags & skills
    best = max(_fit(need, wanted, seat) for seat in free)
    fitting = [seat for seat in free if _fit(need, wanted, seat) == best]
    if mode == LEAST_LOADED:
        return min(fitting, key=lambda seat: (seat.load, seat.turn, seat.user_id))
    return min(fitting, key=lambda seat: (seat.turn, seat.user_id))


def _fit(need: Need, wanted: frozenset[int], seat: Seat) -> tuple[bool, int, bool]:
    """Language counts most, then skills, then the reason."""
    return (
        not seat.languages or not need.language or need.language in seat.languages,
        len(wanted & seat.skills) + _get_level(need, seat),
        not seat.reasons or not need.reasons or bool(need.reasons & seat.reasons),
    )


def _get_level(need: Need, seat: Seat) -> int:
    """The agent's best level of each kind that the ticket asks for, together."""
    best: dict[str, int] = {}
    for topic in need.topics & seat.levels.keys():
        best[topic[0]] = max(best.get(topic[0], 0), seat.levels[topic])
    return sum(best.values())
