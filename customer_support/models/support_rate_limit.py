from contextlib import contextmanager
from datetime import timedelta

from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import api, fields, models
from odoo.sql_db import Cursor
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT
from odoo.tools.misc import hmac


class SupportRateLimit(models.Model):
    """How often a thing was done lately, by whom; survives a rollback."""

    _name = "support.rate.limit"
    _description = "Support Rate Limit"
    _log_access = False
    _rec_name = "scope"
    _order = "id desc"

    scope = fields.Char(required=True, help="What is counted, such as form_ip.")
    key_hash = fields.Char(
        required=True,
        help="Keyed hash of the address or number that is counted: the address "
        "itself is not kept.",
    )
    window_end = fields.Datetime(
        required=True,
        index=True,
        help="When the counting starts again from zero.",
    )
    hit_count = fields.Integer(default=1, required=True)

    _scope_key_unique = models.UniqueIndex("(scope, key_hash)")

    @api.model
    def _hit(self, scope, key, limit, window_seconds):
        """Count one more try and tell whether it is still within the limit.

        The count is committed at once on a cursor of its own, so that a refused
        or failed request is counted too, and so that parallel ones wait for each
        other here alone and not for the rest of their transactions.

        :param str scope: what is counted; the same key counts apart in each scope
        :param str key: whose tries are counted (address, IP); kept as a hash only
        :param int limit: how many tries a window allows
        :param int window_seconds: length of the window, from its first try
        :return: True while allowed, False above the limit
        :rtype: bool
        """
        with self._own_cursor() as cr:
            return self._count(cr, scope, key, window_seconds) <= limit

    @api.model
    def _hit_with_transaction(self, scope, key, limit, window_seconds):
        """Count as :meth:`_hit` does, but as a part of the present transaction.

        For what the transaction itself brings about, such as a mail that leaves
        with its commit: when it is rolled back or its worker dies, the mail was not
        sent and the next try must not find the limit used up.
        """
        return self._count(self.env.cr, scope, key, window_seconds) <= limit

    @api.model
    def _hit_each_with_transaction(self, scope, keys, limit, window_seconds):
        """Count one more try of each of these keys, in one query.

        As :meth:`_hit_with_transaction`, which asks for one key.

        :return: the keys that are still within the limit
        :rtype: set[str]
        """
        hashes = {self._hash_key(scope, key): key for key in keys}
        counts = self._count_each(self.env.cr, scope, list(hashes), window_seconds)
        return {hashes[one] for one, count in counts.items() if count <= limit}

    @api.model
    def _count(self, cr, scope, key, window_seconds):
        key_hash = self._hash_key(scope, key)
        return self._count_each(cr, scope, [key_hash], window_seconds)[key_hash]

    @api.model
    def _count_each(self, cr, scope, key_hashes, window_seconds):
        """Count one more try of each key; return the number of tries by hash."""
        if not key_hashes:
            return {}
        now = fields.Datetime.now()
        cr.execute(
            SQL(
                """
                INSERT INTO support_rate_limit AS counter
                       (scope, key_hash, window_end, hit_count)
                SELECT %(scope)s, key_hash, %(window_end)s, 1
                  FROM unnest(%(key_hashes)s) AS key_hash
                    ON CONFLICT (scope, key_hash) DO UPDATE SET
                       hit_count = CASE WHEN counter.window_end <= %(now)s
                           THEN 1 ELSE counter.hit_count + 1 END,
                       window_end = CASE WHEN counter.window_end <= %(now)s
                           THEN EXCLUDED.window_end ELSE counter.window_end END
                RETURNING counter.key_hash, counter.hit_count
                """,
                scope=scope,
                # In one order for all: else two transactions wait for each other.
                key_hashes=sorted(key_hashes),
                window_end=now + timedelta(seconds=window_seconds),
                now=now,
            )
        )
        return dict(cr.fetchall())

    @contextmanager
    def _own_cursor(self):
        """A cursor apart from the caller's, committed when left without error."""
        with self.env.registry.cursor() as cr:
            # A test's cursor shares the test's transaction, whose level is set.
            if isinstance(cr, Cursor):
                # Two tries at once must add up; REPEATABLE READ would fail one.
                cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
            yield cr

    @api.model
    def _hash_key(self, scope, key):
        # sudo: ir.config_parameter: reads the secret that keys the hash, no more
        env = self.env(su=True)
        return hmac(env, self._name, (scope, (key or "").strip().lower()))

    @api.autovacuum
    def _gc_ended_windows(self):
        """Forget the windows that have ended."""
        domain = [("window_end", "<=", fields.Datetime.now())]
        ended = self.search(domain, limit=GC_UNLINK_LIMIT)
        ended.unlink()
        return len(ended), len(ended) == GC_UNLINK_LIMIT
