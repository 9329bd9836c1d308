"""What a figure is, and what one amounts to: plain values without the ORM."""

from dataclasses import asdict, dataclass

# A rate, a percentile or a score of fewer than these could be traced to a person.
SMALL_CELL = 5

# How facts become a figure.
DURATION = "duration"  # seconds round the clock, and working seconds
RATE = "rate"  # 1 for yes, 0 for no, NULL while nobody knows
SCORE = "score"  # a number that is averaged, such as a grade
COUNT = "count"  # how many
RATIO = "ratio"  # so many for a hundred of something else
STOCK = "stock"  # how many there are at a moment, and how old they are
MONEY = "money"  # amounts that are added up
PRICE = "price"  # amounts of which there is a mean, such as what a case costs

TIMED = (DURATION, STOCK)
# What has a median and a "9 of 10".
SPREAD = (*TIMED, PRICE)
AMOUNTS = (MONEY, PRICE)

# To which period a fact belongs.
BY_EVENT = "event"
BY_CREATION = "creation"
AT_MOMENT = "moment"


@dataclass(frozen=True)
class Metric:
    """The definition of one figure.

    ``source`` names a method of ``support.metric`` that gives the facts behind it, see
    ``support.metric._get_metrics``; ``argument`` is handed to it.
    """

    key: str
    name: str
    definition: str
    kind: str
    source: str
    period: str = BY_EVENT
    argument: str = ""
    higher_is_better: bool | None = None
    # Names a method that counts what a ratio is for a hundred of.
    base: str = ""
    # The digits after the point that a score is shown with.
    digits: int = 1
    # Whether it can be cut by team, agent, channel and reason, and seen as tickets.
    has_dimensions: bool = True
    has_tickets: bool = True
    # Further parts that the facts can be cut by: keys of PARTS; and the method that
    # counts what a ratio is for a hundred of in each of them.
    groups: tuple[str, ...] = ()
    group_base: str = ""
    # What the hundred of a ratio are, in words.
    base_name: str = ""
    # The column of facts of which each value counts once; empty counts all facts.
    counted: str = ""
    is_for_managers: bool = False
    # Names a method that gives the action with the documents behind the figure.
    documents: str = ""


@dataclass
class Figure:
    """What a metric amounts to for one cell; durations are in seconds.

    ``n`` facts were counted and ``pending`` are too recent to tell. ``hits`` is the
    number of yes of a rate, ``base`` what a ratio is for a hundred of. All else is None
    where there are too few.
    """

    n: int = 0
    pending: int = 0
    hits: int | None = None
    base: int | None = None
    value: float | None = None
    median: float | None = None
    p90: float | None = None
    mean: float | None = None
    business_median: float | None = None
    business_p90: float | None = None
    business_mean: float | None = None
    is_hidden: bool = False
    # Whether its percentiles come from buckets, see ``tools/metric_buckets``.
    is_estimated: bool = False

    def to_dict(self) -> dict:
        """The figure as it goes to a browser."""
        return asdict(self)

    def get_statistic(self, statistic: str) -> float | None:
        """The number that goals compare: ``value``, ``median``, ``business_p90``…"""
        return getattr(self, statistic)


def make_figure(metric: Metric, row: dict, base: int | None = None) -> Figure:
    """The figure that the sums of a cell amount to; hides what is too small.

    :param row: n, pending, total, and for durations the means and percentiles
    :param base: what a ratio is for a hundred of
    """
    figure = Figure(n=row["n"], pending=row["pending"], base=base)
    if metric.kind in (COUNT, STOCK):
        figure.value = figure.n
    if metric.kind == RATE:
        figure.hits = round(row["total"] or 0)
    if metric.kind == MONEY:
        figure.value = float(row["total"] or 0)
    if metric.kind in (COUNT, MONEY):
        return figure
    population = base or 0 if metric.kind == RATIO else figure.n
    if population < SMALL_CELL:
        figure.is_hidden = bool(population)
        return figure
    _reveal(metric, figure, row)
    return figure


def _reveal(metric: Metric, figure: Figure, row: dict) -> None:
    """Fill in what only a cell that is large enough may show."""
    total = float(row["total"] or 0)
    if metric.kind in SPREAD:
        for name in DURATION_STATISTICS:
            found = row[name]
            setattr(figure, name, None if found is None else float(found))
    if metric.kind == DURATION:
        figure.value = figure.median
        figure.is_estimated = row.get("is_estimated", False)
    elif metric.kind == RATE:
        figure.value = 100 * total / figure.n
    elif metric.kind in (SCORE, PRICE):
        figure.value = total / figure.n
    elif metric.kind == RATIO:
        figure.value = 100 * figure.n / (figure.base or 1)


DURATION_STATISTICS = (
    *("median", "p90", "mean"),
    *("business_median", "business_p90", "business_mean"),
)
