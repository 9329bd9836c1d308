"""Orders after a question before buying, and waits for other departments."""

from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .metric_common import HOUR, MetricCommon


@tagged("post_install", "-at_install")
class TestSales(MetricCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.question = cls.env.ref("customer_support.reason_product_question")
        cls.team.company_id.support_presale_days = 7

    def ask_before_buying(self, day, **vals):
        vals = {"reason_id": self.question.id, **vals}
        return self.open_ticket(2026, 3, day, 12, **vals)

    def order_on(self, day, price=100, partner=None):
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "state": "sale",
                "date_order": datetime(2026, 3, day, 15),
                "order_line": [
                    Command.create(
                        {
                            **{"product_id": self.bulb.id, "product_uom_qty": 1},
                            **{"price_unit": price, "tax_ids": False},
                        }
                    )
                ],
            }
        )

    def test_the_question_is_marked_when_the_addon_comes(self):
        self.assertTrue(self.question.is_presale)

    def test_an_order_counts_once_for_the_last_question_before_it(self):
        first, second = self.ask_before_buying(2), self.ask_before_buying(4)
        self.order_on(6, 100)
        self.order_on(7, 50)
        self.order_on(1, 999)  # before any question
        self.order_on(20, 999)  # too late
        self.order_on(6, 999, self.customer_b)  # somebody else
        with self.at(2026, 3, 30, 12):
            rate = self.figure("presale_rate")
            sales = self.figure("presale_sales")
        self.assertEqual((rate.n, rate.hits, rate.pending), (2, 1, 0))
        self.assertEqual((sales.n, sales.value), (2, 150))
        self.assertEqual(self.behind("presale_sales"), second)
        self.assertEqual(self.behind("presale_rate"), first | second)

    def test_a_young_question_is_pending_until_an_order_comes(self):
        self.ask_before_buying(2)
        with self.at(2026, 3, 5, 12):
            self.assertEqual(self.figure("presale_rate").pending, 1)
        self.order_on(4)
        with self.at(2026, 3, 5, 12):
            rate = self.figure("presale_rate")
        self.assertEqual((rate.n, rate.hits, rate.pending), (1, 1, 0))

    def test_colleagues_and_guests_are_the_same_customer(self):
        company = self.env["res.partner"].create(
            {"name": "Light and Co", "is_company": True}
        )
        asker, buyer = self.env["res.partner"].create(
            [
                {"name": "Asker", "parent_id": company.id},
                {"name": "Buyer", "parent_id": company.id},
            ]
        )
        self.ask_before_buying(2, partner_id=asker.id)
        self.order_on(3, partner=buyer)
        guest = self.env["res.partner"].create(
            {"name": "Guest", "email": "Guest@example.com"}
        )
        with self.at(2026, 3, 2, 12):
            self.make_ticket(
                partner_id=False,
                email_from="guest@example.com",
                reason_id=self.question.id,
            )
        self.order_on(3, partner=guest)
        self.assertEqual(self.figure("presale_sales").n, 2)

    def test_a_complaint_sells_nothing(self):
        damaged = self.env.ref("customer_support.reason_damaged")
        self.ask_before_buying(2, reason_id=damaged.id)
        self.order_on(3)
        self.assertEqual(self.figure("presale_sales").n, 0)
        self.assertEqual(self.figure("presale_rate").n, 0)


@tagged("post_install", "-at_install")
class TestDepartments(MetricCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env.ref("customer_support.department_warehouse")
        cls.finance = cls.env.ref("customer_support.department_finance")

    def wait_for(self, department, hours, day=2, **vals):
        """A request of 9:00 that is answered after some hours."""
        ticket = self.open_ticket(2026, 3, day, 12)
        with self.at(2026, 3, day, 12):
            request = (
                self.env["support.request"]
                .with_user(self.agent)
                .create(
                    {
                        "name": "Look for the parcel",
                        "ticket_id": ticket.id,
                        "department_id": department.id,
                        "user_id": self.agent_b.id,
                        **vals,
                    }
                )
            )
        with self.at(2026, 3, day, 12 + hours):
            request.with_user(self.agent).action_done()
        return ticket

    def test_customers_wait_for_each_department(self):
        for hours in (1, 2, 3, 4, 10):  # the last one until 19:00, two after closing
            self.wait_for(self.warehouse, hours)
        lone = self.wait_for(self.finance, 2)
        self.wait_for(self.finance, 5, holds_ticket=False)
        bars = self.groups("department_wait", "department")
        bar = bars[self.warehouse.id]
        self.assertEqual((bar.n, bar.median, bar.mean), (5, 3 * HOUR, 4 * HOUR))
        self.assertEqual(bar.business_mean, 3.6 * HOUR)
        self.assertEqual(bar.p90, 7.6 * HOUR)
        bar = bars[self.finance.id]
        self.assertEqual((bar.n, bar.is_hidden, bar.median), (1, True, None))
        finance = {"department_ids": self.finance.ids}
        self.assertEqual(self.behind("department_wait", **finance), lone)

    def test_a_wait_goes_along_with_a_case_that_is_merged_twice(self):
        first, second = self.wait_for(self.warehouse, 1), self.wait_for(self.finance, 2)
        last = self.open_ticket(2026, 3, 3, 12)
        with self.at(2026, 3, 4, 12):
            first._merge_into(second)
            second._merge_into(last)
        self.assertEqual(self.figure("department_wait").n, 2)
        self.assertEqual(self.behind("department_wait"), last)

    def test_the_answer_is_of_who_gave_it_and_of_the_team(self):
        self.wait_for(self.warehouse, 1)
        bars = self.groups("department_wait", "agent")
        self.assertEqual(list(bars), [self.agent_b.id])
        metrics = self.metrics.with_user(self.agent_b)
        figure = self.figure("department_wait", metrics=metrics, team_ids=[])
        self.assertEqual(figure.n, 0)
