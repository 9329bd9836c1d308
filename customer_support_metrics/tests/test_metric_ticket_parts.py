"""Any figure by what its tickets are about."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.support_metric import TICKET_PARTS
from .metric_common import MetricCommon
from .survey_common import SurveyCommon

MARCH = {"date_from": "2026-03-01", "date_to": "2026-03-31"}


class PartsCommon(MetricCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "Lamps"})
        cls.lamp.categ_id = cls.category
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Fast post", "product_id": cls.bulb.id}
        )
        cls.order.picking_ids.carrier_id = cls.carrier
        cls.order.carrier_id = cls.carrier
        cls.promotion = cls.env["loyalty.program"].create(
            {
                "name": "Spring sale",
                "program_type": "promotion",
                "reward_ids": [Command.create({"discount": 10})],
            }
        )
        cls.order.order_line[1].reward_id = cls.promotion.reward_ids
        cls.order.partner_shipping_id.country_id = cls.env.ref("base.br")
        cls.website = cls.env["website"].create({"name": "Lamps only"})
        cls.expected = {
            "product": cls.lamp,
            "category": cls.category,
            "carrier": cls.carrier,
            "promotion": cls.promotion,
            "country": cls.env.ref("base.br"),
            "website": cls.website,
        }

    @classmethod
    def about_the_order(cls):
        """What a ticket about the lamp of the order has."""
        line = cls.order.order_line[0]
        return {
            "sale_order_id": cls.order.id,
            "line_ids": [Command.create({"sale_line_id": line.id})],
            "website_id": cls.website.id,
        }

    def bars(self, key, group, user=None, **filters):
        metrics = self.metrics.with_user(user or self.lead)
        filters = {**MARCH, "team_ids": self.team.ids, **filters}
        return metrics.get_bars(key, group, filters)


@tagged("post_install", "-at_install")
class TestTicketParts(PartsCommon):
    def test_each_part_is_named_and_all_of_them_add_up(self):
        for _number in range(5):
            self.answered(2, **self.about_the_order())
        for _number in range(2):
            self.answered(3, partner_id=self.customer_b.id)
        self.customer_b.country_id = False
        for part, record in self.expected.items():
            first, second = self.bars("first_response", part)
            self.assertEqual(
                (first["id"], first["name"]), (record.id, record.display_name), part
            )
            shown, rest = first["figure"], second["figure"]
            self.assertEqual((shown["n"], shown["median"]), (5, 7200))
            self.assertEqual(
                shown["n"] + rest["n"], self.figure("first_response").n, part
            )
            # Two replies could be traced to whom they were for.
            self.assertEqual((second["id"], rest["n"]), (False, 2))
            self.assertTrue(rest["is_hidden"])
            self.assertIsNone(rest["median"])

    def test_a_bar_leads_to_its_tickets(self):
        lamp = self.answered(2, **self.about_the_order())
        self.answered(2, partner_id=self.customer_b.id)
        for part, record in self.expected.items():
            chosen = {f"{part}_ids": record.ids}
            self.assertEqual(self.figure("replies", **chosen).n, 1, part)
            self.assertEqual(self.behind("replies", **chosen), lamp, part)

    def test_all_figures_with_tickets_behind_have_them_and_no_other(self):
        self.solved(2, **self.about_the_order())
        for metric in self.metrics._get_metrics():
            chart = self.metrics.get_chart(metric.key, MARCH)
            if not metric.has_tickets or metric.documents:
                self.assertEqual(chart["parts"], [], metric.key)
                continue
            shown = {*chart["parts"], *chart["groups"]}
            self.assertLessEqual(TICKET_PARTS.keys(), shown, metric.key)
            for part in chart["parts"]:
                # Only who asks for a part has it counted.
                self.assertNotIn(part, chart["groups"])
                question = self.ask("2026-03-01", "2026-03-31")
                parts = self.metrics._get_groups(
                    metric, question, question.period, part
                )
                (whole,) = self.metrics._get_figures(
                    metric, question, [question.period]
                )
                counted = sum(figure.n for figure in parts.values())
                self.assertEqual(counted, whole.n, (metric.key, part))

    def test_a_team_sees_its_own_tickets_alone(self):
        self.answered(2, **self.about_the_order())
        ours = self.bars("created", "product", self.agent, team_ids=[])
        self.assertEqual([bar["id"] for bar in ours], self.lamp.ids)
        self.assertFalse(self.bars("created", "product", self.agent_b, team_ids=[]))
        self.assertFalse(self.bars("created", "product", self.agent_b))

    def test_what_is_no_part_of_the_figure_is_refused(self):
        for key, part in (
            ("created", "lot"),
            ("created", "ticket_id"),
            ("created", "name; DROP TABLE support_ticket"),
            ("nps", "product"),
            ("support_cost", "website"),
        ):
            with self.assertRaises(UserError):
                self.bars(key, part)
        with self.assertRaises(AccessError):
            self.bars("created", "product", self.portal_user)


@tagged("post_install", "-at_install")
class TestScoresByPart(SurveyCommon, PartsCommon):
    def test_satisfaction_by_product_and_website(self):
        answers = self.add_answers("csat", [5, 5, 4, 5, 1, 1, 2])
        answers[:5].ticket_id.write(self.about_the_order())
        for part in ("product", "website"):
            first, second = self.bars("csat", part)
            self.assertEqual(first["id"], self.expected[part].id)
            self.assertEqual((first["figure"]["n"], first["figure"]["value"]), (5, 80))
            self.assertEqual((second["id"], second["figure"]["n"]), (False, 2))
            self.assertIsNone(second["figure"]["value"])
