"""Beside a real streaming standby: what only reads is answered by the standby.

The standby is held still, so that it shows the past: who reads it, reads the past.
"""

import os
import urllib.error

import pytest

from store_setup import OdooServer, database, paths, postgres, prepare
from store_setup.locks import locked

PAGE = {"number": {}, "name": {}}
STANDBY_HAS_ALL = """
    SELECT NOT pg_is_wal_replay_paused()
       AND pg_last_wal_replay_lsn() >= '{place}'::pg_lsn
"""


@pytest.fixture
def private_server(monkeypatch):
    """The cluster of this project, also where the environment names a server."""
    for name in ("PGHOST", "PGPORT", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    env = prepare()
    yield env
    env.release()


@pytest.fixture
def standby(private_server):
    """Odoo's options by which it finds a standby that is no one else's now."""
    with locked("replica-test"):
        runs_already = postgres.has_replica()
        options = postgres.start_replica()
        yield options
        if not runs_already and postgres.has_replica():
            postgres.stop_replica()


@pytest.fixture
def store(private_server, standby):
    """A store whose reading goes to the standby."""
    name = f"support_test_{paths.checkout_key()}_{os.getpid()}_replica"
    template = database.addons_template(tests=True)
    source = database.ensure_template(private_server, template)
    try:
        database.copy(source, name)
        catch_up(standby)
        with OdooServer(private_server, name, name=name, options=standby) as server:
            yield server
    finally:
        database.drop(name)


def ask_standby(options, statement):
    """Run a statement on the standby."""
    place = {"PGPORT": str(options["db_replica_port"])}
    return postgres.sql(statement, server=postgres.private_variables() | place)


def catch_up(options):
    """Wait until the standby has all that was written until now."""
    place = postgres.sql("SELECT pg_current_wal_lsn()")
    statement = STANDBY_HAS_ALL.format(place=place)
    for _ in range(600):
        if ask_standby(options, statement) == "t":
            return
        ask_standby(options, "SELECT pg_sleep(0.1)")
    pytest.fail("the standby does not catch up")


class Desk:
    """What a manager of support reads and writes."""

    def __init__(self, server):
        """Log in."""
        self.rpc = server.rpc("lia", "lia")

    def names(self, name):
        """The tickets of this name in the list."""
        found = self.rpc(
            "support.ticket",
            "web_search_read",
            domain=[("name", "=", name)],
            specification=PAGE,
        )
        return [record["name"] for record in found["records"]]

    def cards(self):
        """The figures of the dashboard, by key."""
        cards = self.rpc("support.metric", "get_dashboard")["cards"]
        return {card["key"]: card for card in cards}


def test_what_only_reads_asks_the_standby_and_goes_on_without_it(store, standby):
    desk = Desk(store)
    before = desk.cards()["created"]
    name = "The parcel stands still"
    ask_standby(standby, "SELECT pg_wal_replay_pause()")
    ticket = desk.rpc("support.ticket", "create", {"name": name})
    assert desk.names(name) == []
    assert desk.cards()["created"] == before
    # Writing reads where what was written is.
    desk.rpc("support.ticket", "write", [ticket], {"priority": "3"})

    ask_standby(standby, "SELECT pg_wal_replay_resume()")
    catch_up(standby)
    assert desk.names(name) == [name]
    shown = desk.cards()["created"]
    assert shown != before

    postgres.stop_replica()
    # Odoo has one connection to it here: whose request finds it dead gets an error.
    with pytest.raises(urllib.error.HTTPError, match="500"):
        desk.names(name)
    assert desk.names(name) == [name]
    assert desk.cards()["created"] == shown
