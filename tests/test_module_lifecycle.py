"""Each addon comes, is upgraded, goes and comes again, and leaves no trace."""

import ast
import os
import re

import pytest

from store_setup import addons, database, paths, postgres

COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")
# What an uninstalled addon may not leave, each as one column of names.
TRACES = {
    "columns": """
        SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'public'""",
    "constraints": "SELECT conname FROM pg_constraint",
    "crons": "SELECT cron_name FROM ir_cron",
    # Odoo itself leaves the names that a mixin's addon gave to parts of our models, and
    # the catalogue of all addons that it has seen.
    "external ids": """
        SELECT module || '.' || name FROM ir_model_data
         WHERE name !~ '^(model_inherit|selection)__'
           AND NOT (module = 'base' AND name ~ '^module_')""",
    "functions": """
        SELECT proname FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "menus": "SELECT name FROM ir_ui_menu",
    "parameters": "SELECT key FROM ir_config_parameter",
    "rules": "SELECT name FROM ir_rule",
    "sequences": "SELECT code FROM ir_sequence",
    "tables": "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S')",
    "triggers": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "views": "SELECT key FROM ir_ui_view WHERE key <> ''",
}
VALIDATE_VIEWS = """
for view in env["ir.ui.view"].search([]):
    try:
        view._check_xml()
    except Exception as error:
        print("BROKEN VIEW", view.xml_id, str(error).splitlines()[0])
print("VIEWS ARE READ")
"""


class Lifecycle:
    """One database in which addons come and go."""

    def __init__(self, environment, name):
        self.environment, self.name = environment, name

    def change(self, modules, action="-i"):
        """Install or upgrade; return what Odoo complained about."""
        log = database.install(
            self.environment,
            self.name,
            modules,
            action=action,
            addons_paths=addons.own_addons_paths(),
        )
        return self.complaints(log)

    def install_missing(self, modules):
        """Install those of `modules` that the store does not have."""
        query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        missing = set(modules) - set(postgres.sql(query, self.name).splitlines())
        if missing:
            self.change(sorted(missing))

    def uninstall(self, module):
        """Uninstall; return what Odoo complained about."""
        log = self.environment.run_odoo(
            *("module", "uninstall", "-d", self.name, module),
            what=f"{module} cannot be uninstalled",
        )
        return self.complaints(log)

    def broken_views(self):
        """Return a line for each view that Odoo would refuse now."""
        output = self.environment.run_odoo(
            *("shell", "-d", self.name, "--no-http"),
            what="The views cannot be validated",
            stdin=VALIDATE_VIEWS,
        )
        assert "VIEWS ARE READ" in output
        return [line for line in output.splitlines() if line.startswith("BROKEN VIEW")]

    def traces(self):
        """Return all names of what an addon may add."""
        return {
            kind: set(postgres.sql(query, self.name).splitlines())
            for kind, query in TRACES.items()
        }

    @staticmethod
    def complaints(log):
        return [line for line in log.splitlines() if COMPLAINT.match(line)]


def dependencies(addon):
    """Return the names of the addons that `addon` needs."""
    return ast.literal_eval((addon / "__manifest__.py").read_text())["depends"]


@pytest.fixture
def lifecycle(environment):
    """A copy of the store without our addons."""
    name = f"support_test_{paths.checkout_key()}_{os.getpid()}_lifecycle"
    source = database.ensure_template(environment, database.store_template())
    try:
        database.copy(source, name)
        yield Lifecycle(environment, name)
    finally:
        database.drop(name)


@pytest.mark.parametrize("addon", addons.own_addons(), ids=lambda addon: addon.name)
def test_an_addon_comes_and_goes_without_a_warning_or_a_trace(lifecycle, addon):
    module = addon.name
    lifecycle.install_missing(dependencies(addon))
    before = lifecycle.traces()

    assert lifecycle.change([module]) == []
    assert lifecycle.change([module], "-u") == []
    assert lifecycle.uninstall(module) == []

    left = {kind: names - before[kind] for kind, names in lifecycle.traces().items()}
    assert {kind: names for kind, names in left.items() if names} == {}
    assert lifecycle.broken_views() == []
    assert lifecycle.change([module]) == []
    assert lifecycle.broken_views() == []
