"""Past figures stay as they are when tickets are deleted."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .metric_common import MetricCommon


@tagged("post_install", "-at_install")
class TestKept(MetricCommon):
    def setUp(self):
        super().setUp()
        self.reason = self.env.ref("customer_support.reason_damaged")
        # Tests that commit what they do leave some of the tickets that they clear away.
        self.others = self.env["support.metric.kept"].search([])

    def search_kept(self):
        return self.env["support.metric.kept"].search([]) - self.others

    def read_all(self, **filters):
        """Every figure that is kept, of long after March: all can be told by then."""
        with self.at(2026, 5, 1, 12):
            return {
                key: self.figure(key, **filters).to_dict()
                for key in self.metrics._get_kept_keys()
            }

    def delete(self, tickets, user=None):
        with self.at(2026, 5, 1, 12):
            tickets.with_user(user or self.lead).unlink()
        self.env.flush_all()
        self.env.invalidate_all()

    def play(self):
        """Five cases in time, and one that was late, asked about twice and reopened."""
        for hours in (2, 3, 4, 5, 6):
            self.solved(hours, day=3, partner_id=self.customer_b.id)
        late = self.answered(6, reason_id=self.reason.id)
        self.write_at(late, 2026, 3, 3, 13)
        self.reply_at(late, 2026, 3, 3, 15)
        self.do_at(late, "action_close", 2026, 3, 3, 16)
        self.write_at(late, 2026, 3, 4, 13)
        self.do_at(late, "action_close", 2026, 3, 4, 18)
        return late

    def test_all_figures_of_a_solved_ticket_with_a_missed_target_stay(self):
        late = self.play()
        questions = (
            {},
            {"agent_ids": self.agent.ids},
            {"channel_ids": late.channel_id.ids},
            {"reason_ids": self.reason.ids},
        )
        before = [self.read_all(**filters) for filters in questions]
        whole = before[0]
        self.assertEqual((whole["sla_response"]["n"], whole["created"]["n"]), (6, 6))
        self.assertEqual(whole["sla_response"]["hits"], 5)
        self.assertEqual(whole["reopen_rate"]["hits"], 1)
        for key in ("replies", "next_reply", "unanswered", "full_resolution"):
            self.assertTrue(whole[key]["n"], key)
        self.delete(late)
        after = [self.read_all(**filters) for filters in questions]
        self.assertEqual(after, before)
        self.assertNotIn(late.id, self.behind("created").ids)

    def test_what_is_kept_names_no_customer(self):
        late = self.play()
        self.delete(late)
        kept = self.search_kept()
        self.assertEqual(kept.reason_id, self.reason)
        pointing = {field.comodel_name for field in kept._fields.values()} - {None}
        self.assertEqual(
            pointing,
            {
                *("res.company", "res.users", "support.team"),
                *("support.channel", "support.reason"),
            },
        )

    def test_what_never_counted_leaves_nothing(self):
        self.play()
        spam, lost = self.solved(2), self.answered(1)
        spam.exclusion = "spam"
        lost.with_user(self.lead)._merge_into(self.answered(2))
        before = self.read_all()
        self.delete(spam | lost)
        self.assertEqual(self.read_all(), before)
        self.assertFalse(self.search_kept())

    def test_what_was_merged_into_it_does_not_come_back(self):
        lost, kept = self.answered(1), self.answered(2)
        lost.with_user(self.lead)._merge_into(kept)
        before = self.read_all()
        self.delete(kept)
        self.assertEqual(self.read_all(), before)
        self.assertEqual(lost.exclusion, "duplicate")

    def test_what_is_too_recent_to_tell_stays_untold(self):
        ticket = self.solved(2)
        with self.at(2026, 3, 3, 12):
            self.assertEqual(self.figure("first_contact").pending, 1)
            ticket.with_user(self.lead).unlink()
        figure = self.figure("first_contact")
        self.assertEqual((figure.n, figure.pending), (0, 0))
        self.assertEqual(self.figure("full_resolution").n, 1)

    def test_who_may_not_delete_tickets_leaves_no_trace(self):
        ticket = self.solved(2)
        with self.assertRaises(AccessError):
            self.delete(ticket, self.agent)
        self.assertFalse(self.search_kept())
        self.assertEqual(self.figure("created").n, 1)

    def test_nobody_writes_them_and_another_company_does_not_read_them(self):
        self.delete(self.solved(2))
        kept = self.search_kept()
        manager = self._new_agent(
            "vera", "Vera Dias", "customer_support.group_support_manager"
        )
        self.assertTrue(kept.with_user(manager).read(["value"]))
        for refused in (
            lambda: kept.with_user(manager).write({"value": 0}),
            lambda: kept.with_user(self.agent).read(["value"]),
        ):
            with self.assertRaises(AccessError):
                refused()
        company = self.env["res.company"].create({"name": "Second store"})
        manager.write({"company_ids": company.ids, "company_id": company.id})
        with self.assertRaises(AccessError):
            kept.with_user(manager).read(["value"])
