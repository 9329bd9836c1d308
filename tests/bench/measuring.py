"""Taking turns: each round lets every contestant do the scenario for a while."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from .contestants import Contestant
from .rows import FLOOR, OURS, Row

# How long one contestant's turn lasts, unless one time takes longer.
TURN_SECONDS = 0.3
MOST_REPEATS = 10


@dataclass
class Timing:
    """What one contestant took for one scenario."""

    seconds: list[float] = field(default_factory=list)
    queries: int = 0
    result: list[int] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        """The median."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95_milliseconds(self) -> float:
        """What 95 of 100 times did not exceed."""
        place = math.ceil(len(self.seconds) * 0.95) - 1
        return sorted(self.seconds)[place] * 1000

    def add(self, answer: dict) -> None:
        """Take in one turn."""
        self.seconds += answer["seconds"]
        self.queries, self.result = answer["queries"], answer["result"]


@dataclass(frozen=True)
class _Player:
    """A contestant and what it calls the scenario."""

    contestant: Contestant
    scenario: str

    def warm_up(self) -> int:
        """Do it untimed, then return how often it fits into a turn."""
        [seconds] = self.play(1)["seconds"]
        if seconds < TURN_SECONDS:
            [seconds] = self.play(1)["seconds"]
        return max(1, min(MOST_REPEATS, int(TURN_SECONDS / seconds)))

    def try_out(self) -> Timing:
        """Do it once, cold as it is."""
        timing = Timing()
        timing.add(self.play(1))
        return timing

    def play(self, repeat: int) -> dict:
        """Have one turn."""
        return self.contestant.ask("measure", scenario=self.scenario, repeat=repeat)


def measure(
    row: Row, contestants: dict[str, Contestant], rounds: int
) -> dict[str, Timing]:
    """Return what each contestant took, and the bare model where `row` has one."""
    players = {
        side: _Player(contestant, row.name) for side, contestant in contestants.items()
    }
    if row.bare:
        players[FLOOR] = _Player(contestants[OURS], row.bare)
    return take_turns(players, min(rounds, row.most_rounds))


def measure_floor(scenario: str, contestant: Contestant, rounds: int) -> Timing:
    """Return what a scenario took that only one contestant has."""
    return take_turns({FLOOR: _Player(contestant, scenario)}, rounds)[FLOOR]


def take_turns(players: dict[str, _Player], rounds: int) -> dict[str, Timing]:
    """Let the players take turns, each round in the reverse order of the last.

    :param rounds: 0 to do everything once, to see what is found and not how fast
    """
    if not rounds:
        return {side: player.try_out() for side, player in players.items()}
    repeats = {side: player.warm_up() for side, player in players.items()}
    timings = {side: Timing() for side in players}
    order: Sequence[str] = list(players)
    for _ in range(rounds):
        for side in order:
            timings[side].add(players[side].play(repeats[side]))
        order = order[::-1]
    return timings
