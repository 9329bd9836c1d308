"""The short form of the benchmark: every scenario runs and both sides agree."""

import json
import subprocess

from bench.rows import FLOORS, JOBS, READS, WRITES
from store_setup.paths import ROOT


def test_every_scenario_runs_and_both_sides_find_the_same():
    done = subprocess.run(
        [ROOT / "setup" / "bench", "--quick", "--json"],
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
    assert list(rows) == [*(row.name for row in READS + WRITES), *FLOORS, *JOBS]
    for name, line in rows.items():
        if name not in FLOORS and name not in JOBS:
            assert line["same_result"], line
            assert line["ours_result"][0] > 0, line
