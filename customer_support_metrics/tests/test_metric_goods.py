"""Cases for every hundred that were sold: by product, lot, supplier and carrier."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.customer_support.tests.store_common import StoreCommon

from .metric_common import MetricCommon


class GoodsCommon(MetricCommon, StoreCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker, cls.dealer = cls.env["res.partner"].create(
            [{"name": "Lamp Works"}, {"name": "Light Dealer"}]
        )
        (cls.lamp | cls.bulb).product_tmpl_id.seller_ids = [
            Command.clear(),
            Command.create({"partner_id": cls.dealer.id}),
        ]
        cls.damaged = cls.env.ref("customer_support.reason_damaged")

    def sold(self, product, quantity, day=10, **values):
        """A confirmed order in March; of dozens if the unit says so."""
        return self.make_order(
            [(product, quantity)],
            state="sale",
            date_order=datetime(2026, 3, day, 15),
            **values,
        )

    def about(self, product, lot=None, **vals):
        """A case that names a product, or a line of the order with its lot."""
        if not lot:
            return self.open_ticket(2026, 3, 12, 12, product_id=product.id, **vals)
        line = self.sale.order_line.filtered(lambda line: line.product_id == product)
        affected = {"sale_line_id": line.id, "lot_id": lot.id}
        return self.open_ticket(
            *(2026, 3, 12, 12),
            sale_order_id=self.sale.id,
            line_ids=[Command.create(affected)],
            **vals,
        )


@tagged("post_install", "-at_install")
class TestGoods(GoodsCommon):
    def send_lot(self):
        """The order of lamps leaves on 5 March: three of the first lot."""
        with self.at(2026, 3, 5, 12):
            picking = self.deliver(
                self.sale, {self.lamp: {self.lot_1: 3}, self.bulb: 2}
            )
        self.sale.date_order = datetime(2026, 2, 1, 12)
        return picking

    def receive_lot(self):
        """The first lot came from who makes the lamps."""
        receipts = self.warehouse.in_type_id
        source = self.env.ref("stock.stock_location_suppliers")
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": receipts.id,
                "partner_id": self.maker.id,
                "location_id": source.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.lamp.id,
                            "product_uom_qty": 5,
                            "location_id": source.id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        move = receipt.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    **move._prepare_move_line_vals(quantity=0),
                    "lot_id": self.lot_1.id,
                    "quantity": 5,
                }
            )
        ]
        move.picked = True
        receipt.button_validate()

    def test_cases_for_a_hundred_units_of_a_product(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.sold(self.lamp, 26)
        self.sold(self.lamp, 2).order_line.product_uom_id = dozen
        self.sold(self.bulb, 4)
        self.sold(self.lamp, 500).state = "cancel"
        self.about(self.lamp)
        self.about(self.lamp, reason_id=self.damaged.id)
        self.about(self.bulb)
        self.open_ticket(2026, 3, 12, 12)  # about no product
        bars = self.groups("goods_contact", "product")
        lamps, bulbs = bars[self.lamp.id], bars[self.bulb.id]
        self.assertEqual((lamps.n, lamps.base, lamps.value), (2, 50, 4))
        self.assertEqual((bulbs.n, bulbs.base, bulbs.is_hidden), (1, 4, True))
        bars = self.groups("goods_defect", "product")
        self.assertEqual(list(bars), [self.lamp.id])
        self.assertEqual(bars[self.lamp.id].value, 2)
        self.assertEqual(self.figure("goods_contact").n, 3)

    def test_a_case_counts_once_for_a_product_of_which_it_names_two_lots(self):
        with self.at(2026, 3, 5, 12):
            lots = {self.lot_1: 2, self.lot_2: 1}
            self.deliver(self.sale, {self.lamp: lots, self.bulb: 2})
        line = self.lamp_line
        self.open_ticket(
            *(2026, 3, 12, 12),
            sale_order_id=self.sale.id,
            line_ids=[
                Command.create({"sale_line_id": line.id, "lot_id": lot.id})
                for lot in lots
            ],
        )
        self.assertEqual(self.groups("goods_contact", "product")[self.lamp.id].n, 1)
        bars = self.groups("goods_contact", "lot")
        self.assertEqual(
            {lot: bar.n for lot, bar in bars.items()},
            {
                self.lot_1.id: 1,
                self.lot_2.id: 1,
            },
        )

    def test_defects_of_a_lot_are_compared_with_what_was_sent_of_it(self):
        self.send_lot()
        for _number in range(2):
            self.about(self.lamp, self.lot_1, reason_id=self.damaged.id)
        bar = self.groups("goods_defect", "lot")[self.lot_1.id]
        self.assertEqual((bar.n, bar.base, bar.is_hidden), (2, 3, True))
        other = self.make_order([(self.lamp, 5)])
        other.action_confirm()
        with self.at(2026, 3, 6, 12):
            self.deliver(other, {self.lamp: {self.lot_1: 2, self.lot_2: 3}})
        bar = self.groups("goods_defect", "lot")[self.lot_1.id]
        self.assertEqual((bar.n, bar.base, bar.value), (2, 5, 40))
        # What comes back from a customer was still delivered once.
        with self.at(2026, 3, 7, 12):
            self.send_back(other.picking_ids, {self.lamp: 5})
        self.assertEqual(self.groups("goods_defect", "lot")[self.lot_1.id].base, 5)

    def test_the_supplier_is_who_sent_the_lot_else_the_first_vendor(self):
        self.receive_lot()
        self.send_lot()
        self.about(self.lamp, self.lot_1)
        self.about(self.lamp)
        bars = self.groups("goods_contact", "supplier")
        self.assertEqual(
            {one: (bar.n, bar.base) for one, bar in bars.items()},
            {self.maker.id: (1, 3), self.dealer.id: (1, 2)},
        )

    def test_a_bar_leads_to_its_cases(self):
        lamp, bulb = self.about(self.lamp), self.about(self.bulb)
        self.assertEqual(self.behind("goods_contact"), lamp | bulb)
        chosen = {"product_ids": self.lamp.ids}
        self.assertEqual(self.behind("goods_contact", **chosen), lamp)
        with self.assertRaises(UserError):
            self.behind("created", lot_ids=self.lot_1.ids)

    def test_a_team_sees_its_own_cases(self):
        self.about(self.lamp, user_id=self.agent.id)
        metrics = self.metrics.with_user(self.agent_own)
        self.assertEqual(self.figure("goods_contact", metrics=metrics).n, 1)
        metrics = self.metrics.with_user(self.agent_b)
        figure = self.figure("goods_contact", metrics=metrics, team_ids=[])
        self.assertEqual(figure.n, 0)


@tagged("post_install", "-at_install")
class TestDeliveries(GoodsCommon):
    def send(self, day):
        order = self.make_order([(self.bulb, 1)])
        order.action_confirm()
        with self.at(2026, 3, day, 12):
            return self.deliver(order, {self.bulb: 1})

    def test_cases_for_a_hundred_deliveries_of_a_carrier(self):
        pickings = [self.send(day) for day in (2, 3, 4, 5, 6)]
        late, broken = (
            self.open_ticket(
                *(2026, 3, 12, 12),
                sale_order_id=picking.sale_id.id,
                picking_id=picking.id,
                **vals,
            )
            for picking, vals in zip(
                pickings, ({}, {"reason_id": self.damaged.id}), strict=False
            )
        )
        bar = self.groups("delivery_contact", "carrier")[self.carrier.id]
        self.assertEqual((bar.n, bar.base, bar.value), (2, 5, 40))
        bar = self.groups("delivery_defect", "carrier")[self.carrier.id]
        self.assertEqual((bar.n, bar.base, bar.value), (1, 5, 20))
        self.assertEqual(self.behind("delivery_defect"), broken)
        self.assertEqual(self.behind("delivery_contact"), late | broken)

    def test_returns_for_a_hundred_orders(self):
        before = self.figure("return_rate", team_ids=[])
        picking = self.send(2)
        with self.at(2026, 3, 9, 12):
            self.send_back(picking, {self.bulb: 1})
        for _number in range(5):
            self.sold(self.bulb, 1)
        after = self.figure("return_rate", team_ids=[])
        self.assertEqual((after.n - before.n, after.base - before.base), (1, 5))
        # It was made without a case, so no team has it.
        self.assertEqual(self.figure("return_rate").n, 0)
        action = self.metrics.get_tickets_action(
            "return_rate", {"date_from": "2026-03-09", "date_to": "2026-03-09"}
        )
        self.assertEqual(action["res_model"], "stock.picking")
        self.assertEqual(action.get("res_id"), picking.return_ids.id)
