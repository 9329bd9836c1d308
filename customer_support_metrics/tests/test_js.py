from odoo.tests import HttpCase, tagged

from odoo.addons.customer_support.tests.js_common import JsSuites


@tagged("post_install", "-at_install")
class TestJs(JsSuites, HttpCase):
    def test_unit_tests_in_the_browser(self):
        """Run the HOOT suites of this addon."""
        self.run_suites(
            [
                "@customer_support_metrics/dashboard",
                "@customer_support_metrics/live_board",
            ]
        )
