"""The table, and the same as JSON lines."""

import json
from dataclasses import dataclass

from .measuring import Timing
from .rows import FLOOR, HOT, HOT_MS, OURS, PEER, READ_WHOLE, SERVED, Row

HEADINGS = (
    *("scenario", "tickets", "ours ms", "OCA ms", "bare ms", "faster"),
    *("of bare", "growth", "queries", "found", "aim", "met"),
)
SERVED_HEADINGS = (
    *("at a real server", "times", "a second", "median ms", "p95 ms", "p99 ms"),
    *("lost", "floor: a second", "median ms", "p99 ms"),
)
SERVED_FIGURES = (
    *("count", "per_second", "median_ms", "p95_ms", "p99_ms", "lost"),
    *("floor_per_second", "floor_median_ms", "floor_p99_ms"),
)
HOT_HEADINGS = (
    *("hot path", "tickets", "median ms", "p95 ms", "queries", "on big tables"),
    *("read from end to end", "aim", "met"),
)
FIGURES_HEADINGS = ("figures", "tickets", "ms", "queries", "ratio", "aim", "met")
LEFT_COLUMNS = (0, len(HEADINGS) - 2, len(HEADINGS) - 1)


@dataclass(frozen=True)
class Outcome:
    """One row of the table with what was measured.

    :param before: what it took with a tenth of the tickets, where that was measured
    """

    row: Row
    tickets: int
    timings: dict[str, Timing]
    before: dict[str, Timing] | None = None

    @property
    def same_result(self) -> bool:
        """Whether both found the same."""
        return self.timings[OURS].result == self.timings[PEER].result

    @property
    def times_faster(self) -> float:
        """How many times as fast as OCA's ours is."""
        return self._ratio(PEER, OURS)

    @property
    def of_bare(self) -> float | None:
        """How many times what the bare model takes."""
        return self._ratio(OURS, FLOOR) if FLOOR in self.timings else None

    def growth(self, side: str = OURS) -> float | None:
        """How many times what it took with a tenth of the tickets."""
        if not self.before:
            return None
        return self.timings[side].milliseconds / self.before[side].milliseconds

    @property
    def aims(self) -> dict[str, bool]:
        """What was aimed at, in words, and whether it was met."""
        row, growth = self.row, self.growth()
        aims = {f"≥ {row.at_least:g} x OCA": self.times_faster >= row.at_least}
        if row.at_most and self.of_bare:
            aims[f"≤ {row.at_most:g} x bare"] = self.of_bare <= row.at_most
        if row.growth and growth:
            aims[f"growth < {row.growth:g}"] = growth < row.growth
        return aims

    def _ratio(self, above: str, below: str) -> float:
        return self.timings[above].milliseconds / self.timings[below].milliseconds

    def as_cells(self) -> list[str]:
        """Return what the table shows."""
        floor = self.timings.get(FLOOR)
        return [
            self.row.title,
            f"{self.tickets:,}",
            _number(self.timings[OURS].milliseconds),
            _number(self.timings[PEER].milliseconds),
            _number(floor and floor.milliseconds),
            f"{_number(self.times_faster)} x",
            f"{_number(self.of_bare)} x" if self.of_bare else "",
            "/".join(_number(self.growth(one)) for one in (OURS, PEER)).strip("/"),
            f"{self.timings[OURS].queries}/{self.timings[PEER].queries}",
            _found(self.timings, same=self.same_result),
            ", ".join(self.aims),
            ", ".join("yes" if met else "NO" for met in self.aims.values()),
        ]

    def as_json(self) -> str:
        """Return the row as a line of JSON."""
        values = {
            "scenario": self.row.name,
            "tickets": self.tickets,
            "times_faster": round(self.times_faster, 2),
            "aims": self.aims,
            "met": all(self.aims.values()),
            "same_result": self.same_result,
        }
        for side, timing in self.timings.items():
            values |= {
                f"{side}_ms": round(timing.milliseconds, 3),
                f"{side}_p95_ms": round(timing.p95_milliseconds, 3),
                f"{side}_queries": timing.queries,
                f"{side}_result": timing.result,
                f"{side}_times": len(timing.seconds),
            }
            if side != FLOOR and self.before:
                values[f"{side}_growth"] = round(self.growth(side), 2)
        return json.dumps(values)


def floor_as_json(name: str, timing: Timing, side: str = FLOOR) -> str:
    """Return what the floor takes, or what one side alone does, as a line of JSON."""
    return json.dumps(
        {
            "scenario": name,
            f"{side}_ms": round(timing.milliseconds, 3),
            f"{side}_queries": timing.queries,
            f"{side}_times": len(timing.seconds),
        }
    )


