"""Filling the tables with SQL: without indices and triggers, then all in order."""

import contextlib
from collections.abc import Iterator

import psycopg2

from odoo import api

from . import facts
from .side import Side


def refill(env: api.Environment, side: Side, size: facts.Size) -> None:
    """Replace all cases of `side` by `size.tickets` ones, committed and analysed."""
    table = side.model.replace(".", "_")
    env.flush_all()
    side.empty(env)
    env.cr.execute("DELETE FROM mail_followers WHERE res_model = %s", [side.model])
    side.size = size
    with _without_indices(env, side.tables()), _without_triggers(env):
        for statement in side.statements(env, size):
            env.cr.execute(statement)
        # An index on rows that the same transaction has written twice is left alone as
        # long as any older transaction lives, in whatever database: minutes for each
        # figure, beside other tests. Here each row is written anew, once.
        env.cr.execute(f"CLUSTER {table} USING {table}_pkey")
    env.cr.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, size.tickets]
    )
    side.after_load(env)
    env.cr.commit()
    _settle(env.cr.dbname, [*side.tables(), "res_partner"])


@contextlib.contextmanager
def _without_indices(env: api.Environment, tables: list[str]) -> Iterator[None]:
    """Build the indices once at the end: much faster, and as dense as can be."""
    env.cr.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
             FROM pg_index
            WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique""",
        [tables],
    )
    indices = env.cr.fetchall()
    for name, _definition in indices:
        env.cr.execute(f"DROP INDEX {name}")
    yield
    env.cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in indices:
        env.cr.execute(definition)


@contextlib.contextmanager
def _without_triggers(env: api.Environment) -> Iterator[None]:
    """Trust the foreign keys of what is loaded, where the role may do so."""
    is_superuser = _is_superuser(env.cr)
    if is_superuser:
        env.cr.execute("SET LOCAL session_replication_role = replica")
    yield
    if is_superuser:
        env.cr.execute("SET LOCAL session_replication_role = DEFAULT")


def _settle(database: str, tables: list[str]) -> None:
    """Have all the work done that PostgreSQL would do beside the first rows."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
            if _is_superuser(cursor):
                cursor.execute("CHECKPOINT")


def _is_superuser(cursor) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return cursor.fetchone()[0]
