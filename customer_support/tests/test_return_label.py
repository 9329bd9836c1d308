"""The label of a return: by the original carrier where it makes one, else a slip."""

from unittest import SkipTest

from freezegun import freeze_time

from odoo.tests import tagged

from .action_common import ActionCommon


@tagged("post_install", "-at_install")
class TestReturnLabel(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "support_test_carrier" not in cls.env.registry._init_modules:
            raise SkipTest("No carrier makes return labels without the test carrier.")
        # Imported here: most stores do not have it.
        from odoo.addons.support_test_carrier.models import delivery_carrier  # noqa: PLC0415

        cls.asked = delivery_carrier.ASKED
        cls.test_carrier = cls.carrier.copy(
            {"name": "Test Parcel", "delivery_type": "support_test"}
        )
        cls.bought = cls.buy({cls.bulb: 2})
        cls.pay(cls.bought)

    def setUp(self):
        super().setUp()
        self.asked.clear()

    def return_goods(self, answer="label", carrier=None):
        """The return of a bulb that a carrier brought, who answers in some way."""
        self.test_carrier.support_test_answer = answer
        self.patch(type(self), "carrier", carrier or self.test_carrier)
        self.out = self.ship(self.bought)
        self.ticket = self.make_order_ticket(self.bought)
        line = self.bought.order_line
        return self.request(self.ticket, "return", {line: 1}).picking_ids

    def run_job(self, moment="2026-11-02 12:00:00"):
        self.env.flush_all()
        job = self.env.ref("customer_support.ir_cron_support_return_label")
        with freeze_time(moment), self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def test_the_carrier_of_the_delivery_makes_the_label(self):
        back = self.return_goods()
        self.assertEqual(self.out.carrier_id, self.test_carrier)
        self.assertEqual(back.support_label_state, "to_make")
        self.assertFalse(self.asked)
        self.run_job()
        self.run_job()
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(back.support_label_state, "made")
        self.assertEqual(back.carrier_id, self.test_carrier)
        label = back._get_return_label()
        self.assertEqual(label.mimetype, "application/pdf")
        self.assertTrue(label.name.startswith("LabelReturn-support_test"))

    def test_a_carrier_that_makes_none_leaves_a_slip_at_once(self):
        fixed = self.test_carrier.copy({"name": "Swift", "delivery_type": "fixed"})
        back = self.return_goods(carrier=fixed)
        self.assertEqual(back.support_label_state, "slip")
        self.assertFalse(back._get_return_label())

    def test_a_carrier_that_comes_round_makes_the_label_later(self):
        for answer in ("crash", "refusal", "nothing"):
            with self.subTest(answer=answer), self.cr.savepoint() as savepoint:
                self.asked.clear()
                back = self.return_goods(answer)
                self.run_job("2026-11-02 12:00:00")
                self.assertEqual(back.support_label_state, "to_make")
                self.test_carrier.support_test_answer = "label"
                self.run_job("2026-11-02 12:05:00")
                self.assertEqual(len(self.asked), 1)
                self.run_job("2026-11-02 12:11:00")
                self.assertEqual(back.support_label_state, "made")
                self.assertTrue(back._get_return_label())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_after_three_tries_it_is_a_slip_and_no_names_are_in_the_log(self):
        back = self.return_goods("refusal")
        with self.assertLogs("odoo.addons.customer_support", "WARNING") as log:
            for moment in ("12:00:00", "12:11:00", "12:42:00", "14:00:00"):
                self.run_job(f"2026-11-02 {moment}")
        self.assertEqual(len(self.asked), 3)
        self.assertEqual(back.support_label_state, "slip")
        self.assertFalse(back.carrier_id)
        self.assertFalse(back._get_return_label())
        self.assertNotIn("Ana Souza", "".join(log.output))
        self.assertIn("Ana Souza", back.message_ids[:1].body)

    def test_a_carrier_that_does_not_answer_delays_nobody_else(self):
        lost = self.return_goods("crash")
        other = self.buy({self.bulb: 1})
        fine = self.test_carrier.copy({"support_test_answer": "label"})
        self.patch(type(self), "carrier", fine)
        self.ship(other)
        ticket = self.make_order_ticket(other)
        back = self.request(ticket, "return", {other.order_line: 1}).picking_ids
        self.run_job()
        self.assertEqual(lost.support_label_state, "to_make")
        self.assertEqual(back.support_label_state, "made")
