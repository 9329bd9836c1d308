"""Two workers at the same moment, and one that dies: each customer is told once.

Real connections, for one transaction cannot wait for itself: what they see is the
demo data, and what they write is deleted at the end.
"""

from contextlib import closing
from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

NOTICE = "support.proactive.notice"


@tagged("post_install", "-at_install")
class TestProactiveAtOnce(TransactionCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time("2027-12-01 12:00:00"))
        notices = self.registry[NOTICE]
        for name, value in (
            ("_get_holdout_percent", 0),
            ("_get_waiting_time", False),
            ("_has_open_case", False),
        ):
            self.enterContext(
                patch.object(notices, name, lambda self, value=value: value)
            )
        self.first, self.second = self.connect(), self.connect()
        self.rule = self.first["support.proactive.rule"].create(
            {
                "name": "At once",
                "state": "on",
                "max_age_days": 3650,
                "run_limit": 500,
                "quiet_days": 0,
            }
        )
        self.addCleanup(self.clean)
        self.first.cr.commit()

    def connect(self):
        cursor = self.enterContext(closing(db_connect(self.cr.dbname).cursor()))
        return api.Environment(cursor, SUPERUSER_ID, {})

    def clean(self):
        for env in (self.first, self.second):
            env.cr.rollback()
            env.invalidate_all()
        cr = self.first.cr
        told = SQL(
            "SELECT id FROM support_proactive_notice WHERE rule_id = %s", self.rule.id
        )
        cr.execute(
            SQL(
                "DELETE FROM mail_message WHERE model = %s AND res_id IN (%s)",
                NOTICE,
                told,
            )
        )
        cr.execute(
            SQL("DELETE FROM support_proactive_notice WHERE rule_id = %s", self.rule.id)
        )
        cr.execute(
            SQL("DELETE FROM support_proactive_rule WHERE id = %s", self.rule.id)
        )
        self.first.cr.commit()

    def find(self, env):
        env["support.proactive.rule"]._cron_plan()

    def tell(self, env):
        env[NOTICE]._cron_run_due()

    def count(self, table, condition):
        self.first.cr.rollback()
        self.first.cr.execute(
            SQL("SELECT COUNT(*) FROM %s WHERE %s", SQL.identifier(table), condition)
        )
        return self.first.cr.fetchone()[0]

    def count_notices(self):
        return self.count("support_proactive_notice", SQL("rule_id = %s", self.rule.id))

    def count_mails(self):
        return self.count("mail_message", SQL("model = %s", NOTICE))

    def see(self, env):
        """Let the snapshot of a transaction begin."""
        env.cr.rollback()
        env.invalidate_all()
        env.cr.execute("SELECT 1")

    @mute_logger("odoo.sql_db")
    def test_two_runs_take_up_each_delivery_once(self):
        self.see(self.second)
        self.find(self.first)
        found = self.count_notices()
        if not found:
            self.skipTest("The demo data has no delivery that waits.")
        self.find(self.second)
        self.assertEqual(self.count_notices(), found)
        self.see(self.second)
        self.find(self.second)
        self.assertEqual(self.count_notices(), found)

    @mute_logger("odoo.sql_db")
    def test_two_runs_and_one_that_dies_write_each_mail_once(self):
        self.find(self.first)
        if not self.count_notices():
            self.skipTest("The demo data has no delivery that waits.")
        self.enterContext(freeze_time("2027-12-01 13:00:00"))
        rows = self.first[NOTICE].search([("rule_id", "=", self.rule.id)])
        # The first worker is in the midst of it: the second finds nothing to do.
        self.see(self.second)
        rows._run_due_locked(datetime(2027, 12, 1, 13))
        self.first.flush_all()
        self.tell(self.second)
        self.second.cr.execute(
            SQL("SELECT COUNT(*) FROM mail_message WHERE model = %s", NOTICE)
        )
        self.assertEqual(self.second.cr.fetchone()[0], 0)
        # It dies: the second one does it all.
        self.first.cr.rollback()
        self.first.invalidate_all()
        self.see(self.second)
        self.tell(self.second)
        told = self.count_mails()
        self.assertGreater(told, 0)
        self.tell(self.first)
        self.tell(self.second)
        self.assertEqual(self.count_mails(), told)
        condition = SQL("rule_id = %s AND state = 'sent'", self.rule.id)
        self.assertEqual(self.count("support_proactive_notice", condition), told)
