"""A PostgreSQL of one's own: used, refused in one line, left running."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from store_setup import (
    command_run,
    command_stop,
    console,
    database,
    paths,
    postgres,
    postgres_client,
    processes,
    system_packages,
)

PASSWORD = "owner-of-the-server"
ROLES = "CREATE ROLE shop LOGIN CREATEDB PASSWORD 'of-the-shop';"
ROLES += "CREATE ROLE clerk LOGIN PASSWORD 'of-the-clerk'"


class OwnServer:
    """A cluster as a shop has it: by TCP, with passwords, of another user."""

    def __init__(self, folder):
        self.folder = folder
        self.port = processes.free_port()

    def pg_ctl(self, *arguments):
        program = system_packages.postgresql_program("pg_ctl")
        self.do(program, "-w", "-D", self.folder / "data", *arguments)

    def do(self, *command):
        subprocess.run(
            [str(part) for part in postgres._as_owner(command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
            check=True,
        )

    def create(self):
        password = self.folder / "password"
        password.write_text(PASSWORD)
        if paths.is_root():
            shutil.chown(self.folder, "postgres")
            shutil.chown(password, "postgres")
        initdb = system_packages.postgresql_program("initdb")
        self.do(
            *(initdb, "-A", "scram-sha-256", "-U", "postgres", "--no-sync"),
            *("-E", "UTF8", f"--pwfile={password}", "-D", self.folder / "data"),
        )
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self.pg_ctl("start", "-l", self.folder / "log", "-o", options)
        postgres_client.sql(ROLES, server=self.variables("postgres", PASSWORD))

    def variables(self, role, password):
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": role,
            "PGPASSWORD": password,
        }


@pytest.fixture(scope="module")
def own_server():
    server = OwnServer(Path(tempfile.mkdtemp(prefix="own-postgres-")))
    try:
        server.create()
        yield server
        server.pg_ctl("stop", "-m", "immediate")
    finally:
        shutil.rmtree(server.folder)


@pytest.fixture
def use(own_server, monkeypatch, tmp_path):
    """Name the server in the environment, as the role that is given."""
    monkeypatch.setenv("CUSTOMER_SUPPORT_CACHE", str(tmp_path))

    def do(role="shop", password="of-the-shop", **variables):
        wanted = own_server.variables(role, password) | variables
        for name, value in wanted.items():
            monkeypatch.setenv(name, value)

    return do


def refusal():
    with pytest.raises(console.Failure) as refused:
        postgres_client.check_external()
    assert "\n" not in str(refused.value)
    return refused.value


def test_a_role_that_may_create_databases_is_enough(use):
    use()
    postgres_client.check_external()
    database.drop("never_made")
    assert "postgres" in database.names()


def test_the_password_may_stand_in_a_file(use, own_server, monkeypatch, tmp_path):
    use()
    monkeypatch.delenv("PGPASSWORD")
    file = tmp_path / "passwords"
    file.write_text(f"127.0.0.1:{own_server.port}:*:shop:of-the-shop\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    postgres_client.check_external()


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_or_missing_password_is_told(use, own_server, password):
    use(password=password)
    refused = refusal()
    assert refused.what == f"The PostgreSQL at localhost:{own_server.port}" + (
        " cannot be used"
    )
    assert "password" in refused.why
    assert "PGPASSWORD" in refused.mend


def test_a_role_that_may_not_create_databases_is_told(use):
    use("clerk", "of-the-clerk")
    refused = refusal()
    assert refused.why == "the role clerk may not create databases"
    assert 'ALTER ROLE "clerk" CREATEDB' in refused.mend


def test_the_role_that_odoo_refuses_is_told(use):
    use("postgres", PASSWORD)
    assert "Odoo refuses to work as the role postgres" in str(refusal())


def test_a_server_that_is_away_is_told(use):
    use(PGPORT=str(processes.free_port()))
    refused = refusal()
    assert "Is the server running" in refused.why
    assert "env -u PGHOST -u PGPORT -u PGUSER setup/run" in refused.mend


def test_a_server_that_is_too_old_is_told(use, monkeypatch):
    use()
    monkeypatch.setattr(postgres_client, "sql", lambda statement: "12|shop|t")
    assert "it is version 12, and Odoo 19 takes 13 or newer" in refusal().why


def test_what_the_role_may_not_do_there_is_told(use):
    use()
    with pytest.raises(console.Failure, match="refuses: ERROR: must be owner of"):
        database.drop("postgres")


def test_stop_leaves_the_server_and_what_is_not_of_the_tests(use):
    use()
    left = {
        f"support_{kind}_{paths.checkout_key()}_1"
        for kind in ("test", "live", "rig", "i18n")
        + ("bench_ours", "bench_oca", "bench_figures")
    }
    others = {"books_of_the_shop", "support_rig_of_another_1"}
    try:
        for name in left | others:
            postgres_client.sql(f'CREATE DATABASE "{name}"')
        command_stop.main([])
        assert (left | others) & {*database.names()} == others
    finally:
        for name in left | others:
            database.drop(name)


def test_a_replica_of_it_is_refused_before_anything_long(use, monkeypatch):
    use()
    monkeypatch.setattr(command_run, "prepare", pytest.fail)
    with pytest.raises(console.Failure, match="needs the private PostgreSQL cluster"):
        command_run.main(["--replica"])


def test_files_of_two_servers_do_not_mix(use, monkeypatch):
    use()
    there = paths.data_folder()
    for name in ("PGHOST", "PGPORT", "PGUSER"):
        monkeypatch.delenv(name)
    assert paths.data_folder() != there
    assert paths.data_folder().name == "data"


@pytest.mark.parametrize(
    ("variables", "server"),
    [
        ({}, ""),
        ({"PGHOST": "db.example"}, "db.example:5432"),
        ({"PGHOST": "127.0.0.1", "PGPORT": "5999"}, "localhost:5999"),
        ({"PGPORT": "5999"}, "localhost:5999"),
        ({"PGUSER": "shop"}, "localhost:5432"),
    ],
)
def test_any_of_the_variables_names_a_server(monkeypatch, variables, server):
    for name in ("PGHOST", "PGPORT", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert paths.external_server() == server


def test_what_we_pass_on_names_no_other_server(monkeypatch):
    for name, value in postgres_client.private_variables().items():
        monkeypatch.setenv(name, value)
    assert not postgres_client.is_external()
