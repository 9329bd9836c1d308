"""Odoo's configuration file."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .paths import data_folder, state_folder

if TYPE_CHECKING:
    from .environment import Environment

DEFAULTS = {
    "http_interface": "127.0.0.1",
    "list_db": "False",
    "max_cron_threads": "1",
}


def write(env: "Environment", name: str, database: str = "", **options: object) -> Path:
    """Write the configuration file `name` and return its path.

    :param database: the only database that is served
    :param options: Odoo's own options; they win over what is usual here
    """
    settings = DEFAULTS | {
        "addons_path": env.addons_path(),
        "data_dir": data_folder(),
    }
    if database:
        settings |= {"db_name": database, "dbfilter": f"^{database}$"}
    path = state_folder() / f"{name}.conf"
    # Another process may read the file at this moment.
    complete = path.with_suffix(f".{os.getpid()}")
    complete.write_text(render(settings | options))
    return complete.replace(path)


def render(settings: dict[str, object]) -> str:
    """Return `settings` as the text of a configuration file."""
    lines = [f"{name} = {value}\n" for name, value in sorted(settings.items())]
    return "".join(["[options]\n", *lines])
