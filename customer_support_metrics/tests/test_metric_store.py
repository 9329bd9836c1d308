"""Deadlines, orders, customers who come back, and cases without staff."""

from datetime import date, datetime

from odoo.tests import tagged

from odoo.addons.customer_support.tools.author_kind import AuthorKind

from .cost_common import CostCommon
from .metric_common import MetricCommon


@tagged("post_install", "-at_install")
class TestSla(MetricCommon):
    def test_kept_of_all_that_were_decided(self):
        for hours in (1, 2, 3, 3):
            self.answered(hours)
        self.answered(5)  # four working hours were promised
        self.open_ticket(2026, 3, 31, 19)  # still running
        figure = self.figure("sla_response")
        self.assertEqual((figure.n, figure.hits, figure.value), (5, 4, 80))

    def test_a_withdrawn_target_does_not_count(self):
        ticket = self.open_ticket(2026, 3, 2, 12)
        self.do_at(ticket, "action_cancel", 2026, 3, 2, 13)
        self.assertEqual(self.figure("sla_response").n, 0)


@tagged("post_install", "-at_install")
class TestOrders(MetricCommon):
    def order_on(self, partner, *day):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "state": "sale",
                "date_order": datetime(*day, 15),
            }
        )

    def test_cases_per_hundred_orders(self):
        for _number in range(8):
            self.order_on(self.customer_b, 2026, 3, 10)
        self.order_on(self.customer_b, 2026, 3, 10).state = "cancel"
        for _number in range(2):
            self.open_ticket(2026, 3, 2, 12)
        figure = self.figure("contact_rate")
        self.assertEqual((figure.n, figure.base, figure.value), (2, 8, 25))

    def test_there_is_no_rate_without_orders(self):
        self.open_ticket(2026, 3, 2, 12)
        figure = self.figure("contact_rate")
        self.assertEqual((figure.n, figure.base, figure.value), (1, 0, None))

    def test_customers_who_are_still_active(self):
        people = self.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "email": f"r{number}@example.com"}
                for number in range(6)
            ]
        )
        for partner in people[:4]:
            self.order_on(partner, 2015, 9, 1)
        # Only in the first weeks of the window: one is lost, one ordered again.
        self.order_on(people[4], 2015, 3, 10)
        self.order_on(people[5], 2015, 3, 10)
        self.order_on(people[5], 2016, 3, 10)
        # A guest who comes back as another contact is the same customer.
        guest = people[0].copy({"email": "R0@example.com"})
        self.order_on(guest, 2015, 10, 1)
        # New in the period: not kept, for there was nothing to keep.
        self.order_on(self.customer, 2016, 3, 10)
        question = self.ask(date(2016, 3, 1), date(2016, 3, 31))
        metric = self.metrics._get_metric("retention")
        (figure,) = self.metrics._get_figures(metric, question, [question.period])
        self.assertEqual((figure.n, figure.hits), (6, 5))
        self.assertAlmostEqual(figure.value, 100 * 5 / 6)

    def test_some_figures_are_of_the_whole_company(self):
        whole = self.metrics.get_dashboard()
        part = self.metrics.get_dashboard({"team_ids": self.team.ids})
        keys = [{card["key"] for card in board["cards"]} for board in (whole, part)]
        of_the_store = {"retention", "margin_after_support"}
        of_orders = {"csat_order", "csat_order_response"}
        self.assertEqual(keys[0] - keys[1], of_the_store | of_orders)


