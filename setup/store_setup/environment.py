"""Everything that a command of Odoo needs, found or made."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import odoo_config, odoo_source, postgres, python_env, system_packages
from .addons import own_addons_paths
from .postgres_client import check_external, is_external, variables
from .processes import run

NOT_FOR_ODOO = {"PGDATABASE", "PGHOST_REPLICA", "PGPORT_REPLICA"}
LAUNCHER = Path(__file__).parent / "odoo_scripts" / "odoo"


@dataclass(frozen=True)
class Environment:
    """Odoo, Python and PostgreSQL, ready for use.

    :param keep: descriptors that keep shared services running; processes that
        outlive this one have to inherit them
    """

    odoo: odoo_source.OdooSource
    python: Path
    keep: tuple[int, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def process_variables(self) -> dict[str, str]:
        """The environment variables of Odoo's processes."""
        # Those left out would win over Odoo's configuration file.
        own = {key: os.environ[key] for key in os.environ.keys() - NOT_FOR_ODOO}
        return own | self.variables

    def command_variables(self) -> dict[str, str]:
        """The environment variables of Odoo's commands, which are for any database."""
        config = odoo_config.write(self, "commands", list_db=True)
        return self.process_variables | {"ODOO_RC": str(config)}

    def addons_path(self, extra: Sequence[Path] | None = None) -> str:
        """Return Odoo's addons path, with the folders `extra` instead of ours."""
        own = own_addons_paths() if extra is None else extra
        return ",".join(map(str, [*self.odoo.addons_paths, *own]))

    def odoo_command(self, *arguments: str | Path) -> list[str | Path]:
        """Return the command that runs Odoo with `arguments`."""
        return [self.python, LAUNCHER, *arguments]

    def run_odoo(self, *arguments: str | Path, what: str, **options) -> str:
        """Run Odoo to its end and return its output; see :func:`processes.run`."""
        return run(
            self.odoo_command(*arguments),
            what=what,
            env=self.command_variables(),
            log_name="odoo-commands",
            **options,
        )

    def connection(self, database: str) -> dict[str, str]:
        """Return the arguments with which ``psycopg2.connect`` opens `database`."""
        names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user"}
        found = {
            names[key]: self.variables[key] for key in names & self.variables.keys()
        }
        return found | {"dbname": database}

    def release(self) -> None:
        """Let shared services end when nobody else uses them."""
        for descriptor in self.keep:
            postgres.stop(descriptor)


def prepare(
    needs: Sequence[system_packages.Need] = (), odoo_path: str | None = None
) -> Environment:
    """Bring up what is missing and return the environment.

    :param needs: what the system has to bring besides PostgreSQL and Python
    :param odoo_path: a checkout of Odoo 19 to be used instead of Debian's package
    :raise Failure: with the command that mends it
    """
    odoo_source.check_can_be_had(odoo_path)
    database = [system_packages.DATABASE_CLIENT]
    if not is_external():
        database.append(system_packages.DATABASE)
    system_packages.ensure([*database, system_packages.PYTHON_VENV, *needs])
    if is_external():
        # What cannot work is said before anything long begins.
        check_external()
    odoo = odoo_source.ensure(odoo_path)
    python = python_env.ensure()
    descriptor = postgres.start()
    keep = () if descriptor is None else (descriptor,)
    python_path = {"PYTHONPATH": str(odoo.import_root)}
    return Environment(odoo, python, keep, variables() | python_path)
