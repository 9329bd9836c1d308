"""The short form of every case of reliability: nothing is lost, nothing doubled."""

import json
import subprocess

from reliability.cases import every_case
from store_setup.paths import ROOT


def test_no_case_breaks_a_rule():
    done = subprocess.run(
        [ROOT / "setup" / "reliability", "--quick"],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    broken = {line["case"]: line["problems"] for line in lines if line["problems"]}
    assert not broken, f"{', '.join(broken)}: {json.dumps(broken, indent=1)}"
    assert done.returncode == 0, done.stderr
    assert {line["case"] for line in lines} == {case.id for case in every_case()}
