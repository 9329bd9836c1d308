from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_support.tests.store_common import StoreCommon


@tagged("post_install", "-at_install")
class TestCommerce(StoreCommon):
    """A case knows which order, lines, delivery and invoice it is about."""

    def make_order_ticket(self, **values):
        return self.make_ticket(sale_order_id=self.sale.id, **values)

    # Order and customer

    def test_only_delivery_and_invoice_are_chosen_with_the_order(self):
        picking = self.deliver(self.sale, {self.lamp: {self.lot_1: 3}, self.bulb: 2})
        invoice = self.sale._create_invoices()
        invoice.action_post()
        ticket = self.make_order_ticket()
        self.assertEqual(ticket.picking_id, picking)
        self.assertEqual(ticket.invoice_id, invoice)

    def test_no_delivery_is_chosen_when_there_are_two(self):
        self.deliver(self.sale, {self.bulb: 2})
        self.assertFalse(self.make_order_ticket().picking_id)

    def test_order_of_another_customer_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "not placed by João Lima"):
            self.make_order_ticket(partner_id=self.customer_b.id)
        ticket = self.make_order_ticket()
        with self.assertRaises(ValidationError):
            ticket.partner_id = self.customer_b

    def test_order_of_another_claimed_customer_is_refused(self):
        with self.assertRaises(ValidationError):
            self.make_order_ticket(
                partner_id=False, claimed_partner_id=self.customer_b.id
            )

    def test_colleague_of_the_buyer_may_ask(self):
        shop = self.env["res.partner"].create({"name": "Café Lua", "is_company": True})
        buyer, colleague = self.env["res.partner"].create(
            [{"name": name, "parent_id": shop.id} for name in ("Rita", "Davi")]
        )
        order = self.make_order([(self.bulb, 1)], buyer)
        ticket = self.make_ticket(partner_id=colleague.id, sale_order_id=order.id)
        self.assertEqual(ticket.sale_order_id, order)

    def test_receiver_of_a_gift_may_ask(self):
        order = self.make_order(
            [(self.bulb, 1)], partner_shipping_id=self.customer_b.id
        )
        ticket = self.make_ticket(partner_id=self.customer_b.id, sale_order_id=order.id)
        self.assertEqual(ticket.sale_order_id, order)

    def test_guest_who_bought_twice_is_the_same_address(self):
        guest = self.env["res.partner"].create(
            {"name": "Ana S.", "email": "Ana@Example.com"}
        )
        order = self.make_order([(self.bulb, 1)], guest)
        self.assertEqual(self.make_ticket(sale_order_id=order.id).sale_order_id, order)

    def test_order_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self.make_ticket(sale_order_id=order.id)

    def test_choosing_an_order_in_the_form_suggests_its_customer(self):
        with Form(self.env["support.ticket"]) as form:
            form.name = "Lamp broken"
            form.sale_order_id = self.sale
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.picking_id, self.sale.picking_ids)

    def test_unknown_sender_only_claims_to_be_the_customer_of_the_order(self):
        ticket = self.make_ticket(partner_id=False, email_from="who@example.org")
        with Form(ticket) as form:
            form.sale_order_id = self.sale
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.claimed_partner_id, self.customer)

    def test_agent_confirms_the_claimed_customer(self):
        ticket = self.make_ticket(partner_id=False, claimed_partner_id=self.customer.id)
        ticket.with_user(self.agent).action_confirm_customer()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertFalse(ticket.claimed_partner_id)
        note = ticket.message_ids.filtered(lambda m: "confirmed" in (m.body or ""))
        self.assertIn(self.agent.name, note.body)
        self.assertIn("Ana Souza", note.body)
        self.assertTrue(note.is_internal or note.message_type == "notification")

    def test_portal_user_cannot_confirm_himself(self):
        ticket = self.make_ticket(partner_id=False, claimed_partner_id=self.customer.id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.portal_user).action_confirm_customer()

    def test_delivery_and_invoice_of_another_order_are_refused(self):
        other = self.make_order([(self.bulb, 1)])
        other.action_confirm()
        with self.assertRaisesRegex(ValidationError, "does not belong to order"):
            self.make_order_ticket(picking_id=other.picking_ids.id)
        self.deliver(other, {self.bulb: 1})
        invoice = other._create_invoices()
        with self.assertRaisesRegex(ValidationError, "does not belong to order"):
            self.make_order_ticket(invoice_id=invoice.id)

    def test_vendor_bill_is_refused(self):
        bill = self.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": self.customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "not a customer invoice"):
            self.make_ticket(invoice_id=bill.id)

    # Affected lines

    def affect(self, ticket, line, quantity, lot=None):
        ticket.with_user(self.agent).action_set_affected_line(
            line.id, quantity, lot and lot.id
        )
        return ticket.line_ids

    def test_affected_line_takes_product_and_unit_of_the_order(self):
        line = self.affect(self.make_order_ticket(), self.bulb_line, 2)
        self.assertEqual(line.product_id, self.bulb)
        self.assertEqual(line.product_uom_id, self.bulb_line.product_uom_id)

    def test_affected_line_is_changed_and_taken_away_again(self):
        ticket = self.make_order_ticket()
        self.affect(ticket, self.bulb_line, 2)
        self.assertEqual(self.affect(ticket, self.bulb_line, 1).quantity, 1)
        self.assertFalse(self.affect(ticket, self.bulb_line, 0))

    def test_more_than_was_ordered_is_refused(self):
        ticket = self.make_order_ticket()
        with self.assertRaisesRegex(ValidationError, "Only 2 .* were ordered"):
            self.affect(ticket, self.bulb_line, 3)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.affect(ticket, self.bulb_line, -1)

    def test_two_lines_together_do_not_exceed_the_order(self):
        ticket = self.make_order_ticket()
        item = {"sale_line_id": self.bulb_line.id, "quantity": 1.5}
        with self.assertRaises(ValidationError):
            ticket.line_ids = [Command.create(item), Command.create(item)]

    def test_a_dozen_is_twelve(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        with self.assertRaises(ValidationError):
            self.make_order_ticket(
                line_ids=[
                    Command.create(
                        {
                            "sale_line_id": self.bulb_line.id,
                            "quantity": 1,
                            "product_uom_id": dozen.id,
                        }
                    )
                ]
            )

    def test_lot_must_be_a_delivered_one(self):
        self.deliver(self.sale, {self.lamp: {self.lot_1: 2}, self.bulb: 2})
        ticket = self.make_order_ticket()
        line = self.affect(ticket, self.lamp_line, 2, self.lot_1)
        self.assertEqual(line.lot_id, self.lot_1)
        self.assertEqual(line.allowed_lot_ids, self.lot_1)
        with self.assertRaisesRegex(ValidationError, "LAMP-2602 was not delivered"):
            self.affect(ticket, self.lamp_line, 1, self.lot_2)

    def test_no_more_of_a_lot_than_was_delivered(self):
        self.deliver(
            self.sale, {self.lamp: {self.lot_1: 1, self.lot_2: 2}, self.bulb: 2}
        )
        ticket = self.make_order_ticket()
        with self.assertRaisesRegex(ValidationError, "of lot LAMP-2601"):
            self.affect(ticket, self.lamp_line, 2, self.lot_1)

    def test_line_of_another_order_is_refused(self):
        other = self.make_order([(self.bulb, 1)])
        with self.assertRaisesRegex(ValidationError, "is a line of order"):
            self.affect(self.make_order_ticket(), other.order_line, 1)

    def test_another_order_takes_the_old_lines_away(self):
        ticket = self.make_order_ticket()
        self.affect(ticket, self.bulb_line, 1)
        other = self.make_order([(self.bulb, 1)])
        other.action_confirm()
        ticket.sale_order_id = other
        self.assertFalse(ticket.line_ids)
        self.assertEqual(ticket.picking_id, other.picking_ids)

    # The order named in a text

    def find(self, text, partner=None, email=None):
        return self.env["support.ticket"]._find_order_by_reference(text, partner, email)

    def test_order_named_in_a_text_is_found_for_its_customer(self):
        text = f"Hello, order {self.sale.name.lower()} arrived broken"
        self.assertEqual(self.find(text, self.customer), self.sale)
        self.assertEqual(self.find(text, None, "ana@example.com"), self.sale)

    def test_order_is_never_found_for_somebody_else(self):
        text = f"My order {self.sale.name}"
        self.assertFalse(self.find(text, self.customer_b, "joao@example.com"))
        self.assertFalse(self.find(text))
        self.assertFalse(self.find(text, self.env["res.partner"], False))

    def test_visitors_of_the_website_own_nothing_together(self):
        public = self.env.ref("base.public_user").sudo().partner_id
        order = self.make_order([(self.bulb, 1)], public, state="sent")
        self.assertFalse(self.find(order.name, public))

    def test_cart_has_no_number_yet(self):
        cart = self.make_order([(self.bulb, 1)])
        self.assertFalse(self.find(cart.name, self.customer))

    def test_first_order_named_wins(self):
        other = self.make_order([(self.bulb, 1)])
        other.action_confirm()
        text = f"{other.name} is fine, {self.sale.name} is not"
        self.assertEqual(self.find(text, self.customer), other)

    def test_order_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Other shop"})
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": company.id, "state": "sent"}
        )
        self.assertFalse(self.find(order.name, self.customer))
