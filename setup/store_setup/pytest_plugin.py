"""What every run of the tests keeps to: none is skipped in silence.

In several processes, each has a database of its own (as ``pytest-odoo`` does it) with
files of its own, and what takes long begins first. Times are real ones, also of tests
that freeze the clock.
"""

import contextlib
import shutil
from collections.abc import Iterator

import freezegun
import pytest
from xdist.scheduler import LoadFileScheduling

from .database import filestore
from .kept_caches import KeptCaches
from .paths import ROOT, state_folder

SKIPPED = pytest.StashKey[list[str]]()
# What takes longest, in the order in which it begins. Odoo's linters are Odoo's test
# classes, each of which ends all child processes of its own process when it ends: they
# come before those that need a server.
LONGEST = [
    "tests/lint",
    "tests/journeys",
    "tests/reliability",
    "tests/test_module_lifecycle.py",
    "tests/bench",
    "tests",
]
# These share a server, its browser and its compiled scripts.
JOURNEYS = "tests/journeys/"


class Skipped:
    """Collects the names of the tests that did not run, from whichever process."""

    def __init__(self) -> None:
        """Start with none."""
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a test that did not run."""
        if report.skipped:
            self.names.append(report.nodeid)


def pytest_configure(config: pytest.Config) -> None:
    """Start with nothing skipped."""
    skipped = Skipped()
    config.stash[SKIPPED] = skipped.names
    config.pluginmanager.register(skipped)
    config.pluginmanager.get_plugin("odoo")._shared_filestore = _own_filestore
    freezegun.configure(extend_ignore_list=["_pytest.timing"])
    KeptCaches().install()


@contextlib.contextmanager
def _own_filestore(original: str, name: str) -> Iterator[None]:
    """Give a copied database its own files: it cleans away those that it misses."""
    if name != original:
        shutil.copytree(filestore(original), filestore(name), dirs_exist_ok=True)
    yield
    if name != original:
        shutil.rmtree(filestore(name), ignore_errors=True)


class Spread(LoadFileScheduling):
    """Gives each process one file after the other, and all journeys to one process."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(JOURNEYS):
            return JOURNEYS
        return super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> Spread:
    """Spread the tests over the processes."""
    return Spread(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that all processes end at about the same."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    places = (
        place
        for place, folder in enumerate(LONGEST)
        if item.path.is_relative_to(ROOT / folder)
    )
    return next(places, len(LONGEST))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when a test was skipped: nobody reads about it otherwise."""
    if session.config.stash[SKIPPED] and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Name the tests that were skipped, and say where the screenshots are."""
    if skipped := config.stash[SKIPPED]:
        terminalreporter.section("skipped tests make the run fail", red=True)
        for name in skipped:
            terminalreporter.line(name)
    folder = state_folder() / "screenshots"
    if folder.is_dir() and any(folder.iterdir()):
        terminalreporter.line(f"Screenshots: {folder}")
