"""The analysis of tickets by pivot, graph and list."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .metric_common import HOUR, MetricCommon


@tagged("post_install", "-at_install")
class TestTicketReport(MetricCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["support.ticket.report"].with_user(cls.lead)

    def lines(self, user=None):
        report = self.report.with_user(user or self.lead)
        return report.search([("team_id", "in", (self.team | self.team_b).ids)])

    def test_times_are_those_of_the_ticket(self):
        ticket = self.open_ticket(2026, 3, 6, 19)
        self.reply_at(ticket, 2026, 3, 9, 13)
        self.write_at(ticket, 2026, 3, 9, 14)
        self.reply_at(ticket, 2026, 3, 9, 16)
        self.do_at(ticket, "action_close", 2026, 3, 9, 17)
        line = self.lines()
        self.assertEqual(line.ticket_id, ticket)
        expected = {
            "first_response_hours": 66,
            "first_response_business_hours": 2,
            "next_reply_hours": 2,
            "first_resolution_hours": 70,
            "resolution_business_hours": 6,
            "net_resolution_business_hours": 6,
            "reply_count": 2,
            "ticket_count": 1,
            "solved_count": 1,
            "open_count": 0,
            "response_met_count": 1,
            "resolution_missed_count": 0,
        }
        self.assertEqual({name: line[name] for name in expected}, expected)
        self.assertEqual(line.first_agent_id, self.agent)

    def test_what_has_not_happened_does_not_lower_an_average(self):
        self.answered(4)
        self.open_ticket(2026, 3, 2, 12)
        ((count, average),) = self.report._read_group(
            [("team_id", "=", self.team.id)],
            [],
            ["ticket_count:sum", "first_response_hours:avg"],
        )
        self.assertEqual((count, average), (2, 4))

    def test_only_what_counts_has_a_line(self):
        kept, spam, lost = (self.open_ticket(2026, 3, 2, 12) for _number in range(3))
        spam.exclusion = "spam"
        lost._merge_into(kept)
        self.assertEqual(self.lines().ticket_id, kept)

    def test_what_was_bought_and_how_it_went(self):
        category = self.env["product.category"].create({"name": "Lamps"})
        self.lamp.categ_id = category
        carrier = self.env["delivery.carrier"].create(
            {"name": "Fast post", "product_id": self.bulb.id}
        )
        brazil = self.env.ref("base.br")
        self.customer.country_id = brazil
        self.order.picking_ids.carrier_id = carrier
        program = self.env["loyalty.program"].create(
            {
                "name": "Spring sale",
                "program_type": "promotion",
                "reward_ids": [Command.create({"discount": 10})],
            }
        )
        self.order.order_line[1].reward_id = program.reward_ids
        self.open_ticket(
            2026, 3, 2, 12,
            sale_order_id=self.order.id,
            line_ids=[Command.create({"sale_line_id": self.order.order_line[0].id})],
        )  # fmt: skip
        line = self.lines()
        self.assertEqual(
            (line.product_id, line.categ_id, line.carrier_id, line.program_id),
            (self.lamp, category, carrier, program),
        )
        self.assertEqual(line.country_id, brazil)
        for name in (
            "product_id",
            "categ_id",
            "carrier_id",
            "program_id",
            "country_id",
        ):
            groups = self.report._read_group(
                [("team_id", "=", self.team.id)], [name], ["ticket_count:sum"]
            )
            self.assertEqual(groups, [(line[name], 1)], name)

    def test_a_product_asked_about_before_buying(self):
        self.open_ticket(2026, 3, 2, 12, product_id=self.bulb.id)
        self.assertEqual(self.lines().product_id, self.bulb)

    def test_it_says_the_same_as_the_dashboard(self):
        for hours in (2, 3, 4, 5, 6):
            self.solved(hours)
        figure = self.figure("full_resolution")
        ((count, average),) = self.report._read_group(
            [("team_id", "=", self.team.id)],
            [],
            ["solved_count:sum", "resolution_hours:avg"],
        )
        self.assertEqual(count, figure.n)
        self.assertAlmostEqual(average * HOUR, figure.mean)

    def test_a_line_is_seen_by_whoever_sees_the_ticket(self):
        mine = self.open_ticket(2026, 3, 2, 12, user_id=self.agent_own.id)
        team = self.open_ticket(2026, 3, 2, 12, user_id=self.agent.id)
        other = self.open_ticket(2026, 3, 2, 12, team_id=self.team_b.id)
        for user, tickets in (
            (self.lead, mine | team | other),
            (self.agent, mine | team),
            (self.agent_own, mine),
            (self.agent_b, other),
        ):
            self.assertEqual(self.lines(user).ticket_id, tickets, user.name)
        with self.assertRaises(AccessError):
            self.lines(self.portal_user)

    def test_a_line_opens_its_ticket(self):
        ticket = self.open_ticket(2026, 3, 2, 12)
        action = self.lines().action_open_ticket()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("support.ticket", ticket.id)
        )
