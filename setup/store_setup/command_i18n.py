"""``setup/i18n``: the addons' translation files, kept in step with their texts."""

import argparse
import json
import os
from pathlib import Path

from . import addons, database
from .console import Failure, say, step
from .environment import prepare
from .paths import ROOT, checkout_key

SCRIPT = Path(__file__).parent / "odoo_scripts" / "refresh_translations.py"
MARK = "MISSING "


def main(arguments: list[str]) -> None:
    """Write each addon's .pot, merge it into its .po files, list what is missing."""
    parser = argparse.ArgumentParser(prog="setup/i18n", description=__doc__)
    parser.add_argument("--odoo", metavar="PATH", help="a checkout of Odoo 19")
    options = parser.parse_args(arguments)
    env = prepare(odoo_path=options.odoo)
    name = f"support_i18n_{checkout_key()}_{os.getpid()}"
    own = {addon.name: str(addon) for addon in addons.own_addons()}
    try:
        template = database.ensure_template(env, database.addons_template())
        database.copy(template, name)
        with step("Reading the addons' texts"):
            output = env.run_odoo(
                *("shell", "-d", name, "--no-http"),
                what="The translation files cannot be refreshed",
                stdin=f"ADDONS = {own!r}\n{SCRIPT.read_text()}",
            )
    finally:
        database.drop(name)
        env.release()
    _tell(output)


def _tell(output: str) -> None:
    """Name every term without a translation, as the script printed it."""
    lines = [line for line in output.splitlines() if line.startswith(MARK)]
    for line in lines:
        file, term = json.loads(line.removeprefix(MARK))
        say(f"{Path(file).relative_to(ROOT)}: {term!r}")
    if lines:
        raise Failure(
            f"Terms without a translation: {len(lines)}",
            mend="translate them in the .po files above, then setup/i18n again",
        )
    say("Every term is translated.")
