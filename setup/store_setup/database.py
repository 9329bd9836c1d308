"""Databases: templates that are built once, and copies of them."""

import contextlib
import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import addons
from .console import Failure, step
from .environment import Environment
from .locks import locked
from .paths import data_folder, server_folder
from .postgres import sql

PREFIX = "support_template"
KEPT_TEMPLATES = 8
PARTS = {
    "store": "a store",
    "parts": "what the addons need of Odoo",
    "addons": "this repository's addons",
}
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")


@dataclass(frozen=True)
class Template:
    """A database to be copied, named after all that it depends on.

    :param modules: what is installed in it
    :param base: the template on a copy of which the modules are installed
    :param addons_paths: folders of addons besides Odoo's
    :param key: tells one state of the modules' files from another
    """

    modules: tuple[str, ...]
    demo: bool = True
    base: "Template | None" = None
    addons_paths: tuple[Path, ...] = ()
    key: str = ""

    def name(self, odoo_version: str) -> str:
        """Return the database's name."""
        base = self.base.name(odoo_version) if self.base else odoo_version
        facts = [base, *self.modules, str(self.demo), addons.LANGUAGES, self.key]
        digest = hashlib.sha256("\0".join(facts).encode()).hexdigest()[:12]
        return f"{PREFIX}_{self.kind}_{digest}"

    @property
    def kind(self) -> str:
        """The store, Odoo's own addons on it, or others on both."""
        if not self.base:
            return "store"
        return "addons" if self.key or self.addons_paths else "parts"


def store_template(*, demo: bool = True) -> Template:
    """Return the template of the store without the repository's addons."""
    return Template(addons.STORE_MODULES, demo)


def addons_template(*, demo: bool = True, tests: bool = False) -> Template:
    """Return the template of the store with the repository's addons.

    What they need of Odoo is in a template of its own, for it seldom changes.
    """
    own = addons.own_addons(tests=tests)
    needed = addons.needed_of_odoo(addons.own_addons())
    return Template(
        modules=tuple(addon.name for addon in own),
        demo=demo,
        base=Template(needed, demo, base=store_template(demo=demo)),
        addons_paths=tuple(addons.own_addons_paths()),
        key=addons.fingerprint(own),
    )


def ensure_template(env: Environment, template: Template) -> str:
    """Return the name of `template`'s database, built when it is not there yet."""
    if template.base and not template.modules:
        return ensure_template(env, template.base)
    name = template.name(env.odoo.version)
    with locked(name):
        if not exists(name):
            _build(env, template, name)
            _forget_old_templates(name)
        (server_folder("templates") / name).touch()
    return name


def _build(env: Environment, template: Template, name: str) -> None:
    source = ensure_template(env, template.base) if template.base else None
    with _building(name) as building:
        if source:
            copy(source, building)
        with step(f"Installing {PARTS[template.kind]} in a template") as progress:
            install(
                env,
                building,
                template.modules,
                *(["--with-demo"] if template.demo else []),
                *([] if template.base else [f"--load-language={addons.LANGUAGES}"]),
                addons_paths=template.addons_paths,
                tell=progress.tell,
            )


@contextlib.contextmanager
def _building(name: str) -> Iterator[str]:
    """Give a name for a database that becomes `name` when the block has ended well."""
    building = f"{name}_building"
    drop(building)
    try:
        yield building
    except BaseException:
        # Half a template is of no use, and large. What stopped us is told, not this.
        with contextlib.suppress(Failure):
            drop(building)
        raise
    drop(name)
    if filestore(building).exists():
        filestore(building).rename(filestore(name))
    sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')


def install(
    env: Environment,
    database: str,
    modules: Sequence[str],
    *options: str,
    addons_paths: Sequence[Path] | None = None,
    action: str = "-i",
    tell=lambda detail: None,
) -> str:
    """Install (or upgrade, with `action` ``-u``) `modules` and return Odoo's log.

    :raise Failure: when Odoo cannot, or logs an error
    """

    def progress(line: str) -> None:
        if found := LOADING.search(line):
            tell("{} ({} of {})".format(*found.groups()))

    what = f"Odoo cannot install {', '.join(modules)}"
    log = env.run_odoo(
        *("server", "-d", database, action, ",".join(modules), *options),
        *("--stop-after-init", "--no-http", "--max-cron-threads=0"),
        f"--addons-path={env.addons_path(addons_paths)}",
        what=what,
        on_line=progress,
    )
    errors = [line for line in log.splitlines() if " ERROR " in line[:60]]
    if errors:
        raise Failure(what, errors[0], "setup/odoo server shows the whole log")
    return log


def names() -> list[str]:
    """Return the names of all databases."""
    return sql("SELECT datname FROM pg_database").splitlines()


def exists(name: str) -> bool:
    """Tell whether there is a database `name`."""
    return name in names()


def filestore(name: str) -> Path:
    """Return the folder with the files of the database `name`."""
    return data_folder() / "filestore" / check_name(name)


def check_name(name: str) -> str:
    """Return `name`; refuse one that could not be a database's."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}", name):
        raise Failure(
            f"{name!r} is no name for a database",
            "letters, digits, underscore, dot and dash make a name",
            "--db my_store",
        )
    return name


def copy(source: str, target: str) -> str:
    """Make the database `target` as a copy of `source`, with its files."""
    drop(target)
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(target))
    sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    return target


def drop(name: str) -> None:
    """Remove the database `name` with its files, also while it is in use."""
    statement = f'DROP DATABASE IF EXISTS "{check_name(name)}"'
    try:
        sql(f"{statement} WITH (FORCE)")
    except Failure:
        # By force nobody but a superuser ends the server's own vacuum in it; without
        # force PostgreSQL does it itself.
        sql(statement)
    shutil.rmtree(filestore(name), ignore_errors=True)


def note(name: str, text: str) -> None:
    """Write `text` on the database `name`; copies do not inherit it."""
    sql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


def noted(name: str) -> str:
    """Return what :func:`note` wrote."""
    return sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        f" WHERE datname = '{name}'"
    )


def _forget_old_templates(newest: str) -> None:
    """Drop the templates of addons that were not used for longest."""
    used = sorted(
        server_folder("templates").glob(f"{PREFIX}_addons_*"),
        key=lambda mark: mark.stat().st_mtime,
    )
    for mark in used[: -KEPT_TEMPLATES or None]:
        if mark.name != newest:
            drop(mark.name)
            # Another command that runs at the same time may have been faster.
            mark.unlink(missing_ok=True)
