"""What is counted, and for how long an order is at risk: by hand."""

from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from .pattern_common import PatternCommon


@tagged("post_install", "-at_install")
class TestPatternCells(PatternCommon):
    def test_an_order_is_at_risk_for_sixty_days(self):
        orders = self.send(
            [
                datetime(2015, 1, 23),  # 10 days before, 28 lately
                datetime(2015, 2, 20),  # 10 days lately
                datetime(2014, 11, 1),  # 60 days before
            ]
        )
        self.write_tickets(
            [
                (orders[0], datetime(2015, 1, 30)),
                (orders[1], datetime(2015, 2, 25)),
                (orders[2], datetime(2015, 2, 25)),  # too late to count
            ]
        )
        counts = self.get_counts("product")[self.lamp.id, self.damaged.id]
        self.assertEqual((counts.recent, counts.past), (1, 1))
        self.assertAlmostEqual(counts.recent_exposure, 38)
        self.assertAlmostEqual(counts.past_exposure, 70)

    def test_of_one_order_and_reason_one_case_counts(self):
        (order,) = self.send([datetime(2015, 2, 3)])
        self.write_tickets([(order, moment) for moment in self.days(4, 3)])
        counts = self.get_counts("product")[self.lamp.id, self.damaged.id]
        self.assertEqual(counts.total, 1)

    def test_what_is_spam_early_or_about_something_else_does_not_count(self):
        (order,) = self.send([datetime(2015, 2, 3)])
        later = datetime(2015, 2, 10)
        self.write_tickets([(order, later)], exclusion="spam")
        self.write_tickets([(order, datetime(2015, 2, 2))])
        self.write_tickets([(order, later)], product=self.bulb)
        self.write_tickets([(order, later)], reason_id=False)
        self.assertFalse(self.get_counts("product"))

    def test_each_kind_of_thing_has_its_cells(self):
        maker = self.env["res.partner"].create({"name": "Lamp works"})
        self.lamp.seller_ids = [
            Command.create({"partner_id": maker.id, "company_id": self.company.id})
        ]
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.stock.out_type_id.id,
                "location_id": self.stock.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "carrier_id": self.carrier.id,
            }
        )
        orders = self.send([datetime(2015, 2, 3)], self.lot_1, picking=picking)
        program = self.env["loyalty.program"].create(
            {
                "name": "Spring sale",
                "program_type": "promotion",
                "reward_ids": [Command.create({"discount": 10})],
            }
        )
        orders.order_line.reward_id = program.reward_ids
        self.write_tickets([(orders, datetime(2015, 2, 10))])
        for kind, thing in (
            ("product", self.lamp),
            ("lot", self.lot_1),
            ("carrier", self.carrier),
            ("supplier", maker),
            ("promotion", program),
        ):
            counts = self.get_counts(kind)
            self.assertEqual(list(counts), [(thing.id, self.damaged.id)], kind)
            self.assertEqual(counts[thing.id, self.damaged.id].recent, 1, kind)

    def test_the_vendor_of_another_company_supplies_nothing(self):
        maker, other = self.env["res.partner"].create(
            [{"name": "Lamp works"}, {"name": "Lamps for the others"}]
        )
        self.lamp.seller_ids = [
            Command.create(
                {
                    "partner_id": other.id,
                    "sequence": 1,
                    "company_id": self.team.company_id.id,
                }
            ),
            Command.create(
                {"partner_id": maker.id, "sequence": 2, "company_id": False}
            ),
        ]
        (order,) = self.send([datetime(2015, 2, 3)])
        self.write_tickets([(order, datetime(2015, 2, 10))])
        self.assertEqual(
            list(self.get_counts("supplier")), [(maker.id, self.damaged.id)]
        )

    def test_a_lot_is_compared_with_the_other_lots_of_its_product(self):
        good = self.send([datetime(2015, 1, 3), datetime(2015, 2, 3)], self.lot_1)
        bad = self.send([datetime(2015, 2, 10)], self.lot_2)
        self.write_tickets(
            [(good[0], datetime(2015, 1, 9)), (bad, datetime(2015, 2, 12))]
        )
        counts = self.get_counts("lot")[self.lot_2.id, self.damaged.id]
        self.assertEqual((counts.recent, counts.past), (1, 1))
        # 20 days of its own; of the others 58 and 27
        self.assertAlmostEqual(counts.recent_exposure, 20)
        self.assertAlmostEqual(counts.past_exposure, 30 + 28 + 27)

    def test_the_past_does_not_reach_behind_the_first_ticket(self):
        window = self.patterns._get_window(self.company, date(2014, 2, 26))
        self.assertEqual(window.first, datetime(2014, 1, 1))
        self.assertIsNone(self.patterns._get_window(self.company, date(2014, 2, 20)))
