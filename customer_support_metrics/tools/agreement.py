"""How far two reviewers agree, beyond what chance would give."""

from collections import Counter
from collections.abc import Iterable

LINEAR, QUADRATIC = 1, 2


def weighted_kappa(
    pairs: Iterable[tuple[int, int]], power: int = QUADRATIC
) -> float | None:
    """Cohen's weighted kappa of two grades for each case.

    1 - sum(w * observed) / sum(w * expected), where w = |first - second| ** power and
    the expected share of a pair is the product of the shares of its two grades. With
    two grades it is Cohen's plain kappa. 1 is full agreement, 0 what chance gives.

    Source: J. Cohen, "Weighted kappa: Nominal scale agreement with provision for scaled
    disagreement or partial credit", Psychological Bulletin 70 (1968), 213-220; for two
    grades "A coefficient of agreement for nominal scales", Educational and
    Psychological Measurement 20 (1960), 37-46.

    :param pairs: grades of the first and of the second reviewer
    :param power: how much a large difference counts: ``LINEAR`` or ``QUADRATIC``
    :return: None without a pair, or when everybody always gave the same grade
    """
    found = list(pairs)
    first = Counter(one for one, _other in found)
    second = Counter(other for _one, other in found)
    observed = sum(abs(one - other) ** power for one, other in found)
    expected = sum(
        first[one] * second[other] * abs(one - other) ** power
        for one in first
        for other in second
    )
    if not expected:
        return None
    return 1 - observed * len(found) / expected
