import threading
from functools import partial
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.service import model as service
from odoo.tests import TransactionCase
from odoo.tools import mute_logger


class ParallelCase(TransactionCase):
    """Transactions of their own, at the same moment, on rows that are committed.

    What a test makes here it has to take away again (``forget``).
    """

    def run_really(self, action):
        """Do ``action(env)`` in a transaction of its own and commit it."""
        with self.registry.cursor() as cr:
            return action(api.Environment(cr, SUPERUSER_ID, {}))

    def forget(self, records):
        """Delete these committed rows at the end of the test."""
        name, ids = records._name, records.ids
        self.addCleanup(
            self.run_really, lambda env: env[name].browse(ids).exists().unlink()
        )

    def at_once(self, *actions):
        """Do each ``action(env, meet)`` as a request does, all at the same moment.

        In its first try each has to call ``meet`` once: nobody goes on from there
        before all others are there too.

        :return: what each returned, or the exception that it ended with
        """
        barrier = threading.Barrier(len(actions), timeout=60)
        results = [None] * len(actions)

        def work(place, action):
            tries = iter([barrier.wait])
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                meet = lambda: next(tries, lambda: None)()  # noqa: E731
                try:
                    results[place] = service.retrying(partial(action, env, meet), env)
                except Exception as error:
                    cr.rollback()
                    results[place] = error

        threads = [
            threading.Thread(target=work, args=pair) for pair in enumerate(actions)
        ]
        # Odoo waits some seconds before it repeats what was in others' way.
        soon = patch.object(service.random, "uniform", lambda _from, _to: 0.05)
        with mute_logger("odoo.sql_db", "odoo.service.model"), soon:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return results