@tagged("post_install", "-at_install")
class TestUnattended(MetricCommon):
    def bot_solves(self, day=2):
        ticket = self.open_ticket(2026, 3, day, 12)
        with self.at(2026, 3, day, 13):
            ticket._record_event(
                "bot", author_kind="bot", payload={"what": "order_status"}
            )
            self.close_as(ticket, "bot")
        return ticket

    def close_as(self, ticket, author_kind):
        ticket.with_context(
            support_author_kind=AuthorKind(author_kind)
        )._set_stage_kind("solved")

    def figure_on(self, key, day):
        with self.at(2026, 3, day, 14):
            return self.figure(key)

    def test_the_bot_alone_is_counted_apart(self):
        self.bot_solves()
        figure = self.figure_on("bot_solved", 20)
        self.assertEqual((figure.n, figure.hits), (1, 1))
        for key in ("full_resolution", "first_contact", "reopen_rate"):
            self.assertEqual(self.figure_on(key, 20).n, 0, key)
        self.assertEqual(self.figure("customer_solved").n, 0)
        self.assertEqual(self.figure("bot_answers").n, 1)

    def test_it_is_pending_for_three_days(self):
        self.bot_solves()
        self.assertEqual(self.figure_on("bot_solved", 4).pending, 1)
        self.assertEqual(self.figure_on("bot_solved", 6).pending, 0)

    def test_a_customer_who_comes_back_was_not_helped(self):
        ticket, other = self.bot_solves(), self.bot_solves()
        self.write_at(ticket, 2026, 3, 3, 12)
        with self.at(2026, 3, 3, 13):
            self.close_as(ticket, "bot")
        figure = self.figure_on("bot_solved", 20)
        self.assertEqual((figure.n, figure.hits), (2, 1))
        self.assertFalse(other.reopen_count)

    def test_a_colleague_who_goes_on_later_does_not_hide_that_the_bot_failed(self):
        ticket = self.bot_solves()
        self.write_at(ticket, 2026, 3, 3, 12)
        self.reply_at(ticket, 2026, 3, 3, 13)
        self.do_at(ticket, "action_close", 2026, 3, 3, 14)
        figure = self.figure_on("bot_solved", 20)
        self.assertEqual((figure.n, figure.hits), (1, 0))
        self.assertEqual(self.behind("bot_solved"), ticket)
        self.assertEqual(self.figure("full_resolution").n, 1)

    def test_who_comes_back_after_three_days_was_helped(self):
        ticket = self.bot_solves()
        self.write_at(ticket, 2026, 3, 7, 12)
        self.reply_at(ticket, 2026, 3, 7, 13)
        figure = self.figure_on("bot_solved", 20)
        self.assertEqual((figure.n, figure.hits), (1, 1))

    def test_thanks_are_no_return(self):
        ticket = self.bot_solves()
        with self.at(2026, 3, 3, 12):
            self.customer_writes(ticket, "Thank you!")
        figure = self.figure_on("bot_solved", 20)
        self.assertEqual((figure.n, figure.hits), (1, 1))

    def test_a_guest_who_asks_again_is_known_by_the_address(self):
        guest = {"partner_id": False, "email_from": "guest@example.com"}
        with self.at(2026, 3, 2, 12):
            ticket = self.make_ticket(**guest)
            ticket._record_event("bot", author_kind="bot", payload={"what": "articles"})
        with self.at(2026, 3, 2, 13):
            self.close_as(ticket, "bot")
        figure = self.figure_on("bot_solved", 20)
        self.assertEqual((figure.n, figure.hits), (1, 1))
        with self.at(2026, 3, 3, 12):
            self.make_ticket(**guest)
        figure = self.figure_on("bot_solved", 20)
        self.assertEqual((figure.n, figure.hits), (1, 0))

    def test_a_person_who_replies_makes_it_a_persons_case(self):
        ticket = self.open_ticket(2026, 3, 2, 12)
        with self.at(2026, 3, 2, 12):
            ticket._record_event("bot", author_kind="bot", payload={"what": "articles"})
        self.reply_at(ticket, 2026, 3, 2, 13)
        with self.at(2026, 3, 2, 14):
            self.close_as(ticket, "customer")
        self.assertEqual(self.figure_on("bot_solved", 20).n, 0)
        self.assertEqual(self.figure("full_resolution").n, 1)

    def test_a_customer_who_closes_alone_is_counted_apart(self):
        ticket = self.open_ticket(2026, 3, 2, 12)
        with self.at(2026, 3, 2, 14):
            self.close_as(ticket, "customer")
        self.assertEqual(self.figure("customer_solved").n, 1)
        self.assertEqual(self.figure("full_resolution").n, 0)
        self.assertEqual(self.figure("resolution_rate").n, 0)

    def test_a_conversation_of_the_bot_needs_no_ticket(self):
        # The log of a chat that never became a ticket.
        self.env["support.ticket.event"].sudo().create(
            [
                {
                    "kind": "bot",
                    "author_kind": "bot",
                    "at": datetime(2026, 3, 2, 13),
                    "company_id": self.team.company_id.id,
                    "payload": {"what": what, "turns": 2},
                }
                for what in ("order_status", "handed_over", "stopped")
            ]
        )
        for key in ("bot_answers", "bot_handovers"):
            self.assertEqual(self.figure(key, team_ids=[]).n, 1, key)
            self.assertEqual(self.figure(key).n, 0, key)


@tagged("post_install", "-at_install")
class TestSelfServiceForm(CostCommon):
    def test_a_form_of_the_website_is_no_bot(self):
        order = self.buy({self.vase: 1})
        tickets = self.env["support.ticket"].with_user(self.portal_user)
        typed = {
            "street": "Rua Nova 7",
            "street2": "",
            "city": "Recife",
            "zip": "50000",
        }
        ticket = tickets._start_self_service(
            order.sudo(), "change_address", "f" * 32, [], typed
        )
        self.assertEqual(ticket.stage_kind, "solved")
        team = {"team_ids": ticket.team_id.ids}
        self.assertEqual(self.figure_today("customer_solved", **team).n, 1)
        figure = self.figure_today("bot_solved", **team)
        self.assertEqual((figure.n, figure.pending), (0, 0))


@tagged("post_install", "-at_install")
class TestSelfService(MetricCommon):
    def act(self, ticket, user, state="done", day=3):
        self.env["support.ticket.action"].create(
            {
                "ticket_id": ticket.id,
                "kind": "return",
                "state": state,
                "requested_by": user.id,
                "executed_at": datetime(2026, 3, day, 15),
            }
        )

    def test_what_customers_did_themselves(self):
        ticket = self.open_ticket(2026, 3, 2, 12)
        self.act(ticket, self.portal_user)
        self.act(ticket, self.portal_user_b, day=31)
        self.act(ticket, self.agent)
        self.act(ticket, self.portal_user, state="to_approve")
        self.assertEqual(self.figure("self_service").n, 2)
        self.assertEqual(self.figure("self_service", day=31).n, 1)
        self.assertEqual(self.behind("self_service"), ticket)
        spam = self.open_ticket(2026, 3, 2, 12)
        self.act(spam, self.portal_user)
        spam.exclusion = "spam"
        self.assertEqual(self.figure("self_service").n, 2)
