"""Many questions at once leave in shares, and the rest waits for the next run."""

from odoo.tests import tagged

from .survey_common import SurveyCommon

COUNT = 70


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

    def get_states(self):
        self.env.invalidate_all()
        states = self.rows.mapped("state")
        return states.count("sent"), states.count("queued")

    def test_a_run_takes_no_more_than_its_share(self):
        with self.at(2026, 3, 2, 15), self.enter_registry_test_mode():
            with self.registry.cursor() as cr:
                rows = self.invitations.with_env(self.env(cr=cr))
                rows._cron_run_due(batch_size=20)
        self.assertEqual(self.get_states(), (20, COUNT - 20))
