from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .action_common import ActionCommon


class WindowCommon(ActionCommon):
    def open_window(self, ticket, kind, user=None):
        """The window of a store action, as the agent sees it first."""
        ticket = ticket.with_user(user or self.agent)
        action = ticket.with_context(
            support_action_kind=kind
        ).action_open_store_action()
        return (
            self.env[action["res_model"]]
            .with_user(ticket.env.user)
            .browse(action["res_id"])
        )

    def choose(self, window, **values):
        """Type into the first line of the window."""
        window.line_ids[:1].write({"is_chosen": True, **values})
        window.invalidate_recordset()
        return window


@tagged("post_install", "-at_install")
class TestStoreWindow(WindowCommon):
    """The window says what will happen, and no more than what will happen."""

    def test_what_was_paid_goes_back(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        window = self.open_window(self.make_order_ticket(order), "refund")
        self.choose(window, quantity=1)
        self.assertMoney(window.given_back, 15)
        self.assertIn("15.00 goes back to the customer by Demo", window.money_words)

    def test_what_was_never_paid_is_credited_and_not_given_back(self):
        order = self.buy({self.bulb: 2})
        self.ship(order)
        invoice = self.invoice(order)
        window = self.open_window(self.make_order_ticket(order), "refund")
        self.choose(window, quantity=1)
        self.assertMoney(window.total, 15)
        self.assertFalse(window.given_back)
        self.assertIn("credited on the invoice", window.money_words)
        self.assertNotIn("goes back", window.money_words)
        window.action_do()
        action = window.ticket_id.action_ids
        self.assertFalse(action.transaction_ids or action.by_hand_amount)
        self.assertMoney(invoice.amount_residual, 15)

    def test_what_was_paid_in_part_is_set_off_first(self):
        order = self.buy({self.bulb: 2})
        self.pay(order, amount=20)
        self.ship(order)
        self.invoice(order)
        window = self.open_window(self.make_order_ticket(order), "refund")
        self.choose(window, quantity=1)
        self.assertMoney(window.given_back, 5)
        self.assertIn("10.00 was not paid yet", window.money_words)
        window.action_do()
        transactions = window.ticket_id.sudo().action_ids.transaction_ids
        self.assertMoney(-sum(transactions.mapped("amount")), 5)

    def test_what_no_provider_can_give_back_is_paid_by_hand(self):
        order = self.buy({self.bulb: 2})
        self.ship(order)
        invoice = self.invoice(order)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
        window = self.open_window(self.make_order_ticket(order), "refund")
        self.choose(window, quantity=2)
        self.assertIn("30.00 is paid back by hand", window.money_words)

    def test_products_of_an_unpaid_order_only_cost_less(self):
        order = self.buy({self.bulb: 2})
        window = self.open_window(self.make_order_ticket(order), "cancel_line")
        self.choose(window, quantity=1)
        self.assertMoney(window.total, 15)
        self.assertFalse(window.given_back)
        self.assertIn("the order costs that much less", window.money_words)

    def test_an_unpaid_order_is_cancelled_without_money(self):
        order = self.buy({self.bulb: 2})
        window = self.open_window(self.make_order_ticket(order), "cancel_order")
        self.assertEqual(
            window.money_words, "Nothing was paid, so nothing is given back."
        )

    def test_odd_quantities_are_refused_with_the_product_and_the_limit(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        for kind in ("reship", "refund", "return"):
            for quantity in (-1500.0, 0.0, 3.0, 1e300):
                ticket = self.make_order_ticket(order)
                window = self.open_window(ticket, kind)
                self.choose(window, quantity=quantity)
                with self.subTest(kind=kind, quantity=quantity):
                    words = f"{self.bulb.display_name}: please give a quantity above 0"
                    self.assertIn(words, window.problem)
                    with self.assertRaisesRegex(UserError, "above 0 and up to 2"):
                        window.action_do()
                    self.assertFalse(ticket.action_ids)

    def test_a_share_above_the_price_is_refused(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        window = self.open_window(self.make_order_ticket(order), "refund")
        self.choose(window, quantity=1, percent=150)
        with self.assertRaisesRegex(UserError, "between 1 and 100"):
            window.action_do()

    def test_what_is_above_the_limit_says_so_before(self):
        self.company.support_limit_agent = 10
        order = self.buy_pay_send_invoice({self.bulb: 2})
        window = self.open_window(self.make_order_ticket(order), "refund")
        self.choose(window, quantity=1)
        self.assertTrue(window.needs_approval)
        window.action_do()
        self.assertEqual(window.ticket_id.action_ids.state, "to_approve")

    def test_a_dearer_product_instead_is_named_with_its_price(self):
        order = self.buy_pay_send_invoice({self.bulb: 1})
        dearer = self.make_product("Bulb 100 W", 25, stock=5)
        window = self.open_window(self.make_order_ticket(order), "exchange")
        self.choose(window, new_product_id=dearer.id)
        self.assertEqual(window.line_ids.free_quantity, 5)
        self.assertIn("10.00 more", window.money_words)

    def test_the_window_opens_as_a_form_for_each_kind(self):
        sent = self.buy_pay_send_invoice({self.bulb: 2})
        fresh = self.buy({self.bulb: 2})
        kinds = {
            sent: ("refund", "return", "exchange", "reship", "voucher", "points"),
            fresh: ("cancel_line", "cancel_order", "change_address"),
        }
        for order, names in kinds.items():
            for kind in names:
                with self.subTest(kind):
                    window = self.open_window(self.make_order_ticket(order), kind)
                    Form(window)


@tagged("post_install", "-at_install")
class TestChoices(WindowCommon):
    """Every button stands there; what is impossible says why."""

    def get_choices(self, ticket):
        choices = ticket.with_user(self.agent).store_action_choices
        return {choice["kind"]: choice["problem"] for choice in choices}

    def test_without_an_order_it_asks_for_one(self):
        choices = self.get_choices(self.make_ticket(sale_order_id=False))
        self.assertEqual(
            choices["refund"], "Choose first which order the ticket is about."
        )

    def test_what_is_possible_has_no_problem(self):
        order = self.buy_pay_send_invoice({self.bulb: 2})
        choices = self.get_choices(self.make_order_ticket(order))
        for kind in ("refund", "return", "exchange", "reship"):
            self.assertFalse(choices[kind])
        self.assertIn("has left or is packed", choices["cancel_line"])

    def test_an_order_that_has_not_left_gives_nothing_back_from_the_customer(self):
        order = self.buy({self.bulb: 2})
        choices = self.get_choices(self.make_order_ticket(order))
        self.assertFalse(choices["cancel_order"] or choices["change_address"])
        self.assertIn("has no products", choices["return"])
        order._action_cancel()
        ticket = self.make_order_ticket(order)
        self.assertIn("was cancelled", self.get_choices(ticket)["refund"])


@tagged("post_install", "-at_install")
class TestRefuse(WindowCommon):
    """Whoever refuses says why, and the task of approving is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.support_limit_agent = 1
        cls.bought = cls.buy_pay_send_invoice({cls.bulb: 2})

    def setUp(self):
        super().setUp()
        self.ticket = self.make_order_ticket(self.bought)
        line = self.bought.order_line
        self.action = self.request(self.ticket, "refund", {line: 1})

    def refuse(self, reason, user=None):
        action = self.action.with_user(user or self.lead).action_open_refuse()
        wizards = self.env[action["res_model"]].with_user(user or self.lead)
        wizard = wizards.with_context(**action["context"]).create({"reason": reason})
        return wizard.action_refuse()

    def test_the_requester_reads_why(self):
        self.assertTrue(self.action.task_id)
        self.refuse("The photo shows another lamp.")
        self.assertEqual(self.action.state, "refused")
        self.assertEqual(self.action.decision_reason, "The photo shows another lamp.")
        self.assertFalse(self.ticket.activity_ids)

    def test_without_a_reason_nothing_is_refused(self):
        with self.assertRaisesRegex(UserError, "write why"):
            self.refuse("  ")
        self.assertEqual(self.action.state, "to_approve")

    def test_an_agent_does_not_refuse(self):
        with self.assertRaises(AccessError):
            self.refuse("No", user=self.agent)

    def test_approving_ends_the_task(self):
        self.action.with_user(self.lead).action_approve()
        self.assertFalse(self.ticket.activity_ids)
