"""``setup/reliability``: what must not happen to a mail, provoked and counted."""

import os
import subprocess

from .environment import prepare
from .paths import ROOT
from .system_packages import MAIL_SERVER, PROXY


def main(arguments: list[str]) -> int:
    """Run the rig of ``tests/reliability`` with the pinned Python packages."""
    env = prepare([PROXY, MAIL_SERVER])
    try:
        folders = [env.odoo.import_root, ROOT / "setup", ROOT / "tests"]
        return subprocess.run(
            [env.python, "-m", "reliability", *arguments],
            env=env.process_variables
            | {"PYTHONPATH": os.pathsep.join(map(str, folders))},
            check=False,
        ).returncode
    finally:
        env.release()
