"""How long things took, as figures."""

import statistics
from collections.abc import Sequence


def describe(times: Sequence[float]) -> dict[str, int]:
    """Return median and percentiles of so many seconds, in milliseconds."""
    ranked = statistics.quantiles(times, n=100)
    return {
        "median_ms": round(statistics.median(times) * 1000),
        "p95_ms": round(ranked[94] * 1000),
        "p99_ms": round(ranked[98] * 1000),
    }
