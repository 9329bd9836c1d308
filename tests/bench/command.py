"""``setup/bench``: this addon beside OCA's helpdesk, with what each row aims at."""

import argparse
import datetime
import json
import os
import subprocess
from collections.abc import Sequence

from store_setup import postgres, system_packages
from store_setup.console import Failure, Step, say, step
from store_setup.environment import Environment, prepare
from store_setup.paths import ROOT, log_folder

from . import figures_command, report
from .contestants import Contestant, contestants
from .measuring import Timing, measure, measure_floor
from .report import Outcome
from .rows import FLOORS, JOBS, OURS, READS, WRITES, Row

TICKETS, QUICK_TICKETS = 1_000_000, 20_000
ROUNDS, QUICK_ROUNDS = 7, 2
BATCH, QUICK_BATCH = 1000, 100
# Growth is measured from a tenth of the tickets.
TENTH = 10
# What a run consists of when nothing is chosen; the figures have a store of their own.
PARTS = ("reads", "writes", "jobs", "served")
FIGURES = "figures"


def main(arguments: list[str]) -> int:
    """Measure both sides; fail when a scenario does or their results differ."""
    options = _parser().parse_args(arguments)
    tickets = options.tickets or (QUICK_TICKETS if options.quick else TICKETS)
    rounds = options.rounds
    if rounds is None:
        rounds = QUICK_ROUNDS if options.quick else ROUNDS
    if options.only == FIGURES:
        return figures_command.measure_figures(tickets, rounds, options)
    parts = (options.only,) if options.only else PARTS
    env = prepare([system_packages.PROXY, system_packages.MAIL_SERVER])
    try:
        with contestants(env, quick=options.quick) as sides:
            bench = Bench(sides, rounds, QUICK_BATCH if options.quick else BATCH)
            versions = _versions(env, sides)
            outcomes = bench.run(tickets, parts)
        if "served" in parts:
            bench.served = _measure_served(env, quick=options.quick)
        _show(versions, bench, outcomes, as_json=options.json)
    finally:
        env.release()
    found_same = all(outcome.same_result for outcome in outcomes)
    nothing_lost = not any(row["lost"] for row in bench.served)
    return 0 if found_same and nothing_lost else 1


