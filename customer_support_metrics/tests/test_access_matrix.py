from pathlib import Path

from odoo.tests import tagged

from odoo.addons.customer_support.tests.access_common import AccessChecks
from odoo.addons.customer_support.tests.common import SupportCommon


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessChecks, SupportCommon):
    addon = "customer_support_metrics"
    expected = Path(__file__).parent / "expected"
