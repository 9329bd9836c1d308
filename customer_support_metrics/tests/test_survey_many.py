"""Many questions at once: the job may die in the middle and asks nobody twice."""

from contextlib import suppress
from unittest.mock import patch

from odoo.tests import tagged

from .survey_common import SurveyCommon

COUNT, DIES_AT = 70, 60


class Killed(BaseException):
    """The worker is gone, as by the operating system."""


@tagged("post_install", "-at_install")
class TestSurveyMany(SurveyCommon):
    def setUp(self):
        super().setUp()
        rule = self.make_rule(quiet_days=0)
        rows = self.add_answers("csat", [None] * COUNT)
        moment = self.datetime(2026, 3, 2, 14)
        tickets = rows.ticket_id
        tickets.write({"resolved_at": moment})
        rows.write(
            {
                "rule_id": rule.id,
                "state": "queued",
                "sent_at": False,
                "fixed_at": False,
                "due_at": moment,
                "send_at": moment,
            }
        )
        self.rows = rows
        self.env.flush_all()

    def count_mails(self):
        """Mails for each ticket that was asked about."""
        mails = self.env["mail.mail"].search(
            [("model", "=", self.rows._name), ("res_id", "in", self.rows.ids)]
        )
        return len(mails), len(set(mails.mapped("res_id")))

    def get_states(self):
        self.env.invalidate_all()
        states = self.rows.mapped("state")
        return states.count("sent"), states.count("queued")

    def test_a_job_that_dies_goes_on_where_it_was_and_asks_nobody_twice(self):
        invitations = self.registry["support.survey.invitation"]
        send, tries = invitations._send_mail, []

        def die_in_the_middle(invitation, template):
            tries.append(invitation.id)
            if len(tries) == DIES_AT:
                raise Killed
            return send(invitation, template)

        with patch.object(invitations, "_send_mail", die_in_the_middle):
            # Not assertRaises: it would take back what the job has committed.
            with suppress(Killed):
                self.run_job("ask", 2026, 3, 2, 15)
        self.assertEqual(len(tries), DIES_AT)
        # What counts as asked has its one mail, and the others wait.
        sent, _queued = self.get_states()
        self.assertIn(sent, range(50, DIES_AT))
        self.assertEqual(self.count_mails(), (sent, sent))
        self.run_job("ask", 2026, 3, 2, 15, 5)
        self.run_job("ask", 2026, 3, 2, 15, 10)
        self.assertEqual(self.get_states(), (COUNT, 0))
        self.assertEqual(self.count_mails(), (COUNT, COUNT))

    def test_a_run_takes_no_more_than_its_share(self):
        with self.at(2026, 3, 2, 15), self.enter_registry_test_mode():
            with self.registry.cursor() as cr:
                rows = self.invitations.with_env(self.env(cr=cr))
                rows._cron_run_due(batch_size=20)
        self.assertEqual(self.get_states(), (20, COUNT - 20))
