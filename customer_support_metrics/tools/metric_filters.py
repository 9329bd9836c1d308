"""A question for figures, read and checked."""

from dataclasses import dataclass

from .metric_period import Period


@dataclass(frozen=True)
class Filters:
    """What is asked for; empty lists mean all."""

    period: Period
    team_ids: tuple[int, ...] = ()
    agent_ids: tuple[int, ...] = ()
    channel_ids: tuple[int, ...] = ()
    reason_ids: tuple[int, ...] = ()
    # Pairs of a part, such as "product", and ids of it.
    parts: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def is_cut(self) -> bool:
        """Whether it asks for a part of the desk only."""
        chosen = (self.team_ids, self.agent_ids, self.channel_ids, self.reason_ids)
        return any((*chosen, self.parts))
