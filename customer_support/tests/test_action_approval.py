from datetime import timedelta
from uuid import uuid4

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestApproval(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"support_limit_agent": 20, "support_limit_manager": 100})
        cls.bought = cls.buy_pay_send_invoice({cls.bulb: 8})
        cls.line = cls.bought.order_line
        cls.lead_2 = cls._new_agent(
            "rui", "Rui Alves", "customer_support.group_support_manager"
        )

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.bought)

    def refund(self, quantity, **values):
        return self.request(self.ticket, "refund", {self.line: quantity}, **values)

    def test_within_the_limit_it_is_done_at_once(self):
        self.assertEqual(self.refund(1).state, "done")

    def test_above_the_limit_somebody_else_has_to_approve(self):
        action = self.refund(2)
        self.assertEqual(action.state, "to_approve")
        self.assertFalse(action.move_ids)
        self.assertIn("waits for approval", action.open_points)
        task = self.ticket.activity_ids.filtered(lambda a: a.user_id == self.lead)
        self.assertIn("Approve", task.summary)
        action.with_user(self.lead).action_approve()
        self.assertEqual(action.state, "done")
        self.assertEqual(action.decided_by, self.lead)
        self.assertMoney(action.move_ids.amount_total, 30.00)

    def test_small_refunds_add_up(self):
        self.assertEqual(self.refund(1).state, "done")
        self.assertEqual(self.refund(1).state, "to_approve")

    def test_a_manager_has_a_limit_too_and_cannot_approve_himself(self):
        action = self.refund(7, user=self.lead)
        self.assertEqual(action.state, "to_approve")
        with self.assertRaisesRegex(AccessError, "Somebody else"):
            action.with_user(self.lead).action_approve()
        action.with_user(self.lead_2).action_approve()
        self.assertEqual(action.state, "done")

    def test_an_agent_cannot_approve(self):
        action = self.refund(2)
        with self.assertRaisesRegex(AccessError, "Only a manager"):
            action.with_user(self.agent).action_approve()

    def test_what_is_refused_is_not_done_later(self):
        action = self.refund(2)
        action.with_user(self.lead).action_refuse("The photo shows another lamp.")
        self.assertEqual(action.state, "refused")
        self.assertIn("another lamp", " ".join(self.ticket.message_ids.mapped("body")))
        with self.assertRaisesRegex(UserError, "decided already"):
            action.with_user(self.lead_2).action_approve()
        self.assertFalse(action.move_ids)

    def test_the_requester_takes_it_back(self):
        action = self.refund(2)
        action.with_user(self.agent).action_withdraw()
        self.assertEqual(action.state, "cancelled")
        self.assertFalse(action.open_points)

    def test_nobody_else_takes_it_back(self):
        action = self.refund(2)
        with self.assertRaises(AccessError):
            action.with_user(self.lead).action_withdraw()

    def test_what_became_impossible_is_not_approved(self):
        action = self.refund(8)
        self.refund(1)
        with self.assertRaisesRegex(UserError, "Only 7"):
            action.with_user(self.lead).action_approve()
        self.assertEqual(action.state, "to_approve")

    def test_each_step_stands_in_the_history(self):
        action = self.refund(2)
        action.with_user(self.lead).action_approve()
        events = self.ticket.event_ids.filtered(lambda e: e.kind == "action")
        steps = [event.payload["step"] for event in events]
        self.assertEqual(steps, ["requested", "approved", "done"])
        self.assertEqual(events[1].user_id, self.lead)
        self.assertFalse(self.ticket._get_clock_differences())

    def test_nobody_edits_what_was_asked_for(self):
        action = self.refund(2)
        for user in (self.agent, self.lead):
            mine = action.with_user(user)
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                mine.write({"state": "done"})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.line_ids.write({"quantity": 1})
            with self.assertRaises(AccessError):
                mine.create(
                    {
                        "ticket_id": self.ticket.id,
                        "kind": "refund",
                        "request_key": uuid4().hex,
                    }
                )

    def test_a_ticket_of_another_team_is_refused(self):
        with self.assertRaises(AccessError):
            self.refund(1, user=self.agent_b)

    def test_a_customer_does_not_ask_for_the_ticket_of_another(self):
        with self.assertRaises(AccessError):
            self.refund(1, user=self.portal_user_b)


