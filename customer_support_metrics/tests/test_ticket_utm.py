"""What brought a customer: cookies, links and answers to mailings."""

from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from odoo.addons.customer_support.tests.mail_common import SupportMailCommon
from odoo.addons.http_routing.tests.common import MockRequest

COOKIES = {
    "odoo_utm_campaign": "Winter sale",
    "odoo_utm_source": "Lamp blog",
    "odoo_utm_medium": "Banner",
}


class UtmCommon(SupportMailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create({"title": "Spring"})
        cls.mailing = cls.env["mailing.mailing"].create(
            {
                "subject": "Lamps for spring",
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "campaign_id": cls.campaign.id,
            }
        )

    @classmethod
    def trace(cls, count, status="sent", **vals):
        return cls.env["mailing.trace"].create(
            [
                {
                    "mass_mailing_id": cls.mailing.id,
                    "model": "res.partner",
                    "res_id": cls.customer.id,
                    "email": f"r{number}@example.com",
                    "trace_status": status,
                    **vals,
                }
                for number in range(count)
            ]
        )


@tagged("post_install", "-at_install")
class TestTicketUtm(UtmCommon):
    def open_on_site(self, user, cookies=None, **vals):
        env = self.env(user=user)
        with MockRequest(env, cookies=cookies or {}):
            tickets = (
                env["support.ticket"]
                .sudo()
                .create(
                    [
                        {"name": "Hello", "team_id": self.team.id, **vals}
                        for _number in range(2)
                    ]
                )
            )
        return tickets.with_user(self.env.user)

    def get_marks(self, ticket):
        return ticket.campaign_id.title, ticket.source_id.name, ticket.medium_id.name

    def test_a_visitor_brings_the_marks_of_the_link_that_was_followed(self):
        for user in (self.env.ref("base.public_user"), self.portal_user):
            tickets = self.open_on_site(user, COOKIES)
            for ticket in tickets:
                self.assertEqual(
                    self.get_marks(ticket), ("Winter sale", "Lamp blog", "Banner")
                )
        named = self.env["utm.source"].search([("name", "=", "Lamp blog")])
        self.assertEqual(len(named), 1)

    def test_an_agents_own_visit_marks_no_customer(self):
        tickets = self.open_on_site(self.agent, COOKIES)
        self.assertEqual(self.get_marks(tickets[0]), (False, False, False))

    def test_without_cookies_or_a_request_there_are_none(self):
        tickets = self.open_on_site(self.portal_user) | self.make_ticket()
        for ticket in tickets:
            self.assertEqual(self.get_marks(ticket), (False, False, False))

    def test_a_strangers_name_is_kept_short(self):
        cookies = {"odoo_utm_source": "x" * 5000, "odoo_utm_medium": "  "}
        ticket = self.open_on_site(self.portal_user, cookies)[0]
        self.assertEqual(ticket.source_id.name, "x" * 100)
        self.assertFalse(ticket.medium_id)

    def answer_mailing(self, sender, **extra):
        trace = self.trace(
            1, email="ana@example.com", message_id="<copy-for-ana@store.example.com>"
        )
        headers = {"References": "<other@x.example.com> " + trace.message_id, **extra}
        row = self.receive(self.mail(sender=sender, extra=headers))
        self.assertEqual(row.outcome, "ticket_created", row.error)
        self.env.invalidate_all()
        return row.ticket_id, trace

    def test_an_answer_to_a_mailing_bears_its_marks(self):
        ticket, trace = self.answer_mailing("Ana Souza <Ana@example.com>")
        self.assertEqual(ticket.source_id, self.mailing.source_id)
        self.assertEqual(ticket.campaign_id, self.campaign)
        self.assertEqual(ticket.medium_id, self.mailing.medium_id)
        self.assertEqual(trace.trace_status, "reply")

    def test_who_names_the_copy_of_another_proves_nothing(self):
        ticket, trace = self.answer_mailing("Eve <eve@example.com>")
        self.assertFalse(ticket.source_id)
        self.assertEqual(trace.trace_status, "sent")

    def test_the_analysis_can_be_cut_by_them(self):
        self.open_on_site(self.portal_user, COOKIES)
        report = self.env["support.ticket.report"].with_user(self.lead)
        source = self.env["utm.source"].search([("name", "=", "Lamp blog")])
        for name in ("source_id", "medium_id", "campaign_id"):
            groups = report._read_group(
                [("source_id", "=", source.id)], [name], ["ticket_count:sum"]
            )
            self.assertEqual(groups[0][1], 2, name)


@tagged("post_install", "-at_install")
class TestContactSource(UtmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["support.contact.source"].with_user(cls.lead)

    def test_contacts_for_a_hundred_recipients(self):
        self.trace(7)
        self.trace(3, "open")
        self.trace(4, "bounce")
        self.trace(2, "cancel")
        self.trace(2, is_test_trace=True)
        marks = {"source_id": self.mailing.source_id.id}
        tickets = self.make_ticket(**marks) | self.make_ticket(**marks)
        self.make_ticket(exclusion="spam", **marks)
        self.make_ticket()
        line = self.report.search([("source_id", "=", self.mailing.source_id.id)])
        self.assertEqual(
            (line.kind, line.campaign_id, line.reached_count, line.contact_count),
            ("mailing", self.campaign, 10, 2),
        )
        self.assertAlmostEqual(line.contact_rate, 20)
        listed = self.env["support.ticket"].with_user(self.lead)
        self.assertEqual(listed.search(line.action_open_tickets()["domain"]), tickets)

    def test_no_rate_of_fewer_than_five(self):
        self.trace(4)
        self.make_ticket(source_id=self.mailing.source_id.id)
        line = self.report.search([("source_id", "=", self.mailing.source_id.id)])
        self.assertEqual((line.contact_count, line.contact_rate), (1, 0))

    def test_contacts_for_a_hundred_orders_with_a_promotion(self):
        program = self.env["loyalty.program"].create(
            {
                "name": "Spring sale",
                "program_type": "promotion",
                "reward_ids": [Command.create({"discount": 10})],
            }
        )
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "state": "sale",
                    "date_order": datetime(2026, 3, 2),
                    "order_line": [
                        Command.create(
                            {
                                "name": "10 % off",
                                "product_id": self.lamp.id,
                                "reward_id": program.reward_ids.id,
                            }
                        )
                        for _line in range(2)
                    ],
                }
                for _number in range(8)
            ]
        )
        orders[7].state = "cancel"
        tickets = self.make_ticket(sale_order_id=orders[0].id)
        tickets |= self.make_ticket(sale_order_id=orders[0].id)
        self.make_ticket(sale_order_id=orders[7].id)
        line = self.report.search([("name", "=", "Spring sale")])
        self.assertEqual((line.reached_count, line.contact_count), (7, 2))
        self.assertAlmostEqual(line.contact_rate, 200 / 7)
        listed = self.env["support.ticket"].with_user(self.lead)
        self.assertEqual(listed.search(line.action_open_tickets()["domain"]), tickets)
