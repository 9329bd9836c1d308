"""The short form of every case of reliability: nothing is lost, nothing doubled."""

import json
import subprocess

from store_setup.paths import ROOT


def test_no_case_breaks_a_rule():
    done = subprocess.run(
        [ROOT / "setup" / "reliability", "--quick"],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    broken = {line["case"]: line["problems"] for line in lines if line.get("problems")}
    assert not broken
    assert lines, done.stderr
    assert {line["verdict"] for line in lines} == {"passed"}
    assert done.returncode == 0, done.stderr
