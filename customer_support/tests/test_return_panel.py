from datetime import datetime

from odoo.tests import tagged

from .return_common import MONDAY_NOON, ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnPanel(ReturnCommon):
    """What an agent reads beside each line of the order."""

    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(sale_order_id=self.sale.id)
        clock = self.at(2026, 3, 4, 15)
        clock.start()
        self.addCleanup(clock.stop)

    def read_verdict(self, line, ticket=None, **values):
        self.env.flush_all()
        self.env.invalidate_all()
        ticket = (ticket or self.ticket).with_user(self.agent)
        lines = ticket.get_store_context(values=values)["order"]["lines"]
        (shown,) = [one for one in lines if one["id"] == line.id]
        return shown["return_verdict"]

    def test_the_last_day_and_why(self):
        self.deliver_at(MONDAY_NOON)
        self.make_policy(condition="any")
        self.assertEqual(
            self.read_verdict(self.lamp_line),
            {
                "allowed": True,
                "summary": "Return until Apr 1",
                "explanation": "Can be returned until 04/01/2026 "
                "(policy “30 days to return”).",
            },
        )

    def test_every_refusal_in_a_few_words(self):
        self.assertEqual(
            self.read_verdict(self.lamp_line)["summary"], "Not delivered yet"
        )
        picking = self.deliver_at(MONDAY_NOON)
        self.assertEqual(
            self.read_verdict(self.lamp_line)["summary"], "No return policy"
        )
        policy = self.make_policy()
        picking.date_done = datetime(2025, 12, 1)
        self.assertEqual(
            self.read_verdict(self.lamp_line)["summary"], "Too late to return"
        )
        policy.is_final_sale = True
        verdict = self.read_verdict(self.lamp_line)
        self.assertEqual(
            (verdict["allowed"], verdict["summary"]), (False, "Final sale")
        )

    def test_the_reason_of_the_case_counts_before_it_is_saved(self):
        self.deliver_at(MONDAY_NOON)
        self.make_policy(is_final_sale=True)
        self.assertFalse(self.read_verdict(self.lamp_line)["allowed"])
        values = {"sale_order_id": self.sale.id, "reason_id": self.damaged.id}
        self.assertTrue(self.read_verdict(self.lamp_line, **values)["allowed"])
        self.ticket.reason_id = self.damaged
        self.assertTrue(self.read_verdict(self.lamp_line)["allowed"])
