"""Each addon comes, is upgraded, goes and comes again, and leaves no trace."""

import ast
import os
import re

import pytest

from store_setup import addons, database, paths, postgres

COMPLAINT = re.compile(r"^(\S+ \S+ \d+ (WARNING|ERROR|CRITICAL)|BROKEN VIEW) ")
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
# One process does several steps: to load the store takes longer than most of them.
STEPS = """
def change(action):
    modules = env["ir.module.module"]
    modules.update_list()
    addon = modules.search([("name", "=", {module!r})])
    getattr(addon, f"button_immediate_{{action}}")()


def read_views():
    for view in env["ir.ui.view"].search([]):
        try:
            view._check_xml()
        except Exception as error:
            print("BROKEN VIEW", view.xml_id, str(error).splitlines()[0])
    env.cr.rollback()


{steps}
print("ALL IS DONE")
"""


class Lifecycle:
    """One database in which an addon comes and goes."""

    def __init__(self, environment, name, module):
        self.environment, self.name, self.module = environment, name, module

    def find_complaints(self, *steps):
        """Do the steps in a new process; return what Odoo complained about.

        :param steps: ``install``, ``upgrade``, ``uninstall``, or ``read views`` for a
            line about each view that Odoo would refuse now
        """
        calls = [
            "read_views()" if step == "read views" else f"change({step!r})"
            for step in steps
        ]
        output = self.environment.run_odoo(
            *("shell", "-d", self.name, "--no-http"),
            what=f"{self.module}: {', '.join(steps)} is not possible",
            stdin=STEPS.format(module=self.module, steps="\n".join(calls)),
        )
        assert "ALL IS DONE" in output
        return [line for line in output.splitlines() if COMPLAINT.match(line)]

    def upgrade_by_command(self):
        """Upgrade as an administrator does on the command line; return complaints."""
        log = database.install(
            self.environment,
            self.name,
            [self.module],
            action="-u",
            addons_paths=addons.own_addons_paths(),
        )
        return [line for line in log.splitlines() if COMPLAINT.match(line)]

    def traces(self):
        """Return all names of what an addon may add."""
        return {
            kind: set(postgres.sql(query, self.name).splitlines())
            for kind, query in TRACES.items()
        }


def dependencies(addon):
    """Return the names of the addons that `addon` needs."""
    return ast.literal_eval((addon / "__manifest__.py").read_text())["depends"]


def store_with(modules):
    """Return the template of the store with these modules, ours and Odoo's, alone."""
    template = database.store_template()
    own = [addon for addon in addons.own_addons() if addon.name in modules]
    of_odoo = {*modules} - {addon.name for addon in own} - {*addons.STORE_MODULES}
    for names, key in (
        ([addon.name for addon in own], addons.fingerprint(own)),
        (sorted(of_odoo), ""),
    ):
        if names:
            template = database.Template(
                tuple(names),
                base=template,
                addons_paths=tuple(addons.own_addons_paths()),
                key=key,
            )
    return template


@pytest.fixture
def lifecycle(environment, addon):
    """A copy of the store with what the addon needs, and none of our others."""
    name = f"support_test_{paths.checkout_key()}_{os.getpid()}_lifecycle"
    source = database.ensure_template(environment, store_with(dependencies(addon)))
    try:
        database.copy(source, name)
        yield Lifecycle(environment, name, addon.name)
    finally:
        database.drop(name)


@pytest.mark.parametrize("addon", addons.own_addons(), ids=lambda addon: addon.name)
def test_an_addon_comes_and_goes_without_a_warning_or_a_trace(lifecycle, addon):
    before = lifecycle.traces()

    assert lifecycle.find_complaints("install", "upgrade", "uninstall") == []

    left = {kind: names - before[kind] for kind, names in lifecycle.traces().items()}
    assert {kind: names for kind, names in left.items() if names} == {}
    # A new process knows nothing of the addon.
    steps = ("read views", "install", "read views")
    assert lifecycle.find_complaints(*steps) == []
    assert lifecycle.upgrade_by_command() == []
