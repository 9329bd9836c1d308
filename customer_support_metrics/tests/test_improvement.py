"""What was changed, and what it did to a figure."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .metric_common import MetricCommon


@tagged("post_install", "-at_install")
class TestImprovement(MetricCommon):
    def plan(self, **vals):
        """Something that begins on Monday, 9 March, compared week with week."""
        return self.env["support.improvement"].create(
            {
                "name": "Answers are prepared",
                "team_id": self.team.id,
                "user_id": self.lead.id,
                "metric_key": "first_response",
                "date_start": date(2026, 3, 9),
                "days": 7,
                **vals,
            }
        )

    def start(self, record):
        with self.at(2026, 3, 9, 21):
            record.with_user(self.lead).action_start()

    def look(self, record, *moment):
        with self.at(*moment):
            record.invalidate_recordset()
            return record.verdict, record.after, record.after_count, record.after_days

    def test_before_is_frozen_and_after_is_computed(self):
        for _number in range(5):
            self.answered(3, day=3)
            self.answered(1, day=10)
        record = self.plan()
        self.assertEqual((record.statistic, record.unit), ("business_median", "hours"))
        self.start(record)
        self.assertEqual((record.before, record.before_count), (3, 5))
        for _number in range(9):
            self.answered(1, day=3)
        self.assertEqual(record.before, 3)
        self.assertEqual(self.look(record, 2026, 3, 20, 12), ("better", 1, 5, 7))

    def test_what_got_worse_is_said(self):
        for _number in range(5):
            self.answered(2, day=3)
            self.answered(4, day=10)
        record = self.plan()
        self.start(record)
        self.assertEqual(self.look(record, 2026, 3, 20, 12)[0], "worse")

    def test_days_that_are_still_to_come_are_not_compared(self):
        for _number in range(5):
            self.answered(3, day=3)
            self.answered(1, day=10)
            self.answered(5, day=17)  # after the week that is compared
        record = self.plan()
        self.start(record)
        self.assertEqual(self.look(record, 2026, 3, 9, 21), ("no_data", 0, 0, 1))
        self.assertEqual(self.look(record, 2026, 3, 11, 12), ("better", 1, 5, 3))
        self.assertEqual(self.look(record, 2026, 3, 30, 12), ("better", 1, 5, 7))

    def test_a_count_is_held_against_as_many_days(self):
        for day in (3, 4, 5, 3, 4, 5, 6):
            ticket = self.answered(1, day=day)
            self.write_at(ticket, 2026, 3, day, 14)
            self.do_at(ticket, "action_close", 2026, 3, day, 15)
        for _number in range(2):
            ticket = self.answered(1, day=9)
            self.write_at(ticket, 2026, 3, 9, 14)
            self.do_at(ticket, "action_close", 2026, 3, 9, 15)
        record = self.plan(metric_key="unanswered")
        self.start(record)
        self.assertEqual(record.before, 7)
        # Two on the first day, where one a day was usual; later two in a week.
        self.assertEqual(self.look(record, 2026, 3, 9, 21)[0], "worse")
        self.assertEqual(self.look(record, 2026, 3, 12, 12)[0], "better")

    def test_too_few_before_say_nothing(self):
        for _number in range(5):
            self.answered(1, day=10)
        record = self.plan()
        self.start(record)
        self.assertFalse(record.is_before_known)
        self.assertEqual(self.look(record, 2026, 3, 20, 12)[0], "no_data")

    def test_the_filter_holds(self):
        damaged = self.env.ref("customer_support.reason_damaged")
        for _number in range(5):
            self.answered(3, day=3, reason_id=damaged.id)
            self.answered(1, day=3)
            other = self.open_ticket(
                2026, 3, 3, 12, team_id=self.team_b.id, reason_id=damaged.id
            )
            with self.at(2026, 3, 3, 19):
                self.agent_replies(other, agent=self.agent_b)
        record = self.plan(reason_id=damaged.id)
        self.start(record)
        self.assertEqual((record.before, record.before_count), (3, 5))

    def test_what_is_compared_stands_still_once_it_has_begun(self):
        record = self.plan()
        record.days = 14
        self.start(record)
        for vals in ({"days": 7}, {"metric_key": "csat"}, {"team_id": self.team_b.id}):
            with self.assertRaises(UserError):
                record.write(vals)
        record.write({"days": 14, "name": "Answers are prepared well"})
        with self.assertRaises(UserError):
            self.start(record)
        record.action_finish()
        self.assertEqual(record.state, "done")

    def test_what_makes_no_comparison_is_refused(self):
        with self.at(2026, 3, 8, 12), self.assertRaises(UserError):
            self.plan().action_start()
        with self.assertRaises(ValidationError):
            self.plan(metric_key="csat", statistic="median")

    def test_a_team_reads_its_own_and_managers_write(self):
        record, other = self.plan(), self.plan(team_id=self.team_b.id)
        records = self.env["support.improvement"].with_user(self.agent_own)
        self.assertEqual(records.search([("id", "in", (record | other).ids)]), record)
        with self.assertRaises(AccessError):
            record.with_user(self.agent_own).name = "Mine"
        with self.assertRaises(AccessError):
            other.with_user(self.agent_own).read(["name"])
        with self.assertRaises(AccessError):
            records.create({"name": "Mine", "team_id": self.team.id})
