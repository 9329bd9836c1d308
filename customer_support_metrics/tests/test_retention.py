"""Customers who were helped against similar ones, from orders and tickets."""

from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_support.tests.common import SupportCommon

FIRST = datetime(2015, 3, 10, 15)
DAY = date(2015, 12, 31)


@tagged("post_install", "-at_install")
class TestRetention(SupportCommon):
    def add_customers(self, count, kept, prefix, **partner):
        """Customers with an order of March 2015; so many ordered again in June."""
        people = self.env["res.partner"].create(
            [
                {
                    "name": f"{prefix} {n}",
                    "email": f"{prefix}{n}@example.com",
                    **partner,
                }
                for n in range(count)
            ]
        )
        self.buy(people, FIRST)
        self.buy(people[:kept], datetime(2015, 6, 10, 15))
        return people

    def buy(self, people, moment):
        self.env["sale.order"].create(
            [
                {"partner_id": one.id, "state": "sale", "date_order": moment}
                for one in people
            ]
        )

    def help(self, people, opened=2, solved=4):
        """A case of each, so many days after the order; None leaves it open."""
        tickets = self.env["support.ticket"].create(
            [
                {"name": "Help", "partner_id": one.id, "team_id": self.team.id}
                for one in people
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE support_ticket
                  SET opened_at = %s, first_resolved_at = %s, touch_count = 1
                WHERE id IN %s""",
            [
                FIRST + timedelta(days=opened),
                FIRST + timedelta(days=solved) if solved is not None else None,
                tuple(tickets.ids),
            ],
        )
        self.env.invalidate_all()
        return tickets

    def compare(self, follow="180"):
        page = self.env["support.retention"].with_user(self.lead)
        return page.create({"date_to": DAY, "follow_days": follow})

    def test_the_difference_of_similar_customers(self):
        self.help(self.add_customers(40, 30, "helped"))
        self.add_customers(40, 20, "other")
        page = self.compare()
        self.assertTrue(page.is_known)
        self.assertEqual((page.helped_count, page.others_count), (40, 40))
        self.assertAlmostEqual(page.helped_share, 75)
        self.assertAlmostEqual(page.others_share, 50)
        self.assertAlmostEqual(page.difference, 25)
        # 1.96 * sqrt(0.75 * 0.25 / 40 + 0.5 * 0.5 / 40) = 20.5 points
        self.assertAlmostEqual(page.low, 25 - 20.5, delta=0.05)
        self.assertAlmostEqual(page.high, 25 + 20.5, delta=0.05)
        self.assertTrue(page.is_beyond_chance)

    def test_who_is_not_alike_is_not_compared(self):
        brazil, portugal = self.env.ref("base.br"), self.env.ref("base.pt")
        self.help(self.add_customers(40, 30, "br", country_id=brazil.id))
        self.add_customers(40, 20, "pt", country_id=portugal.id)
        self.assertFalse(self.compare().is_known)
        self.add_customers(40, 30, "native", country_id=brazil.id)
        page = self.compare()
        self.assertEqual((page.others_count, page.difference), (40, 0))
        self.assertFalse(page.is_beyond_chance)

    def test_orders_before_make_a_difference(self):
        old = self.add_customers(40, 30, "old")
        self.buy(old, datetime(2014, 1, 5))
        self.help(old)
        self.add_customers(40, 20, "new")
        self.assertFalse(self.compare().is_known)

    def test_an_open_case_is_neither_and_a_late_one_counts_as_none(self):
        self.help(self.add_customers(40, 30, "helped"))
        self.add_customers(40, 20, "other")
        self.help(self.add_customers(7, 7, "open"), solved=None)
        self.help(self.add_customers(7, 7, "slow"), solved=45)
        self.help(self.add_customers(40, 20, "later"), opened=60, solved=61)
        self.help(self.add_customers(2, 2, "spam")).exclusion = "spam"
        page = self.compare()
        self.assertEqual((page.helped_count, page.others_count), (40, 82))

    def test_an_order_within_the_thirty_days_keeps_nobody(self):
        self.help(self.add_customers(40, 0, "helped"))
        others = self.add_customers(40, 0, "other")
        self.buy(others, FIRST + timedelta(days=20))
        self.assertEqual(self.compare().others_share, 0)
        self.buy(others, FIRST + timedelta(days=100))
        self.assertEqual(self.compare().others_share, 100)
        self.assertEqual(self.compare("90").others_share, 100)

    def test_a_guest_who_writes_from_the_same_address_is_the_customer(self):
        people = self.add_customers(40, 30, "helped")
        guests = self.env["res.partner"].create(
            [{"name": "Guest", "email": one.email.upper()} for one in people]
        )
        self.help(guests)
        self.add_customers(40, 20, "other")
        self.assertEqual(self.compare().helped_count, 40)

    def test_too_few_say_nothing(self):
        self.help(self.add_customers(29, 20, "helped"))
        self.add_customers(40, 20, "other")
        page = self.compare()
        self.assertFalse(page.is_known)
        self.assertEqual((page.difference, page.helped_count), (0, 0))

    def test_only_managers_compare(self):
        with self.assertRaises(AccessError):
            self.env["support.retention"].with_user(self.agent).create({})
