"""The short form of the benchmark: every scenario runs and both sides agree."""

import json
import subprocess
from pathlib import Path

from bench.rows import FIGURES, FLOORS, HOT, JOBS, READS, SERVED, WRITES
from store_setup.paths import ROOT

# Its times are of no interest here.
QUICK = [ROOT / "setup" / "bench", "--quick", "--rounds", "0"]


def test_every_scenario_runs_and_both_sides_find_the_same():
    done = subprocess.run(
        [*QUICK, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    versions, *lines = map(json.loads, done.stdout.splitlines())
    assert {"Odoo", "PostgreSQL", "customer_support", "helpdesk_mgmt"} <= {
        *versions["versions"]
    }
    rows = {line["scenario"]: line for line in lines}
    alone = [*FLOORS, *JOBS, *SERVED]
    assert list(rows) == [*(row.name for row in READS + WRITES), *alone]
    for name, line in rows.items():
        if name in SERVED:
            assert line["count"] > 0 and line["lost"] == 0, line
        elif name not in alone:
            assert line["same_result"], line
            assert line["ours_result"][0] > 0, line


def test_the_figures_count_the_same_both_ways_and_hot_paths_use_indices():
    done = subprocess.run(
        [*QUICK, "--only", "figures", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *lines, plans = map(json.loads, done.stdout.splitlines())
    rows = {line["scenario"]: line for line in lines if "scenario" in line}
    assert list(rows) == list(FIGURES)
    assert all(line["found"][0] > 0 for line in rows.values()), rows
    hot = {line["hot_path"]: line for line in lines if "hot_path" in line}
    assert list(hot) == list(HOT)
    for line in hot.values():
        assert line["unexplained_seq_scans"] == [], line
        assert line["statements_on_big_tables"] > 0, line
    assert hot["mail_answer"]["found"] == hot["mail"]["found"] == [10]
    assert Path(plans["plans"]).read_text().count("# ") >= len(HOT)
