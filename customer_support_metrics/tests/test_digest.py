"""Support in the digest that managers are mailed."""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .metric_common import MetricCommon


@tagged("post_install", "-at_install")
class TestDigest(MetricCommon):
    def get_kpis(self, user):
        digest = self.env["digest.digest"].create(
            {"name": "Weekly", "periodicity": "weekly"}
        )
        return digest.with_user(user).with_context(
            start_datetime=datetime(2026, 3, 2), end_datetime=datetime(2026, 3, 9)
        )

    def test_new_and_solved_cases_of_the_week(self):
        self.solved(2)
        self.open_ticket(2026, 3, 3, 12)
        self.open_ticket(2026, 3, 3, 12).exclusion = "spam"
        self.open_ticket(2026, 3, 10, 12)
        digest = self.get_kpis(self.lead)
        self.assertEqual(digest.sudo(False).kpi_support_created_value, 2)
        self.assertEqual(digest.sudo(False).kpi_support_solved_value, 1)

    def test_who_may_not_see_all_is_not_told(self):
        with self.assertRaises(AccessError):
            self.get_kpis(self.agent).kpi_support_created_value.bit_length()