class Bench:
    """One run: both sides are filled and measured, twice in size."""

    def __init__(self, sides: dict[str, Contestant], rounds: int, batch: int) -> None:
        self.sides, self.rounds, self.batch = sides, rounds, batch
        self.until = datetime.datetime.now().replace(microsecond=0).isoformat()
        self.floors: dict[str, Timing] = {}
        self.jobs: dict[str, Timing] = {}
        self.served: list[dict] = []

    @property
    def facts(self) -> dict[str, int]:
        """How much is done in this run."""
        return {"rounds": self.rounds, "batch": self.batch}

    def run(self, tickets: int, parts: Sequence[str] = PARTS) -> list[Outcome]:
        """Measure with a tenth of `tickets` first, then with all of them."""
        outcomes = []
        if set(parts) == {"served"}:
            return outcomes
        with step("Making customers, agents and teams"):
            for side in self.sides.values():
                side.ask("prepare", batch=self.batch)
        if "reads" in parts:
            self._load(tickets // TENTH)
            before = self._read(tickets // TENTH)
        self._load(tickets)
        if "reads" in parts:
            reads = self._read(tickets)
            outcomes += [
                Outcome(row, tickets, reads[row.name], before[row.name])
                for row in READS
            ]
        if "writes" in parts:
            outcomes += self._write(tickets)
        if "jobs" in parts:
            with step("Measuring jobs") as shown:
                self.jobs = {name: self._measure_ours(name, shown) for name in JOBS}
        return outcomes

    def _load(self, tickets: int) -> None:
        for name, side in self.sides.items():
            with step(f"Loading {tickets:,} tickets into {name}"):
                side.ask("load", tickets=tickets, until=self.until)

    def _read(self, tickets: int) -> dict[str, dict[str, Timing]]:
        with step(f"Measuring reads at {tickets:,} tickets") as shown:
            return {row.name: self._measure(row, shown) for row in READS}

    def _write(self, tickets: int) -> list[Outcome]:
        with step("Measuring writes") as shown:
            outcomes = [
                Outcome(row, tickets, self._measure(row, shown)) for row in WRITES
            ]
            self.floors = {name: self._measure_ours(name, shown) for name in FLOORS}
        return outcomes

    def _measure(self, row: Row, shown: Step) -> dict[str, Timing]:
        """Measure one row, and show it at once: what follows may take long."""
        title = row.title.format(batch=self.batch)
        shown.tell(title)
        timings = measure(row, self.sides, self.rounds)
        each = (f"{side} {one.milliseconds:,.1f} ms" for side, one in timings.items())
        shown.note(f"{title}: {', '.join(each)}")
        return timings

    def _measure_ours(self, name: str, shown: Step) -> Timing:
        """Measure what only ours has."""
        shown.tell(name)
        timing = measure_floor(name, self.sides[OURS], self.rounds)
        shown.note(f"{name}: {timing.milliseconds:,.1f} ms")
        return timing


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="setup/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small, within 5 minutes")
    parser.add_argument("--only", choices=[*PARTS, FIGURES], help="those rows alone")
    parser.add_argument("--json", action="store_true", help="a JSON line for each row")
    parser.add_argument("--tickets", type=int, help=f"default {TICKETS:,}")
    parser.add_argument(
        "--rounds", type=int, help=f"turns of each, default {ROUNDS}; 0: just try it"
    )
    return parser


def _measure_served(env: Environment, *, quick: bool) -> list[dict]:
    """Measure a real server, in a process that has the pinned Python packages.

    :raise Failure: when that process fails
    """
    folders = [env.odoo.import_root, ROOT / "setup", ROOT / "tests"]
    log = log_folder() / "bench-served.log"
    with step("Measuring webhooks, answers and chats at a real server"):
        with log.open("w") as errors:
            done = subprocess.run(
                [env.python, "-m", "bench.served", *(["--quick"] if quick else [])],
                env=env.process_variables
                | {"PYTHONPATH": os.pathsep.join(map(str, folders))},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                check=False,
            )
    if done.returncode:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise Failure("The real server cannot be measured", *last, mend=f"see {log}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _versions(env: Environment, sides: dict[str, Contestant]) -> dict[str, str]:
    measured = {}
    for side in sides.values():
        measured |= side.ask("versions")
    return {
        "Odoo": env.odoo.version,
        "PostgreSQL": postgres.sql("SHOW server_version").split()[0],
        **measured,
    }


def _show(
    versions: dict[str, str], bench: Bench, outcomes: list[Outcome], *, as_json: bool
) -> None:
    floors, jobs = bench.floors.items(), bench.jobs.items()
    if as_json:
        print(json.dumps({"versions": versions, **bench.facts}))
        for outcome in outcomes:
            print(outcome.as_json())
        for name, timing in floors:
            print(report.floor_as_json(name, timing))
        for name, timing in jobs:
            print(report.floor_as_json(name, timing, OURS))
        for row in bench.served:
            print(json.dumps(row))
        return
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    lines = [outcome.as_cells() for outcome in outcomes]
    lines += [report.floor_as_cells(FLOORS[name], timing) for name, timing in floors]
    lines += [report.job_as_cells(JOBS[name], timing) for name, timing in jobs]
    for line in lines:
        line[0] = line[0].format(batch=bench.batch)
    print(report.table(lines))
    print(report.served_table(bench.served))
    missed = sum(not met for outcome in outcomes for met in outcome.aims.values())
    say(f"{missed} aims missed; medians of {bench.rounds} rounds, in turns.")
