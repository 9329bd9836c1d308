"""A defect lot is found with its tickets behind it; chance is not."""

from datetime import datetime, timedelta
from random import Random

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.support_pattern_detection import find_growing
from .pattern_common import DAY, MIDDLE, PatternCommon

END = datetime(2015, 3, 2)


@tagged("post_install", "-at_install")
class TestPattern(PatternCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        earlier = [MIDDLE - timedelta(days=one) for one in range(1, 61)]
        lately = cls.days(30, 0, 10)
        cls.good = cls.send(earlier, cls.lot_1)
        cls.bad = cls.send(lately, cls.lot_2)
        cls.sent = [*zip(cls.good, earlier, strict=True)]
        cls.sent += zip(cls.bad, lately, strict=True)

    def complain(self, orders, moments):
        return self.write_tickets(list(zip(orders, moments, strict=False)))

    def seed_defect(self):
        """Three of the good lot break, and twelve of the bad one."""
        self.complain(self.good[:3], self.days(3, 0, 2))
        return self.complain(self.bad, self.days(12, 11, 20))

    def test_a_defect_lot_is_pointed_out_with_its_tickets(self):
        tickets = self.seed_defect()
        found = self.detect().filtered(lambda one: one.kind == "lot")
        self.assertEqual(found.thing_id, self.lot_2.id)
        self.assertEqual(found.thing_name, "Desk lamp, LAMP-2602")
        self.assertEqual((found.recent_count, found.reason_id), (12, self.damaged))
        self.assertEqual(found.ticket_ids, tickets)
        self.assertLess(found.p_value, 0.001)
        self.assertRegex(found.chance, r"^1 in [\d,]+0$")
        self.assertEqual((found.team_id, found.user_id), (self.desk, self.lead))
        self.assertEqual(found.activity_ids.user_id, self.lead)
        self.assertIn("12 cases", found.activity_ids.note)
        self.assertEqual(found.date_to, DAY - timedelta(days=1))
        action = found.with_user(self.lead).action_open_tickets()
        listed = self.env["support.ticket"].with_user(self.lead)
        self.assertEqual(listed.search(action["domain"]), tickets)

    def test_it_is_pointed_out_once_while_it_lasts(self):
        self.seed_defect()
        found = self.detect()
        self.assertTrue(found)
        self.complain(self.bad[15:], self.days(3, 22, 26))
        self.assertFalse(self.detect())
        lot = found.filtered(lambda one: one.kind == "lot")
        self.assertEqual(lot.recent_count, 15)
        self.assertFalse(self.detect(DAY + timedelta(days=1)))
        self.assertEqual(lot.date_to, DAY)
        self.assertEqual(len(lot.activity_ids), 1)

    def test_what_is_put_aside_stays_there_and_needs_a_reason(self):
        self.seed_defect()
        found = self.detect().with_user(self.lead)
        with self.assertRaises(UserError):
            found[0].action_dismiss()
        found.dismissal = "The recall is on its way"
        found.action_dismiss()
        self.assertEqual(set(found.mapped("state")), {"dismissed"})
        self.assertFalse(found.activity_ids)
        self.assertFalse(self.detect(DAY + timedelta(days=1)))
        self.assertEqual(set(found.mapped("state")), {"dismissed"})
        found.action_take_up()
        self.assertEqual(set(found.mapped("state")), {"new"})

    def shuffle(self, tickets, seed):
        """Give each ticket to any order, at any moment of its sixty days."""
        random = Random(seed)
        for ticket in tickets:
            moment = END
            while moment >= END:
                order, sent = random.choice(self.sent)
                moment = sent + timedelta(days=random.uniform(0, 60))
            self.env.cr.execute(
                "UPDATE support_ticket SET sale_order_id = %s, opened_at = %s"
                " WHERE id = %s",
                [order.id, moment, ticket.id],
            )
        self.env.invalidate_all()

    def test_shuffled_tickets_stay_quiet(self):
        tickets = self.complain(self.good[:30], self.days(30))
        alarms = 0
        for seed in range(40):
            self.shuffle(tickets, seed)
            window = self.patterns._get_window(self.company, DAY)
            cells = self.patterns._get_cells(self.company, window)
            self.assertLessEqual({"lot", "product"}, {cell.kind for cell in cells})
            alarms += bool(find_growing(cells))
        # One night in a hundred is allowed.
        self.assertLessEqual(alarms, 1)

    def test_a_few_cases_are_no_pattern(self):
        self.complain(self.bad, self.days(4, 11, 20))
        self.assertFalse(self.detect())

    def test_a_young_desk_is_left_in_peace(self):
        self.seed_defect()
        self.env["support.ticket"].search(
            [("company_id", "=", self.company.id), ("opened_at", "<", MIDDLE)]
        ).unlink()
        self.assertFalse(self.detect())

    def test_the_nightly_job_looks_at_every_company(self):
        self.seed_defect()
        with self.at(2015, 3, 2, 3), self.enter_registry_test_mode():
            self.env.ref("customer_support_metrics.ir_cron_support_pattern").with_user(
                self.env.ref("base.user_root")
            ).method_direct_trigger()
        self.assertTrue(self.patterns.search([("company_id", "=", self.company.id)]))

    def test_a_team_sees_its_own_and_only_managers_act(self):
        self.seed_defect()
        found = self.detect()
        self.desk.member_ids = self.agent_own
        self.env.invalidate_all()
        own = self.patterns.with_user(self.agent_own)
        self.assertEqual(own.search([("id", "in", found.ids)]), found)
        self.assertFalse(
            self.patterns.with_user(self.agent_b).search([("id", "in", found.ids)])
        )
        with self.assertRaises(AccessError):
            found[0].with_user(self.agent_own).dismissal = "No"
        with self.assertRaises(AccessError):
            found[0].with_user(self.agent_own).action_improve()

    def test_an_improvement_is_planned_once_by_one_button(self):
        self.seed_defect()
        found = self.detect().filtered(lambda one: one.kind == "lot")
        found = found.with_user(self.lead)
        action = found.action_improve()
        record = self.env["support.improvement"].browse(action["res_id"])
        self.assertEqual(found.action_improve()["res_id"], record.id)
        self.assertEqual(
            (record.team_id, record.reason_id, record.user_id, record.metric_key),
            (self.desk, self.damaged, self.lead, "contact_rate"),
        )
        self.assertIn("12 cases", record.why)
        self.assertEqual(found.state, "acted")
        self.assertFalse(found.activity_ids)
