"""``setup/odoo``: Odoo's own command line in this environment."""

import os

from .environment import prepare


def main(arguments: list[str]) -> None:
    """Become Odoo with `arguments`; PostgreSQL stays until ``setup/stop``."""
    env = prepare()
    for descriptor in env.keep:
        os.set_inheritable(descriptor, True)
    command = [str(part) for part in env.odoo_command(*arguments)]
    os.execve(env.python, command, env.command_variables())