def floor_as_cells(title: str, timing: Timing) -> list[str]:
    """Return what the table shows of the floor."""
    cells = [title, "", "", "", _number(timing.milliseconds)]
    return [*cells, "", "", "", str(timing.queries), "", "", ""]


def job_as_cells(title: str, timing: Timing) -> list[str]:
    """Return what the table shows of a job that only ours has."""
    cells = [title, "", _number(timing.milliseconds), "", "", "", "", ""]
    return [*cells, str(timing.queries), "", "", ""]


def table(lines: list[list[str]]) -> str:
    """Return the lines as a table, with its headings."""
    return _align(HEADINGS, lines, LEFT_COLUMNS)


def served_table(rows: list[dict]) -> str:
    """Return what was measured at a real server as a table."""
    lines = [
        [
            SERVED[row["scenario"]],
            *("" if name not in row else f"{row[name]:,}" for name in SERVED_FIGURES),
        ]
        for row in rows
    ]
    return _align(SERVED_HEADINGS, lines, (0,))


def _align(headings, lines: list[list[str]], left: tuple[int, ...]) -> str:
    columns = list(zip(headings, *lines, strict=True))
    widths = [max(map(len, column)) for column in columns]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if position in left else cell.rjust(width)
            for position, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (headings, rule, *lines)
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _found(timings: dict[str, Timing], *, same: bool) -> str:
    """Return what was found: shown and counted, or both sides when they differ."""
    ours, peer = (_counts(timings[side].result) for side in (OURS, PEER))
    return ours if same else f"{ours} / OCA {peer} DIFFERENT"


def _counts(result: list[int]) -> str:
    return " of ".join(f"{one:,}" for one in result)


def figures_table(lines: list[list[str]]) -> str:
    """Return what was measured of the figures as a table, with its headings."""
    return _align(FIGURES_HEADINGS, lines, (0,))


def figures_cells(
    title: str,
    timing: Timing,
    tickets: int,
    aim: tuple[str, bool | None, float | None] | None,
) -> list[str]:
    """Return what the table shows of one row.

    :param aim: what was aimed at, whether it was met, and a ratio where one tells
    """
    words, met, ratio = aim or ("", None, None)
    return [
        title,
        f"{tickets:,}",
        _number(timing.milliseconds),
        str(timing.queries),
        "" if ratio is None else f"{ratio:.3g} x",
        words,
        "" if met is None else "yes" if met else "NO",
    ]


@dataclass(frozen=True)
class HotPath:
    """One thing that is asked all day: how long it takes, and what is read for it.

    :param statements: how many of its statements are on big tables
    :param scans: the big tables that are read from end to end
    """

    name: str
    tickets: int
    timing: Timing
    statements: int
    scans: list[str]

    @property
    def unexplained(self) -> list[str]:
        """Return the scans that should not be."""
        return [table for table in self.scans if (self.name, table) not in READ_WHOLE]

    @property
    def met(self) -> bool:
        """Whether it is fast, and reads no more than it has to."""
        return self.timing.p95_milliseconds < HOT_MS and not self.unexplained

    def as_cells(self) -> list[str]:
        """Return what the table shows."""
        reasons = (READ_WHOLE.get((self.name, one), "NO REASON") for one in self.scans)
        scans = (f"{one}: {why}" for one, why in zip(self.scans, reasons, strict=True))
        return [
            HOT[self.name],
            f"{self.tickets:,}",
            _number(self.timing.milliseconds),
            _number(self.timing.p95_milliseconds),
            str(self.timing.queries),
            str(self.statements),
            "; ".join(scans) or "0",
            f"p95 < {HOT_MS:,} ms, 0",
            "yes" if self.met else "NO",
        ]

    def as_json(self) -> str:
        """Return the row as a line of JSON."""
        return json.dumps(
            {
                "hot_path": self.name,
                "tickets": self.tickets,
                "ours_ms": round(self.timing.milliseconds, 1),
                "p95_ms": round(self.timing.p95_milliseconds, 1),
                "queries": self.timing.queries,
                "found": self.timing.result,
                "statements_on_big_tables": self.statements,
                "seq_scans": self.scans,
                "unexplained_seq_scans": self.unexplained,
                "met": self.met,
            }
        )


def hot_table(paths: list[HotPath]) -> str:
    """Return the hot paths as a table, with its headings."""
    return _align(HOT_HEADINGS, [path.as_cells() for path in paths], (0, 6, 7, 8))
