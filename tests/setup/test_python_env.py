"""Which Python the environment is made of, and that the pinned packages fit it."""

import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from store_setup import python_env
from store_setup.console import Failure


@pytest.fixture
def started_with(monkeypatch):
    """Be started by a Python that is called so: ``started_with("python3.12")``."""

    def start(name):
        path = Path(sys.executable).with_name(name)
        monkeypatch.setattr(sys, "executable", str(path))
        return path

    return start


@pytest.fixture
def system_python(monkeypatch, tmp_path):
    """Let the system's Python answer with a text, or with an error."""

    def answer(text):
        path = tmp_path / "python3"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        monkeypatch.setattr(python_env, "SYSTEM_PYTHON", path)
        return path

    return answer


def test_the_system_s_own_python_is_taken(started_with, system_python):
    started_with("python3")
    system = system_python("echo 3 12 /usr 3.12.3 of the distribution")
    assert python_env.choose() == (system, "/usr 3.12.3 of the distribution")


def test_a_version_that_was_asked_for_is_taken(started_with, system_python):
    asked = started_with("python3.11")
    system_python("echo 3 12 /usr 3.12.3 of the distribution")
    assert python_env.choose()[0] == asked


@pytest.mark.parametrize(
    "answer",
    ["echo 3 9 /usr 3.9.2", "echo 3 14 /usr 3.14.0", "exit 1", "exec no-such-program"],
    ids=["too old", "too new", "without venv", "broken"],
)
def test_a_python_of_the_system_that_does_not_fit_is_left(
    answer, started_with, system_python
):
    running = started_with("python3")
    system_python(answer)
    assert python_env.choose()[0] == running


def test_without_one_of_the_system_the_running_one_is_taken(monkeypatch, started_with):
    running = started_with("python3")
    monkeypatch.setattr(python_env, "SYSTEM_PYTHON", Path("no-such-python"))
    assert python_env.choose()[0] == running


def test_a_python_that_does_not_fit_is_refused_with_one_that_does(
    monkeypatch, started_with
):
    started_with("python3.14")
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    with pytest.raises(Failure, match=r"3\.14 does not fit.*python3\.11 setup/run"):
        python_env.choose()


def test_the_pinned_packages_install_on_every_python_that_is_taken():
    oldest, newest = (
        ".".join(map(str, version))
        for version in (python_env.OLDEST_PYTHON, python_env.NEWEST_PYTHON)
    )
    pins = python_env.REQUIREMENTS.read_text().splitlines()
    names = [line.partition("==")[0] for line in pins if "==" in line]
    assert len(names) > 50
    refused = {
        name: takes
        for name in names
        if (takes := metadata.metadata(name)["Requires-Python"])
        and not all(each in SpecifierSet(takes) for each in (oldest, newest))
    }
    assert refused == {}
