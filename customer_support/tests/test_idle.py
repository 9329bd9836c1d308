"""Customers who do not answer are reminded once; then the ticket ends."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import SupportCommon

START = datetime(2026, 3, 2, 13)


@tagged("post_install", "-at_install")
class TestIdle(SupportCommon, MockEmail):
    def setUp(self):
        super().setUp()
        self.team.write({"idle_warning_days": 5, "idle_close_days": 3})
        with freeze_time(START):
            self.ticket = self.make_ticket()
            self.customer_writes(self.ticket)
            self.agent_replies(self.ticket, "Please send a photo.")
            self.ticket.action_wait()

    def run_job(self, days):
        """Run the job some days after the reply; return the mails that it made."""
        job = self.env.ref("customer_support.ir_cron_support_idle")
        self.env.flush_all()
        with (
            freeze_time(START + timedelta(days=days, hours=1)),
            self.enter_registry_test_mode(),
            self.mock_mail_gateway(),
        ):
            job.method_direct_trigger()
            mails = self._new_mails.filtered(
                lambda mail: mail.email_to == "ana@example.com"
            )
        self.env.invalidate_all()
        return mails

    def test_not_before_its_time(self):
        self.assertFalse(self.run_job(4))
        self.assertFalse(self.ticket.idle_warned_at)

    def test_one_reminder_a_wait_then_closed_as_idle(self):
        mails = self.run_job(5)
        self.assertEqual(len(mails), 1)
        self.assertIn(f"#{self.ticket.number}", mails.subject)
        self.assertFalse(self.run_job(6))
        self.assertFalse(self.run_job(7))
        self.assertEqual(self.ticket.stage_kind, "waiting")
        self.assertFalse(self.run_job(8))
        self.assertEqual(self.ticket.stage_kind, "solved")
        self.assertEqual(self.ticket.closed_by, "idle")
        event = self.ticket.event_ids[-1]
        self.assertEqual((event.kind, event.author_kind), ("stage", "rule"))
        self.assertEqual(event.payload["closed_by"], "idle")
        self.assertFalse(self.ticket._get_clock_differences())

    def test_the_solution_counts_from_our_last_reply(self):
        self.run_job(5)
        self.run_job(8)
        self.assertEqual(self.ticket.resolved_at, START)
        self.assertEqual(self.ticket.closed_at, START + timedelta(days=8, hours=1))
        self.assertEqual(self.ticket.resolution_seconds, 0)

    def test_the_reminder_is_no_answer_of_a_person(self):
        self.run_job(5)
        self.assertEqual(self.ticket.reply_count, 1)
        self.assertEqual(self.ticket.event_ids[-1].kind, "idle_warning")
        self.assertEqual(self.ticket.last_reply_at, START)

    def test_it_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.env["ir.module.module"]._load_module_terms(
            ["customer_support"], ["pt_BR"], overwrite=True
        )
        self.ticket.lang = "pt_BR"
        self.assertIn("sua resposta", self.run_job(5).subject)

    def test_the_customers_answer_stops_it(self):
        self.run_job(5)
        with freeze_time(START + timedelta(days=6)):
            self.customer_writes(self.ticket, "Here it is.")
        self.assertFalse(self.ticket.idle_warned_at)
        self.assertFalse(self.run_job(20))
        self.assertEqual(self.ticket.stage_kind, "open")

    def test_the_next_wait_has_a_reminder_of_its_own(self):
        self.run_job(5)
        with freeze_time(START + timedelta(days=6)):
            self.customer_writes(self.ticket, "Here it is.")
            self.agent_replies(self.ticket, "The other side, please.")
            self.ticket.action_wait()
        self.assertFalse(self.run_job(10))
        self.assertEqual(len(self.run_job(12)), 1)

    def test_our_own_reply_begins_the_wait_anew(self):
        self.run_job(5)
        with freeze_time(START + timedelta(days=6)):
            self.agent_replies(self.ticket, "Did you find the time?")
        self.assertFalse(self.run_job(9))
        self.assertEqual(self.ticket.stage_kind, "waiting")
        self.assertEqual(len(self.run_job(12)), 1)

    def test_who_answers_after_the_end_reopens(self):
        self.run_job(5)
        self.run_job(8)
        with freeze_time(START + timedelta(days=9)):
            self.customer_writes(self.ticket, "Here it is.")
        self.assertEqual(self.ticket.stage_kind, "open")
        self.assertFalse(self.ticket.closed_by)

    def test_on_hold_open_snoozed_and_spam_are_left_alone(self):
        with freeze_time(START):
            others = self.env["support.ticket"].concat(
                *(self.make_ticket() for _number in range(4))
            )
            others[0].action_hold()
            others[1].action_open()
            others[2:].action_wait()
            others[2]._snooze(START + timedelta(days=90))
            others[3].exclusion = "spam"
        self.run_job(30)
        self.run_job(60)
        self.assertFalse(any(others.mapped("idle_warned_at")))
        self.assertFalse(any(others.mapped("closed_at")))

    def test_a_team_that_does_not_wish_it(self):
        self.team.idle_warning_days = 0
        self.assertFalse(self.run_job(30))
        self.assertFalse(self.ticket.idle_warned_at)

    def test_a_team_that_only_reminds(self):
        self.team.idle_close_days = 0
        self.run_job(5)
        self.run_job(60)
        self.assertEqual(self.ticket.stage_kind, "waiting")

    def test_closed_as_cancelled_has_no_solution(self):
        self.team.idle_stage_kind = "cancelled"
        self.run_job(5)
        self.run_job(8)
        self.assertEqual(self.ticket.stage_kind, "cancelled")
        self.assertFalse(self.ticket.resolved_at)

    def test_an_address_that_nobody_reads_is_not_written_to(self):
        self.ticket.email_from = "no-reply@example.com"
        self.assertFalse(self.run_job(5))
        self.run_job(8)
        self.assertEqual(self.ticket.closed_by, "idle")

    def test_negative_days_are_refused(self):
        with self.assertRaises(ValidationError):
            self.team.idle_warning_days = -1
