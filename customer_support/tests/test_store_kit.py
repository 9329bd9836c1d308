from unittest import SkipTest

from odoo import Command
from odoo.tests import tagged

from odoo.addons.customer_support.tests.store_common import StoreCommon


@tagged("post_install", "-at_install")
class TestStoreKit(StoreCommon):
    """A set that is delivered as its parts: whole sets go out, parts come back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "sale_mrp" not in cls.env.registry._init_modules:
            raise SkipTest("There are no kits without sale_mrp.")
        cls.shade, cls.kit = cls.env["product.product"].create(
            [
                {"name": "Lampshade", "type": "consu", "is_storable": True},
                {"name": "Reading set", "type": "consu", "list_price": 80.0},
            ]
        )
        cls.stock_up(cls.shade, 20)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": cls.shade.id, "product_qty": 1}),
                    Command.create({"product_id": cls.bulb.id, "product_qty": 2}),
                ],
            }
        )
        cls.kit_sale = cls.make_order([(cls.kit, 3)])
        cls.kit_sale.action_confirm()

    def get_figures(self):
        """What the panel shows an agent: (ordered, delivered, returned)."""
        ticket = self.make_ticket(sale_order_id=self.kit_sale.id)
        [line] = self.open_panel(ticket)["order"]["lines"]
        return line["ordered"], line["delivered"], line["returned"]

    def test_nothing_has_gone_out_yet(self):
        self.assertEqual(self.get_figures(), (3, 0, 0))

    def test_a_set_without_all_its_parts_has_not_gone_out(self):
        self.deliver(self.kit_sale, {self.shade: 3, self.bulb: 4})
        self.assertEqual(self.get_figures(), (3, 2, 0))

    def test_a_whole_set_that_came_back_is_told_from_the_delivered_ones(self):
        picking = self.deliver(self.kit_sale, {self.shade: 3, self.bulb: 6})
        self.send_back(picking, {self.shade: 1, self.bulb: 2})
        self.assertEqual(self.get_figures(), (3, 3, 1))

    def test_a_set_of_which_a_part_came_back_is_whole_no_more(self):
        picking = self.deliver(self.kit_sale, {self.shade: 3, self.bulb: 6})
        self.send_back(picking, {self.bulb: 3})
        self.assertEqual(self.get_figures(), (3, 3, 2))

    def test_what_came_back_is_counted_although_it_is_sent_anew(self):
        picking = self.deliver(self.kit_sale, {self.shade: 3, self.bulb: 6})
        self.send_back(picking, {self.shade: 1, self.bulb: 2})
        self.kit_sale.order_line.move_ids.filtered(
            lambda move: move.origin_returned_move_id
        ).to_refund = False
        self.assertEqual(self.get_figures(), (3, 3, 1))
