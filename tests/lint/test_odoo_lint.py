"""Odoo's own linters, which look at every model and route that is installed."""

import contextlib
import os
import subprocess
import sys
import unittest
from pathlib import Path
from unittest.mock import patch

from odoo.modules import Manifest
from odoo.tests import tagged

from odoo.addons.test_lint.tests import (
    test_dunderinit,
    test_i18n,
    test_index,
    test_jstranslate,
    test_manifests,
    test_naming,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
    test_pofile,
    test_routes,
    test_test_holes,
)

from store_setup import addons

RULES = (
    "eval-used",
    "function-redefined",
    "gettext-placeholders",
    "gettext-repr",
    "gettext-variable",
    "missing-gettext",
    "raise-unlink-override",
    "sql-injection",
    "undefined-variable",
    "unreachable",
    "used-before-assignment",
)
# What it has read of Odoo it keeps to its end: to look again and again for what could
# be thrown away is a third of its time.
PYLINT = "import gc, pylint; gc.disable(); pylint.run_pylint()"
CHECKERS = ("_odoo_checker_gettext", "_odoo_checker_sql_injection")
CHECKERS += ("_odoo_checker_unlink_override", "_pylint_path_setup")


@contextlib.contextmanager
def sub_test_of_failures(self, msg=None, **params):
    """Report what fails alone: there are fifty thousand methods that do not."""
    try:
        yield
    except Exception:
        with unittest.TestCase.subTest(self, msg, **params):
            raise


def linted(test_class):
    """Run the linter after installation, on the files of this repository."""
    own = {addon.name for addon in addons.own_addons(tests=True)}
    manifests = [one for one in Manifest.all_addon_manifests() if one.name in own]
    patched = patch.object(Manifest, "all_addon_manifests", lambda: manifests)
    original = test_class.setUpClass.__func__

    def set_up_class(cls):
        original(cls)
        cls.startClassPatcher(patched)

    test_class.setUpClass = classmethod(set_up_class)
    test_class.subTest = sub_test_of_failures
    return tagged("standard", "post_install", "-at_install")(test_class)


@linted
class TestIndexes(test_index.TestIndex):
    """Every one2many has an index to read it by."""


@linted
class TestI18n(test_i18n.TestI18n):
    """No text of a component escapes translation."""


@linted
class TestJsTranslations(test_jstranslate.TestJsTranslations):
    """No translated text of a script is put together."""


@linted
class TestManifests(test_manifests.ManifestLinter):
    """Manifests say nothing unknown and nothing that goes without saying."""

    def test_manifests(self):
        with self.assertNoLogs(test_manifests.__name__, "WARNING"):
            super().test_manifests()


@linted
class TestNaming(test_naming.TestNaming):
    """Public methods can be called from outside."""


@linted
class TestOnchangeDomains(test_onchange_domains.TestOnchangeDomains):
    """No onchange returns a domain."""


@linted
class TestOrmImports(test_orm_import.TestDunderinit):
    """No addon imports what is private to the ORM."""


@linted
class TestOverrides(test_override_signatures.TestLintOverrideSignatures):
    """Overrides take what the methods that they override take."""


@linted
class TestPackages(test_dunderinit.TestDunderinit):
    """Every addon is a package."""


@linted
class TestPotFiles(test_pofile.PotLinter):
    """No term is listed twice."""


@linted
class TestRoutes(test_routes.RoutesLinter):
    """Overridden routes repeat nothing."""

    def test_routes_definition(self):
        with self.assertNoLogs(test_routes.__name__, "WARNING"):
            super().test_routes_definition()


@linted
class TestTestHoles(test_test_holes.TestTestHoles):
    """Odoo's own runner finds every test of an addon."""


def test_odoo_s_checkers_of_python_find_nothing_in_our_addons():
    folder = Path(test_naming.__file__).parent
    python_path = os.pathsep.join([str(folder), *sys.path])
    done = subprocess.run(
        [
            *(sys.executable, "-c", PYLINT, f"--rcfile={os.devnull}"),
            *("--disable=all", f"--enable={','.join(RULES)}", "--reports=n"),
            *(f"--load-plugins={','.join(CHECKERS)}", "--score=n"),
            # Comments in the code name rules of pylint-odoo, which setup/lint runs.
            "--disable=unknown-option-value",
            *addons.own_addons(tests=True),
        ],
        env=os.environ | {"PYTHONPATH": python_path, "ADDONS_PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr
