"""Each addon comes, is upgraded, goes and comes again, and leaves no trace."""

import json
import os
import re

import pytest

from store_setup import addons, database, paths

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
import json

TRACES = {traces!r}


def change(action, names):
    modules = env["ir.module.module"]
    modules.update_list()
    chosen = modules.search([("name", "in", names)])
    getattr(chosen, f"button_immediate_{{action}}")()


def read_views():
    # Each is put together with all its extensions.
    for view in env["ir.ui.view"].search([("mode", "=", "primary")]):
        try:
            view._check_xml()
        except Exception as error:
            print("BROKEN VIEW", view.xml_id, str(error).splitlines()[0])
    env.cr.rollback()


def tell_names():
    names = dict()
    for kind, query in TRACES.items():
        env.cr.execute(query)
        names[kind] = [str(name) for name, in env.cr.fetchall()]
    print("NAMES", json.dumps(names))
    env.cr.rollback()


{steps}
print("ALL IS DONE")
"""
OWN = ("customer_support", "customer_support_chat", "customer_support_metrics")
BASE, CHAT, METRICS = OWN


class Lifecycle:
    """One database in which the addons come and go."""

    def __init__(self, environment, name):
        self.environment, self.name = environment, name
        self.names = []

    def find_complaints(self, *steps):
        """Do the steps in a new process; return what Odoo complained about.

        :param steps: ``read_views()`` for a line about each view that Odoo would
            refuse now, ``tell_names()`` to add to `names` all names of what an addon
            may add, or what :func:`install` and :func:`uninstall` give
        """
        output = self.environment.run_odoo(
            *("shell", "-d", self.name, "--no-http"),
            what=f"{', '.join(steps)} is not possible",
            stdin=STEPS.format(traces=TRACES, steps="\n".join(steps)),
        )
        assert "ALL IS DONE" in output
        for line in output.splitlines():
            if line.startswith("NAMES "):
                names = json.loads(line.removeprefix("NAMES "))
                self.names.append({kind: set(names[kind]) for kind in names})
        return [line for line in output.splitlines() if COMPLAINT.match(line)]

    def upgrade_by_command(self):
        """Upgrade as an administrator does on the command line; return complaints."""
        log = database.install(
            self.environment,
            self.name,
            [BASE],
            action="-u",
            addons_paths=addons.own_addons_paths(),
        )
        return [line for line in log.splitlines() if COMPLAINT.match(line)]


def needs(name):
    """The modules of Odoo that this addon of ours needs, beyond a store's."""
    return tuple(
        module
        for module in addons.needed_of_odoo([paths.ROOT / name])
        if module not in OWN
    )


def install(*names):
    """The step that installs modules, and what they need."""
    return f"change('install', {names!r})"


def uninstall(name):
    """The step that takes an addon away, and what of ours needs it."""
    return f"change('uninstall', {(name,)!r})"


def without(names, others):
    """What is in `names` and not in `others`, by kind."""
    rest = {kind: names[kind] - others.get(kind, set()) for kind in names}
    return {kind: found for kind, found in rest.items() if found}


@pytest.fixture
def lifecycle(environment):
    """A copy of the store with what the base needs, and nothing else."""
    name = f"support_test_{paths.checkout_key()}_{os.getpid()}_lifecycle"
    template = database.Template(needs(BASE), base=database.store_template())
    source = database.ensure_template(environment, template)
    try:
        yield Lifecycle(environment, database.copy(source, name))
    finally:
        database.drop(name)


def test_the_addons_come_and_go_without_a_warning_or_a_trace(lifecycle):
    assert {addon.name for addon in addons.own_addons()} == {*OWN}
    tell, read = "tell_names()", "read_views()"
    # What an addon needs of Odoo comes just before it: nobody else may rely on it.
    coming = (
        *(tell, install(BASE), tell),
        *(install(*needs(METRICS)), tell, install(METRICS), tell),
        *(install(*needs(CHAT)), tell, install(CHAT)),
    )
    assert lifecycle.find_complaints(*coming) == []
    assert lifecycle.upgrade_by_command() == []

    going = (
        *(uninstall(CHAT), tell, read),
        *(uninstall(METRICS), tell, read),
        *(uninstall(BASE), tell),
    )
    assert lifecycle.find_complaints(*going) == []
    store, base, before_metrics, metrics, before_chat, *left = lifecycle.names
    of_metrics, of_base = without(metrics, before_metrics), without(base, store)
    # Each has something that could stay.
    assert of_metrics
    assert of_base
    assert without(left[0], before_chat) == {}
    before_chat = without(before_chat, of_metrics)
    assert without(left[1], before_chat) == {}
    assert without(left[2], without(before_chat, of_base)) == {}

    # A new process knows nothing of them. Chat comes without metrics this time.
    again = (read, install(CHAT), read, install(METRICS), read)
    assert lifecycle.find_complaints(*again) == []
