"""A limit of open tickets holds over all teams, also when two give out at once."""

from contextlib import closing
from unittest import SkipTest
from unittest.mock import patch

from odoo import Command
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_assignment import AssignmentCommon

LOCK = "SELECT id FROM support_agent WHERE id = %s FOR NO KEY UPDATE"
FIND = (
    "SELECT id FROM support_agent WHERE active AND absent_until IS NULL"
    " AND COALESCE(max_open_tickets, 0) = 0 ORDER BY id LIMIT 1"
)
GIVE = "UPDATE support_agent SET given_at = now() WHERE id = %s"
RESET = "UPDATE support_agent SET given_at = NULL WHERE id = %s"


@tagged("post_install", "-at_install")
class TestLimitOverTeams(AssignmentCommon):
    def test_the_tickets_of_the_other_team_count(self):
        teams = self.team | self.team_b
        teams.write(
            {
                "member_ids": [Command.set(self.agent.ids)],
                "assignment_mode": "turn",
                "resource_calendar_id": False,
            }
        )
        seat = self.seat(self.agent)
        seat.max_open_tickets = 1
        self.assertEqual(self.open_batch(1).user_id, self.agent)
        self.assertTrue(seat.given_at)
        other = self.open_batch(2, team_id=self.team_b.id)
        self.run_job()
        self.assertFalse(other.user_id)

    def test_who_has_no_limit_is_not_written_to(self):
        self.open_batch(5)
        self.assertFalse(any(self.seats.mapped("given_at")))


class LimitAtOnceCommon(AssignmentCommon):
    """Another transaction gives tickets of another team to the same agent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Another connection sees what is committed alone: an agent of the demo data,
        # whose row this transaction must not write.
        with closing(db_connect(cls.cr.dbname).cursor()) as other:
            other.execute(FIND)
            cls.shared = cls.env["support.agent"].browse(
                row[0] for row in other.fetchall()
            )
        if not cls.shared:
            raise SkipTest("No agent is known to other connections.")
        cls.team.write(
            {
                "member_ids": [Command.set(cls.shared.user_id.ids)],
                "resource_calendar_id": False,
            }
        )
        cls.shared.resource_id.calendar_id = False

    def setUp(self):
        super().setUp()
        agents = type(self.env["support.agent"])
        self.enterContext(patch.object(agents, "_filter_limited", lambda self: self))
        self.other = self.enterContext(closing(db_connect(self.cr.dbname).cursor()))


@tagged("post_install", "-at_install")
class TestWhileAnotherGives(LimitAtOnceCommon):
    def test_while_the_other_one_gives_the_ticket_waits_for_the_job(self):
        self.other.execute(LOCK, [self.shared.id])
        ticket = self.open_batch(1)
        self.assertFalse(ticket.user_id)
        job = self.env.ref("customer_support.ir_cron_support_assignment")
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertTrue(trigger)
        self.other.rollback()
        self.run_job()
        self.assertEqual(ticket.user_id, self.shared.user_id)


@tagged("post_install", "-at_install")
class TestAfterAnotherGave(LimitAtOnceCommon):
    """A class of its own: its transaction cannot touch the agent any more."""

    @mute_logger("odoo.sql_db")
    def test_after_the_other_one_gave_the_count_is_old_and_the_ticket_waits(self):
        self.other.execute(GIVE, [self.shared.id])
        self.other.commit()
        try:
            ticket = self.open_batch(1)
            self.assertFalse(ticket.user_id)
        finally:
            self.other.execute(RESET, [self.shared.id])
            self.other.commit()
