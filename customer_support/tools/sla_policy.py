"""Which SLA policy decides the targets of a ticket, without the ORM.

One rule: the policies are read in their order; for each target the first policy that
fits the ticket and has hours for it decides. A target that no fitting policy has is
the team's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

RESPONSE = "response"
NEXT_REPLY = "next_reply"
RESOLUTION = "resolution"
KINDS = (RESPONSE, NEXT_REPLY, RESOLUTION)


@dataclass(frozen=True)
class Case:
    """What policies ask of a ticket; ids, 0 for none.

    ``reasons`` and ``tags`` hold the reason and the customer's tags with all those
    that they are part of.
    """

    company: int
    team: int
    channel: int
    priority: str
    reasons: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Step:
    """A warning or an escalation level of a policy.

    ``seconds`` are working seconds from the deadline on, negative before it; a
    ``percent`` is a share of the target before the deadline. ``kind`` is empty for
    every target.
    """

    key: str
    policy_id: int
    seconds: int = 0
    percent: int = 0
    kind: str = ""
    escalation_id: int = 0

    @property
    def is_warning(self) -> bool:
        """Whether it only warns."""
        return not self.escalation_id

    def get_offset(self, target: int) -> int:
        """Working seconds from the deadline of a target to this step."""
        return self.seconds - round(target * self.percent / 100)


@dataclass(frozen=True)
class Policy:
    """A policy as plain values; an empty condition fits every ticket.

    ``seconds`` are the targets in working seconds in the order of ``KINDS``, 0 for
    none.
    """

    id: int
    company: int
    teams: frozenset[int]
    channels: frozenset[int]
    priority: str
    reasons: frozenset[int]
    tags: frozenset[int]
    seconds: tuple[int, int, int]
    steps: tuple[Step, ...] = ()

    def fits(self, case: Case) -> bool:
        """Whether the policy concerns this case."""
        return (
            self.company in (0, case.company)
            and self.priority in ("", case.priority)
            and (not self.teams or case.team in self.teams)
            and (not self.channels or case.channel in self.channels)
            and (not self.reasons or not self.reasons.isdisjoint(case.reasons))
            and (not self.tags or not self.tags.isdisjoint(case.tags))
        )


def decide(
    policies: Iterable[Policy], case: Case, own: dict[str, int]
) -> dict[str, object]:
    """The targets of a case and who decided them.

    :param policies: in the order in which they are asked
    :param own: the team's own targets in working seconds, by kind
    :return: seconds by kind, and under ``policies`` the ids of the policies that
        decided them in the order of ``KINDS``, 0 where the team's own target holds
    """
    decided: dict[str, tuple[int, int]] = {}
    for policy in policies:
        if len(decided) == len(KINDS):
            break
        if policy.fits(case):
            for kind, seconds in zip(KINDS, policy.seconds, strict=True):
                if seconds and kind not in decided:
                    decided[kind] = (seconds, policy.id)
    targets = {kind: decided.get(kind, (own[kind], 0)) for kind in KINDS}
    return {
        **{kind: seconds for kind, (seconds, _id) in targets.items()},
        "policies": tuple(policy_id for _seconds, policy_id in targets.values()),
    }
