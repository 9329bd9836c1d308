"""Ctrl-C at any moment: nothing half stays that is taken for whole later."""

import contextlib
import os
from types import SimpleNamespace

import pytest

from store_setup import (
    console,
    database,
    odoo_source,
    processes,
    python_env,
    system_packages,
)


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("CUSTOMER_SUPPORT_CACHE", str(tmp_path))
    return tmp_path


def interrupt(*_arguments, **_options):
    raise KeyboardInterrupt


def test_the_program_that_runs_ends_with_the_command():
    seen = []

    def stop(line):
        seen.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        processes.run(["sh", "-c", "echo $$; exec sleep 600"], what="x", on_line=stop)
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)


def test_a_service_is_not_left_without_its_file(monkeypatch):
    started = []

    def stop(pid):
        started.append(pid)
        raise KeyboardInterrupt

    monkeypatch.setattr(processes, "_process_facts", stop)
    with pytest.raises(KeyboardInterrupt):
        processes.Service.start("sleeper", ["sleep", "600"])
    # Python may have seen it end before, when it forgot the object.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(started[0], 0)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_half_a_template_is_dropped_and_built_again(monkeypatch):
    statements = []
    monkeypatch.setattr(database, "sql", lambda statement: statements.append(statement))
    monkeypatch.setattr(database, "install", interrupt)
    env = SimpleNamespace(odoo=SimpleNamespace(version="19.0-x"))
    template = database.Template(("base",))
    with pytest.raises(KeyboardInterrupt):
        database._build(env, template, "wanted")
    assert statements[-1] == 'DROP DATABASE IF EXISTS "wanted_building" WITH (FORCE)'

    monkeypatch.setattr(database, "install", lambda *_arguments, **_options: "")
    database._build(env, template, "wanted")
    assert statements[-2:] == [
        'DROP DATABASE IF EXISTS "wanted" WITH (FORCE)',
        'ALTER DATABASE "wanted_building" RENAME TO "wanted"',
    ]


def test_half_an_environment_of_python_is_made_anew(monkeypatch):
    calls = []

    def run(command, **_options):
        calls.append(command[1:3])
        if len(calls) == 2:
            raise KeyboardInterrupt
        if command[2] == "venv":
            (command[3] / "bin").mkdir(parents=True)

    monkeypatch.setattr(python_env, "run", run)
    with pytest.raises(KeyboardInterrupt):
        python_env.ensure()
    python = python_env.ensure()
    assert calls == [["-m", "venv"], ["-m", "pip"]] * 2
    assert (python.parents[1] / "COMPLETE").exists()
    python_env.ensure()
    assert len(calls) == 4


def test_an_older_download_beside_a_newer_one_is_seen():
    files = ["odoo-19_1_all.deb", "fonts-ocr-b_1_all.deb", "partial"]
    assert not odoo_source.has_several_versions(files)
    assert odoo_source.has_several_versions([*files, "odoo-19_2_all.deb"])


def test_an_installation_that_was_killed_is_mended_by_dpkg(monkeypatch):
    def run(_command, what, **_options):
        raise console.Failure(what, "E: you must manually run 'dpkg --configure -a'")

    monkeypatch.setattr(system_packages, "run", run)
    monkeypatch.setattr(system_packages, "is_root", lambda: False)
    with pytest.raises(console.Failure) as refused:
        system_packages._apt("install", "nginx")
    assert refused.value.mend == (
        "sudo dpkg --configure -a, then the same command again"
    )
