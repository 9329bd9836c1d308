"""``setup/bench --only figures``: dashboards, the roll-up, indices, and hot paths."""

import argparse
import datetime
import json
from pathlib import Path

from store_setup import postgres
from store_setup.console import say, step
from store_setup.environment import prepare
from store_setup.paths import log_folder

from . import plans, report
from .contestants import Contestant, figures_contestant
from .measuring import Timing, measure_floor
from .plans import Statement
from .report import HotPath
from .rows import FIGURES, HOT

BATCH, QUICK_BATCH = 1000, 100
# Taking a second to prepare: enough of it.
SLOW = {
    **{"raw_30": 2, "figures_late": 2},
    **{"create_batch": 3, "create_batch_plain": 3, "rollup_job": 3},
}
ALL_YEARS_MS = 100
TIMES_AS_FAST = 10


def measure_figures(tickets: int, rounds: int, options: argparse.Namespace) -> int:
    """Measure the rows of ``FIGURES`` in a database of their own.

    :return: 1 when both ways to count have found something else
    """
    batch = QUICK_BATCH if options.quick else BATCH
    until = datetime.datetime.now().replace(microsecond=0).isoformat()
    env = prepare()
    try:
        with figures_contestant(env, quick=options.quick) as ours:
            with step("Making customers, agents and teams"):
                ours.ask("prepare", batch=batch)
            with step(f"Loading {tickets:,} tickets, and counting them by day"):
                ours.ask("load", tickets=tickets, until=until)
            timings = {}
            with step("Measuring") as shown:
                for name in FIGURES:
                    title = FIGURES[name].format(batch=batch)
                    shown.tell(title)
                    turns = min(rounds, SLOW.get(name, rounds))
                    timings[name] = measure_floor(name, ours, turns)
                    shown.note(f"{title}: {timings[name].milliseconds:,.1f} ms")
            hot = _measure_hot(ours, tickets, rounds)
        _show(timings, tickets, batch, as_json=options.json)
        _show_hot(hot, as_json=options.json)
    finally:
        env.release()
    same = timings["figures_30"].result == timings["raw_30"].result
    if not same:
        say(f"{timings['figures_30'].result} and {timings['raw_30'].result} differ")
    return 0 if same else 1


def _measure_hot(ours: Contestant, tickets: int, rounds: int) -> list[HotPath]:
    """Measure what is asked all day, and keep how the database reads for it."""
    found, kept = [], {}
    with step("Measuring hot paths") as shown:
        for name, title in HOT.items():
            shown.tell(title)
            timing = measure_floor(name, ours, rounds)
            answer = ours.ask("explain", scenario=name)
            kept[title] = [Statement(*pair) for pair in answer["statements"]]
            scans = plans.find_scans(kept[title], answer["big"])
            found.append(HotPath(name, tickets, timing, len(kept[title]), scans))
    plans.save(_plans_file(), kept)
    return found


def _plans_file() -> Path:
    return log_folder() / "bench-plans.txt"


def _show_hot(paths: list[HotPath], *, as_json: bool) -> None:
    if as_json:
        for path in paths:
            print(path.as_json())
        print(json.dumps({"plans": str(_plans_file())}))
        return
    print(report.hot_table(paths))
    say(f"The plans of PostgreSQL: {_plans_file()}")


def _aims(timings: dict[str, Timing]) -> dict[str, tuple]:
    """What was aimed at, by row: in words, whether it was met, and a ratio."""
    ms = {name: timing.milliseconds for name, timing in timings.items()}
    faster = ms["raw_30"] / ms["figures_30"]
    return {
        "figures_30": (f"≥ {TIMES_AS_FAST} x", faster >= TIMES_AS_FAST, faster),
        "figures_all": (
            f"< {ALL_YEARS_MS} ms",
            ms["figures_all"] < ALL_YEARS_MS,
            None,
        ),
        "create_batch": (
            "",
            None,
            ms["create_batch"] / ms["create_batch_plain"],
        ),
    }


def _show(
    timings: dict[str, Timing], tickets: int, batch: int, *, as_json: bool
) -> None:
    aims = _aims(timings)
    if as_json:
        for name, timing in timings.items():
            aim, met, ratio = aims.get(name, ("", None, None))
            values = {
                "scenario": name,
                "tickets": tickets,
                "ours_ms": round(timing.milliseconds, 1),
                "queries": timing.queries,
                "found": timing.result,
                "ratio": ratio and round(ratio, 2),
                "aim": aim,
                "met": met,
            }
            print(json.dumps(values))
        return
    print(f"PostgreSQL {postgres.sql('SHOW server_version').split()[0]}")
    lines = [
        report.figures_cells(
            FIGURES[name].format(batch=batch), timing, tickets, aims.get(name)
        )
        for name, timing in timings.items()
    ]
    print(report.figures_table(lines))
