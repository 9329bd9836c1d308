"""What every run of the tests keeps to: none is skipped in silence."""

import pytest

from .paths import state_folder

SKIPPED = pytest.StashKey[list[str]]()


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