@tagged("post_install", "-at_install")
class TestSolved(ActionCommon):
    """A ticket is solved when goods and money match."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cls.buy_pay_send_invoice({cls.bulb: 2})

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.bought)
        self.action = self.request(self.ticket, "return", {self.bought.order_line: 1})

    @users("support_bia")
    def test_what_is_open_is_named_before_it_is_solved(self):
        ticket = self.ticket.with_user(self.env.user)
        window = ticket.action_close()
        self.assertFalse(ticket.closed_at)
        asked = (
            self.env[window["res_model"]].with_context(**window["context"]).create({})
        )
        self.assertIn("not come back", asked.open_points)
        with self.assertRaisesRegex(UserError, "write why"):
            asked.action_solve()
        asked.reason = "The customer keeps it"
        asked.action_solve()
        self.assertEqual(ticket.stage_kind, "solved")
        notes = " ".join(ticket.message_ids.mapped("body"))
        self.assertIn("The customer keeps it", notes)

    @users("support_bia")
    def test_dragging_the_card_is_refused(self):
        ticket = self.ticket.with_user(self.env.user)
        with self.assertRaisesRegex(UserError, "not come back"):
            ticket.stage_id = ticket._find_stage("solved")

    @users("support_bia")
    def test_no_client_can_say_that_it_was_asked(self):
        ticket = self.ticket.with_user(self.env.user)
        ticket = ticket.with_context(support_close_confirmed=True)
        self.assertEqual(ticket.action_close()["res_model"], "support.close.ticket")
        with self.assertRaisesRegex(UserError, "not come back"):
            ticket.stage_id = ticket._find_stage("solved")

    @users("support_bia")
    def test_when_all_is_back_it_is_solved_at_once(self):
        self.receive(self.action.picking_ids)
        self.ticket.with_user(self.env.user).action_close()
        self.assertEqual(self.ticket.stage_kind, "solved")

    def test_silence_closes_no_ticket_that_the_store_owes_something_for(self):
        self.ticket._close_idle()
        self.assertFalse(self.ticket.closed_at)
        self.receive(self.action.picking_ids)
        self.ticket._close_idle()
        self.assertTrue(self.ticket.closed_at)

    def test_the_customer_may_say_that_all_is_well(self):
        self.ticket.with_user(self.portal_user).sudo()._set_stage_kind("solved")
        self.assertEqual(self.ticket.stage_kind, "solved")


@tagged("post_install", "-at_install")
class TestGesture(ActionCommon):
    def setUp(self):
        super().setUp()
        self.program = self.env["loyalty.program"].create(
            {
                "name": "Sorry",
                "program_type": "gift_card",
                "applies_on": "future",
                "trigger": "auto",
                "currency_id": self.company.currency_id.id,
            }
        )
        self.company.support_voucher_program_id = self.program

    def test_a_voucher_for_the_customer_alone(self):
        ticket = self.make_ticket()
        before = self.env["loyalty.card"].search_count([])
        action = self.request(ticket, "voucher", amount=25.0)
        card = action.card_ids
        self.assertEqual(self.env["loyalty.card"].search_count([]), before + 1)
        self.assertEqual(card.partner_id, self.customer)
        self.assertEqual(card.points, 25.0)
        self.assertTrue(card.expiration_date)

    def test_a_guest_gets_one_card_and_nobody_else_any(self):
        ticket = self.make_ticket(partner_id=False, email_from="guest@example.com")
        before = self.env["loyalty.card"].search_count([])
        action = self.request(ticket, "voucher", amount=25.0)
        self.assertEqual(self.env["loyalty.card"].search_count([]), before + 1)
        self.assertFalse(action.card_ids.partner_id)
        self.assertTrue(action.card_ids.code)

    def test_no_kind_of_voucher_is_chosen(self):
        self.company.support_voucher_program_id = False
        with self.assertRaisesRegex(UserError, "settings of support"):
            self.request(self.make_ticket(), "voucher", amount=25.0)

    def test_a_voucher_of_nothing_is_refused(self):
        with self.assertRaisesRegex(UserError, "what the voucher is worth"):
            self.request(self.make_ticket(), "voucher", amount=0)

    def test_a_voucher_above_the_limit_waits(self):
        self.company.support_limit_agent = 20
        action = self.request(self.make_ticket(), "voucher", amount=25.0)
        self.assertEqual(action.state, "to_approve")
        self.assertFalse(action.card_ids)

    def test_points_are_added_to_the_customers_card(self):
        self.env["loyalty.program"].search(
            [("program_type", "=", "loyalty")]
        ).active = False
        program = self.env["loyalty.program"].create(
            {"name": "Club", "program_type": "loyalty", "applies_on": "both"}
        )
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.customer.id, "points": 10}
        )
        self.request(self.make_ticket(), "points", points=15)
        self.assertEqual(card.points, 25)
        self.assertEqual(card.history_ids[:1].issued, 15)

    def test_points_that_are_not_approved_are_not_given(self):
        program, card = self.make_club(points=10)
        program.reward_ids = [
            Command.create(
                {
                    "reward_type": "discount",
                    "discount": 1,
                    "discount_mode": "per_point",
                    "required_points": 1,
                }
            )
        ]
        self.company.support_limit_agent = 20
        ticket = self.make_ticket()
        waiting = self.request(ticket, "points", points=25)
        self.assertEqual((waiting.state, waiting.amount), ("to_approve", 25.0))
        waiting.with_user(self.agent).action_withdraw()
        refused = self.request(ticket, "points", points=30)
        refused.with_user(self.lead).action_refuse("Too much")
        self.assertEqual(card.points, 10)
        approved = self.request(ticket, "points", points=25)
        approved.with_user(self.lead).action_approve()
        self.assertEqual(card.points, 35)

    def make_club(self, **values):
        """A program that collects points, and the customer's card of it."""
        self.env["loyalty.program"].search(
            [("program_type", "=", "loyalty")]
        ).active = False
        program = self.env["loyalty.program"].create(
            {"name": "Club", "program_type": "loyalty", "applies_on": "both"}
        )
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.customer.id, **values}
        )
        return program, card

    def test_points_of_two_tickets_add_up_on_one_new_card(self):
        _program, card = self.make_club()
        program = card.program_id
        card.unlink()
        for points in (5, 7):
            self.request(self.make_ticket(), "points", points=points)
        card = self.env["loyalty.card"].search([("program_id", "=", program.id)])
        self.assertEqual((len(card), card.points), (1, 12))
        self.assertEqual(sum(card.history_ids.mapped("issued")), 12)

    def test_points_for_nobody_are_refused(self):
        self.make_club()
        guest = self.make_ticket(partner_id=False, email_from="guest@example.com")
        with self.assertRaisesRegex(UserError, "known customer"):
            self.request(guest, "points", points=5)

    def test_a_gift_card_expires_and_pays_for_the_next_order(self):
        self.company.support_voucher_days = 90
        action = self.request(self.make_ticket(), "voucher", amount=25.0)
        card = action.card_ids
        self.assertEqual(card.expiration_date, fields.Date.today() + timedelta(days=90))
        self.assertEqual(card.history_ids.issued, 25.0)
        self.company.support_voucher_days = 0
        other = self.request(self.make_ticket(), "voucher", amount=5.0).card_ids
        self.assertFalse(other.expiration_date)

    def test_an_ewallet_is_topped_up_and_never_doubled(self):
        self.program.program_type = "ewallet"
        wallet = self.env["loyalty.card"].create(
            {
                "program_id": self.program.id,
                "partner_id": self.customer.id,
                "points": 10.0,
            }
        )
        before = self.env["loyalty.card"].search_count([])
        self.request(self.make_ticket(), "voucher", amount=25.0)
        self.assertEqual(wallet.points, 35.0)
        self.assertEqual(self.env["loyalty.card"].search_count([]), before)
        self.assertEqual(wallet.history_ids[:1].issued, 25.0)

    def test_an_ewallet_for_nobody_is_refused(self):
        self.program.program_type = "ewallet"
        guest = self.make_ticket(partner_id=False, email_from="guest@example.com")
        with self.assertRaisesRegex(UserError, "known customer"):
            self.request(guest, "voucher", amount=25.0)

    def test_a_discount_code_is_no_voucher_of_an_amount(self):
        self.company.support_voucher_program_id = self.env["loyalty.program"].create(
            {"name": "10 %", "program_type": "coupons"}
        )
        with self.assertRaisesRegex(UserError, "no program for vouchers"):
            self.request(self.make_ticket(), "voucher", amount=25.0)

    def test_an_archived_customer_gets_one_card_and_nobody_else_any(self):
        ticket = self.make_ticket()
        self.portal_user.active = False
        self.customer.active = False
        before = self.env["loyalty.card"].search_count([])
        self.request(ticket, "voucher", amount=25.0)
        self.assertEqual(self.env["loyalty.card"].search_count([]), before + 1)
