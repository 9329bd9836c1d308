"""What every run of the tests keeps to: none is skipped in silence."""

import pytest

from .paths import state_folder

SKIPPED = pytest.StashKey[list]()


def pytest_configure(config: pytest.Config) -> None:
    """Start with nothing skipped."""
    config.stash[SKIPPED] = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Remember the tests that did not run."""
    outcome = yield
    if outcome.get_result().skipped:
        item.config.stash[SKIPPED].append(item.nodeid)


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
