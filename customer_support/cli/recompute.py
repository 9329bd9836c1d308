"""``odoo recompute``: prove that the columns of tickets equal their event log."""

import argparse
import json
import sys

import odoo
from odoo.cli import Command
from odoo.tools import config

BATCH = 1000


class Recompute(Command):
    """Compare the times and counts of tickets with their history, and mend them."""

    def run(self, args):
        """Print one JSON line with the figures; exit with 1 if there were differences.

        :param list args: ``-d DATABASE``, ``--fix`` and options of the Odoo server
        """
        parser = argparse.ArgumentParser(prog=self.prog, description=self.__doc__)
        parser.add_argument(
            "--fix", action="store_true", help="write what the history says"
        )
        options, rest = parser.parse_known_args(args)
        config.parse_config(rest, setup_logging=True)
        databases = config["db_name"]
        if len(databases) != 1:
            sys.exit("Name one database: recompute -d DATABASE")
        registry = odoo.modules.registry.Registry(databases[0])
        with registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
            figures = self._compare(env, options.fix)
        print(json.dumps(figures))  # pylint: disable=print-used
        if figures["different_tickets"] and not options.fix:
            sys.exit(1)

    def _compare(self, env, fix):
        Ticket = env["support.ticket"].with_context(active_test=False)
        last_id, tickets, different = 0, 0, []
        while batch := Ticket.search([("id", ">", last_id)], order="id", limit=BATCH):
            differences = batch._get_clock_differences()
            different += differences
            if fix:
                env["support.ticket"].union(
                    *(difference[0] for difference in differences)
                )._rebuild_clock()
                env.cr.commit()  # pylint: disable=invalid-commit
            tickets += len(batch)
            last_id = batch[-1].id
            env.invalidate_all()
        for ticket, column, logged, stored in different:
            line = f"ticket {ticket.id}: {column}: log {logged}, column {stored}"
            print(line, file=sys.stderr)  # pylint: disable=print-used
        return {
            "tickets": tickets,
            "different_tickets": len({d[0].id for d in different}),
            "differences": len(different),
            "fixed": fix,
        }
