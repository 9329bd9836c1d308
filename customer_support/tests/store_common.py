from odoo import Command

from odoo.addons.customer_support.tests.common import SupportCommon


class StoreCommon(SupportCommon):
    """A customer who bought lamps (by lot) and bulbs, in a store with stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_store()

    @classmethod
    def _set_up_store(cls):
        cls.company = cls.team.company_id
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.lamp, cls.bulb = cls.env["product.product"].create(
            [
                {
                    "name": "Desk lamp",
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "lot",
                    "list_price": 199.0,
                    "taxes_id": False,
                },
                {
                    "name": "Bulb",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 15.0,
                    "taxes_id": False,
                },
            ]
        )
        cls.lot_1, cls.lot_2 = cls.env["stock.lot"].create(
            [
                {"name": "LAMP-2601", "product_id": cls.lamp.id},
                {"name": "LAMP-2602", "product_id": cls.lamp.id},
            ]
        )
        cls.stock_up(cls.lamp, 5, cls.lot_1)
        cls.stock_up(cls.lamp, 7, cls.lot_2)
        cls.stock_up(cls.bulb, 100)
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Swift Parcel",
                "product_id": cls.env["product.product"]
                .create({"name": "Shipping", "type": "service"})
                .id,
                "delivery_type": "fixed",
                "tracking_url": "https://swift.example/track/<shipmenttrackingnumber>",
            }
        )
        cls.sale = cls.make_order([(cls.lamp, 3), (cls.bulb, 2)])
        cls.sale.action_confirm()
        cls.lamp_line, cls.bulb_line = cls.sale.order_line

    @classmethod
    def stock_up(cls, product, quantity, lot=None):
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.warehouse.lot_stock_id, quantity, lot_id=lot
        )

    @classmethod
    def make_order(cls, items, partner=None, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in items
                ],
                **values,
            }
        )

    @classmethod
    def deliver(cls, order, quantities, tracking=None):
        """Deliver {product: {lot: quantity} or quantity}, the rest stays open."""
        picking = order.picking_ids.filtered(
            lambda p: (
                p.state not in ("done", "cancel") and p.picking_type_code == "outgoing"
            )
        )
        picking.carrier_id = cls.carrier
        picking.carrier_tracking_ref = tracking
        picking.move_ids.move_line_ids.unlink()
        for move in picking.move_ids:
            wanted = quantities.get(move.product_id, 0)
            by_lot = wanted if isinstance(wanted, dict) else {None: wanted}
            cls.env["stock.move.line"].create(
                [
                    {
                        "move_id": move.id,
                        "picking_id": picking.id,
                        "product_id": move.product_id.id,
                        "lot_id": lot.id if lot else False,
                        "quantity": quantity,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                    for lot, quantity in by_lot.items()
                    if quantity
                ]
            )
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    @classmethod
    def deliver_and_invoice(cls):
        """Deliver the customer's whole order and post its invoice."""
        cls.picking = cls.deliver(
            cls.sale, {cls.lamp: {cls.lot_1: 3}, cls.bulb: 2}, tracking="SP1"
        )
        cls.invoice = cls.sale._create_invoices()
        cls.invoice.action_post()

    @classmethod
    def send_back(cls, picking, quantities):
        """Return {product: quantity} of a delivery."""
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.product_id, 0)
        action = wizard.action_create_returns()
        back = cls.env["stock.picking"].browse(action["res_id"])
        for move in back.move_ids:
            move.quantity = quantities[move.product_id]
            move.picked = True
        back.with_context(skip_backorder=True).button_validate()
        return back

    @classmethod
    def pay_online(cls, order, state="done"):
        """Pay an order with the demo provider, as the shop's checkout does."""
        provider = cls.env["payment.provider"].search(
            [("code", "in", ("demo", "none")), ("company_id", "=", cls.company.id)],
            order="code",
            limit=1,
        )
        transaction = cls.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": cls.env["payment.method"].search([], limit=1).id,
                "reference": f"{order.name}-1",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        getattr(transaction, f"_set_{state}")()
        return transaction

    def open_panel(self, ticket, user=None):
        """Return what the panel shows an agent who has no other rights."""
        self.env.flush_all()
        self.env.invalidate_all()
        return ticket.with_user(user or self.agent).get_store_context()
