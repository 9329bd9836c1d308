"""``setup/lint``: the linters, which need no database."""

import argparse
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

from . import addons, python_env
from .console import Failure, say
from .paths import ROOT, subfolder

NOT_KEPT = (
    # A model is extended in one file for each concern.
    "consider-merging-classes-inherited",
    # A name for env._ is env._; Odoo's own code does so too.
    "prefer-env-translation",
    # The README of the repository speaks for all of its addons.
    "missing-readme",
)


def main(arguments: list[str]) -> int:
    """Run every linter, also when one before it complained."""
    parser = argparse.ArgumentParser(prog="setup/lint", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="mend what ruff can")
    options = parser.parse_args(arguments)
    python = python_env.ensure()
    checks = [*_ruff(python, options.fix), *_pylint(python)]
    failed = [name for name, command in checks if not _passes(name, command)]
    broken = broken_xml(ROOT)
    for line in broken:
        say(line)
    if failed or broken:
        raise Failure(
            "The linters complain",
            ", ".join(failed + ["XML"] * bool(broken)),
            "read above; setup/lint --fix mends what ruff can",
        )
    say("✓ XML")
    return 0


def _ruff(python: Path, fix: bool) -> list[tuple[str, list[str | Path]]]:
    cache = ["--cache-dir", subfolder("ruff"), ROOT]
    ruff = [python, "-m", "ruff"]
    return [
        ("ruff check", [*ruff, "check", *(["--fix"] if fix else []), *cache]),
        ("ruff format", [*ruff, "format", *([] if fix else ["--check"]), *cache]),
    ]


def _pylint(python: Path) -> list[tuple[str, list[str | Path]]]:
    own = addons.own_addons(tests=True)
    if not own:
        return []
    rules = [f"--rcfile={ROOT / '.pylintrc'}", f"--disable={','.join(NOT_KEPT)}"]
    return [("pylint-odoo", [python, "-m", "pylint", *rules, *own])]


def _passes(name: str, command: list[str | Path]) -> bool:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    say(f"{'✗' if done.returncode else '✓'} {name}")
    return not done.returncode


def broken_xml(folder: Path) -> list[str]:
    """Return a line for each XML file below `folder` that no parser reads."""
    lines = []
    for file in sorted(folder.rglob("*.xml")):
        try:
            ET.parse(file)
        except ET.ParseError as error:
            lines.append(f"{file.relative_to(folder)}: {error}")
    return lines
