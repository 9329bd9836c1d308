import threading
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, TransactionCase, tagged

SCOPE = "test_scope"


@tagged("post_install", "-at_install")
class TestRateLimit(HttpCase):
    """Inside one request's shared cursor, as controllers use it."""

    def hit(self, key="ana@example.com", limit=3, seconds=600, scope=SCOPE):
        return self.env["support.rate.limit"]._hit(scope, key, limit, seconds)

    def test_allows_up_to_the_limit_and_refuses_above(self):
        self.assertEqual(
            [self.hit() for _try in range(5)], [True, True, True, False, False]
        )

    def test_keys_and_scopes_count_apart(self):
        self.assertTrue(self.hit(limit=1))
        self.assertFalse(self.hit(limit=1))
        self.assertTrue(self.hit(limit=1, key="joao@example.com"))
        self.assertTrue(self.hit(limit=1, scope="other_scope"))

    def test_case_and_blanks_do_not_make_a_new_key(self):
        self.assertTrue(self.hit(limit=1))
        self.assertFalse(self.hit(limit=1, key=" Ana@Example.COM "))

    def test_counting_starts_again_when_the_window_has_ended(self):
        start = fields.Datetime.now()
        with freeze_time(start):
            self.hit(limit=1)
            self.assertFalse(self.hit(limit=1))
        with freeze_time(start + timedelta(seconds=599)):
            self.assertFalse(self.hit(limit=1))
        with freeze_time(start + timedelta(seconds=600)):
            self.assertTrue(self.hit(limit=1))
            self.assertFalse(self.hit(limit=1))

    def test_the_address_is_not_kept(self):
        self.hit()
        row = self.env["support.rate.limit"].search([("scope", "=", SCOPE)])
        self.assertEqual(row.hit_count, 1)
        self.assertNotIn("ana", repr(row.read()))

    def test_vacuum_forgets_ended_windows_only(self):
        self.hit(seconds=60)
        self.hit(seconds=6000, key="joao@example.com")
        with freeze_time(fields.Datetime.now() + timedelta(seconds=120)):
            self.env["support.rate.limit"]._gc_ended_windows()
        rows = self.env["support.rate.limit"].search([("scope", "=", SCOPE)])
        self.assertEqual(len(rows), 1)
        self.assertFalse(self.hit(limit=1, key="joao@example.com"))


@tagged("post_install", "-at_install")
class TestRateLimitCommitted(TransactionCase):
    """On real cursors: what other transactions see."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.forget_committed_rows)

    def forget_committed_rows(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM support_rate_limit WHERE scope = %s", [SCOPE])

    def count_committed(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT sum(hit_count) FROM support_rate_limit WHERE scope = %s",
                [SCOPE],
            )
            return cr.fetchone()[0]

    def test_a_rolled_back_try_is_counted(self):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            env["support.rate.limit"]._hit(SCOPE, "ana@example.com", 3, 600)
            cr.rollback()
        self.assertEqual(self.count_committed(), 1)

    def test_parallel_tries_add_up_and_none_fails(self):
        allowed = []
        barrier = threading.Barrier(4)

        def client():
            with self.registry.cursor() as cr:
                limits = self.env(cr=cr)["support.rate.limit"]
                barrier.wait()
                for _try in range(10):
                    allowed.append(limits._hit(SCOPE, "ana@example.com", 15, 600))

        threads = [threading.Thread(target=client) for _client in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(allowed), 40, "no try may fail")
        self.assertEqual(self.count_committed(), 40)
        self.assertEqual(allowed.count(True), 15)
