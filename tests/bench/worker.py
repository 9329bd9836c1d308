"""One registry in one process: does what the parent asks for, line by line.

Started as ``python -m bench.worker SIDE DATABASE ADDONS_PATH DATA_FOLDER``; takes a
JSON line for each order and answers with one.
"""

import importlib
import json
import os
import platform
import sys
import time
from datetime import datetime

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

from . import facts
from .loading import refill
from .recording import find_big_tables, recorded
from .side import Side

SIDES = {
    "ours": "bench.ours.OurSide",
    "oca": "bench.oca.OcaSide",
    "figures": "bench.figures.FiguresSide",
}
# The same for all users of both sides, so that months are the same months.
CONTEXT = {"lang": "en_US", "tz": "America/Sao_Paulo"}


class Worker:
    """Carries out the orders on one database."""

    def __init__(self, side: Side, database: str) -> None:
        self.side = side
        self.registry = Registry(database)
        _keep_mail_inside(self.registry)

    def prepare(self, batch: int) -> dict:
        """Make the customers, agents and teams.

        :param batch: how many cases are created in one call
        """
        self.side.batch = batch
        with self._environment(SUPERUSER_ID) as env:
            self.side.prepare(env)
            env.cr.commit()
        return {}

    def load(self, tickets: int, until: str) -> dict:
        """Replace the cases by `tickets` ones, the last of them at `until`."""
        with self._environment(SUPERUSER_ID) as env:
            size = facts.Size(tickets, datetime.fromisoformat(until))
            refill(env, self.side, size)
        return {}

    def versions(self) -> dict:
        """Tell which Python and which addons are measured."""
        with self._environment(SUPERUSER_ID) as env:
            modules = env["ir.module.module"].search(
                [("name", "in", self.side.addons), ("state", "=", "installed")]
            )
            installed = {module.name: module.installed_version for module in modules}
        return {"Python": platform.python_version(), **installed}

    def measure(self, scenario: str, repeat: int) -> dict:
        """Do `scenario` so many times, each in a transaction of its own.

        :return: ``seconds`` of each time, ``queries`` and ``result`` of the last
        """
        run = self.side.scenarios[scenario]
        portions = self.side.portions.get(scenario, 1)
        seconds = []
        for _ in range(repeat):
            with self._environment(self.side.user_of(scenario)) as env:
                self.side.before(env, scenario)
                queries = sql_db.sql_counter
                start = time.perf_counter()
                result = run(env)
                env.cr.commit()
                seconds.append((time.perf_counter() - start) / portions)
                queries = (sql_db.sql_counter - queries) // portions
                result = self.side.check(env, scenario, result)
        return {"seconds": seconds, "queries": queries, "result": result}

    def explain(self, scenario: str) -> dict:
        """Do `scenario` once and tell how the database reads for it.

        :return: ``big``, the tables that have many rows, and the ``statements`` on
            them: pairs of SQL and plan
        """
        with self._environment(self.side.user_of(scenario)) as env:
            self.side.before(env, scenario)
            with recorded() as statements:
                self.side.scenarios[scenario](env)
                env.cr.commit()
            big = find_big_tables(env.cr)
        kept = [(one.sql, one.plan) for one in statements if one.names_one_of(big)]
        return {"big": big, "statements": kept}

    def _environment(self, user_id: int) -> "_Environment":
        return _Environment(self.registry, user_id)


class _Environment:
    """A cursor of its own with an environment, as each request has."""

    def __init__(self, registry: Registry, user_id: int) -> None:
        self.cursor, self.user_id = registry.cursor(), user_id

    def __enter__(self) -> api.Environment:
        return api.Environment(self.cursor, self.user_id, CONTEXT)

    def __exit__(self, *_error) -> None:
        self.cursor.close()


def _keep_mail_inside(registry: Registry) -> None:
    """Let sending cost nothing on both sides: no mail leaves a benchmark."""
    server = registry["ir.mail_server"]
    server._connect__ = lambda *_args, **_options: None
    server.send_email = lambda _self, message, *_args, **_options: message["Message-Id"]


def _answer_all(worker: Worker) -> None:
    # Whatever Odoo prints must not stand between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        order = json.loads(line)
        done = getattr(worker, order.pop("do"))(**order)
        print(json.dumps(done), file=answers, flush=True)


def main(side: str, database: str, addons_path: str, data_folder: str) -> None:
    """Load the registry and wait for orders."""
    config.parse_config(
        [
            *("--database", database, "--db_maxconn", "16"),
            *("--addons-path", addons_path, "--data-dir", data_folder),
            *("--log-level", "error", "--http-interface", "127.0.0.1"),
        ],
        setup_logging=True,
    )
    module, name = SIDES[side].rsplit(".", 1)
    _answer_all(Worker(getattr(importlib.import_module(module), name)(), database))


if __name__ == "__main__":
    main(*sys.argv[1:])
