"""Many questions at once leave in shares, and the rest waits for the next run."""

from odoo.exceptions import ValidationError
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

    def set_pace(self, per_hour):
        """What a manager enters in the settings."""
        settings = self.env["res.config.settings"]
        settings.create({"support_questions_per_hour": per_hour}).execute()

    def test_a_run_takes_no_more_than_its_share(self):
        with self.at(2026, 3, 2, 15), self.enter_registry_test_mode():
            with self.registry.cursor() as cr:
                rows = self.invitations.with_env(self.env(cr=cr))
                rows._cron_run_due(batch_size=20)
        self.assertEqual(self.get_states(), (20, COUNT - 20))

    def test_an_hour_has_room_for_so_many_and_the_others_follow(self):
        self.set_pace(30)
        for *moment, asked in (
            (15, 0, 30),
            (15, 15, 30),
            (15, 59, 30),
            (16, 1, 60),
            (16, 30, 60),
            (17, 2, COUNT),
        ):
            self.run_job("ask", 2026, 3, 2, *moment)
            self.assertEqual(self.get_states(), (asked, COUNT - asked), moment)
        self.assertEqual(len(self.find_mails("/support/rate/")), COUNT)

    def test_what_is_asked_in_chats_takes_no_room_from_the_mails(self):
        self.set_pace(30)
        chat = self.env["discuss.channel"].create({"name": "A visitor"})
        self.rows[:1].write(
            {
                "state": "sent",
                "sent_at": self.datetime(2026, 3, 2, 14, 50),
                "send_at": False,
                "chat_id": chat.id,
            }
        )
        self.run_job("ask", 2026, 3, 2, 15)
        self.assertEqual(self.get_states(), (31, COUNT - 31))

    def test_a_thousand_an_hour_unless_a_manager_says_otherwise(self):
        settings = self.env["res.config.settings"]
        self.assertEqual(settings.create({}).support_questions_per_hour, 1000)
        self.set_pace(30)
        self.assertEqual(settings.create({}).support_questions_per_hour, 30)

    def test_no_question_at_all_is_refused_as_a_pace(self):
        for per_hour in (0, -1):
            with self.assertRaisesRegex(ValidationError, "At least one question"):
                self.set_pace(per_hour)

    def test_a_pace_that_is_none_past_the_settings_stops_no_question(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for written in ("abc", "0", "-5", "2.5"):
            parameters.set_param("customer_support_metrics.questions_per_hour", written)
            with self.assertLogs(
                "odoo.addons.customer_support_metrics", "WARNING"
            ) as logs:
                pace = self.env["support.survey.invitation"]._get_pace()
            self.assertEqual(pace, 1000, written)
            self.assertIn("questions_per_hour", logs.output[0])
        parameters.set_param("customer_support_metrics.questions_per_hour", "40")
        self.assertEqual(self.env["support.survey.invitation"]._get_pace(), 40)
