"""What happens late, and the roll-up stays right."""

from datetime import datetime

from odoo.tests import tagged

from .test_metric_rollup import RollupCommon


@tagged("post_install", "-at_install")
class TestRollupChange(RollupCommon):
    """Each case is counted first; then something happens to it, and it is counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls.env.ref("customer_support.channel_phone")

    def setUp(self):
        super().setUp()
        self.ticket = self.solved(2)
        self.other = self.answered(3, day=4, reason_id=self.reasons[0].id)
        self.refresh()
        self.assertSameAsFacts()

    def assertFollows(self, key, n, **filters):
        """The figure is another one by now, in the roll-up as in the facts."""
        filters = {"team_ids": self.team.ids, **filters}
        question = self.ask("2026-01-01", "2026-12-31", **filters)
        metric = self.metrics._get_metric(key)
        before = self.metrics._get_figures(metric, question, [question.period])[0]
        self.assertNotEqual(before.n, n, "nothing has changed")
        self.refresh()
        self.assertSameAsFacts()
        after = self.metrics._get_figures(metric, question, [question.period])[0]
        self.assertEqual(after.n, n)

    def test_reopened(self):
        self.write_at(self.ticket, 2026, 3, 6, 12)
        self.assertFollows("full_resolution", 0)

    def test_merged_and_taken_back(self):
        self.ticket.with_user(self.lead)._merge_into(self.other)
        self.assertFollows("created", 1)
        self.ticket.with_user(self.lead)._unmerge()
        self.assertFollows("created", 2)

    def test_split(self):
        message = self.write_at(self.other, 2026, 3, 20, 12)
        self.other.with_user(self.lead)._split(message, "Another matter")
        self.assertFollows("created", 3)

    def test_left_out_as_spam_and_let_in_again(self):
        self.ticket.exclusion = "spam"
        self.assertFollows("first_response", 1)
        self.ticket.exclusion = False
        self.assertFollows("first_response", 2)

    def test_deleted(self):
        self.ticket.sudo().unlink()
        self.refresh()
        self.assertSameAsFacts()
        self.assertEqual(self.figure("replies").n, 2)
        # All of it counted anew says the same.
        self.env.cr.execute("DELETE FROM support_metric_rollup")
        self.runs.search([]).unlink()
        self.refresh()
        self.assertSameAsFacts()

    def test_another_team(self):
        self.ticket.team_id = self.team_b
        self.assertFollows("created", 1, team_ids=self.team.ids)

    def test_another_channel(self):
        self.ticket.channel_id = self.phone
        self.assertFollows("created", 1, channel_ids=self.phone.ids)

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Second store"})
        company.resource_calendar_id.tz = "America/Sao_Paulo"
        self.refresh()
        self.team.resource_calendar_id = False
        self.team.company_id = company
        self.env.flush_all()
        self.assertFollows("created", 0)
        self.lead.company_ids |= company
        metrics = self.metrics.with_context(allowed_company_ids=company.ids)
        self.assertSameAsFacts(metrics=metrics)

    def test_mended_from_the_history(self):
        self.env.cr.execute(
            "UPDATE support_ticket SET opened_at = '2026-05-05' WHERE id = %s",
            [self.ticket.id],
        )
        self.env.invalidate_all()
        self.ticket._mark_rollup()
        self.refresh()
        self.assertSameAsFacts()
        self.ticket._rebuild_clock()
        self.refresh()
        self.assertSameAsFacts()
        self.assertEqual(self.ticket.opened_at, datetime(2026, 3, 2, 12))

    def test_another_case_about_the_same_makes_an_earlier_one_a_no(self):
        self.other.reason_id = self.reasons[1]
        self.ticket.reason_id = self.reasons[1]
        self.refresh()
        self.assertSameAsFacts()
        hits = self.get_hits()
        # its customer turns out to be another one: nobody came back
        self.other.partner_id = self.customer_b
        self.refresh()
        self.assertSameAsFacts()
        self.assertEqual(self.get_hits(), hits + 1)

    def get_hits(self):
        question = self.ask("2026-01-01", "2026-12-31", team_ids=self.team.ids)
        metric = self.metrics._get_metric("first_contact")
        [figure] = self.metrics._get_figures(metric, question, [question.period])
        return figure.hits

    def test_what_was_too_recent_to_tell_is_told_later(self):
        with self.at(2026, 3, 5, 12):
            self.runs.search([]).unlink()
            self.env.cr.execute("DELETE FROM support_metric_rollup")
            self.refresh()
            self.assertEqual(self.get_first_contact(), (0, 1))
            self.assertSameAsFacts()
        self.refresh()
        self.assertSameAsFacts()
        self.assertEqual(self.get_first_contact(), (1, 0))

    def get_first_contact(self):
        question = self.ask("2026-01-01", "2026-12-31", team_ids=self.team.ids)
        metric = self.metrics._get_metric("first_contact")
        [figure] = self.metrics._get_figures(metric, question, [question.period])
        return figure.n, figure.pending

    def test_nothing_new_leaves_nothing_to_count(self):
        with self.at(2027, 1, 5, 12):
            self.refresh()
        with self.at(2027, 1, 5, 14):
            self.refresh()
        with self.at(2027, 1, 5, 16):
            self.runs._start()
            self.assertFalse(self.runs._get_stale_days())

    def test_opening_tickets_costs_nothing_for_it(self):
        self.make_ticket()
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM support_metric_rollup_stale")
        self.make_ticket()
        self.env.flush_all()
        self.assertFalse(self.runs._get_stale_days())

    def test_a_line_of_the_history_that_came_late_is_seen(self):
        """A transaction that was open during a run wrote a lower number."""
        with self.at(2027, 1, 5, 12):
            self.refresh()
            self.runs._get_current().event_id += 1000
        with self.at(2027, 1, 5, 12, 30):
            self.ticket.exclusion = "spam"
            self.assertFollows("created", 1)
