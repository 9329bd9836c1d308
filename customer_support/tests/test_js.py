from odoo.tests import HttpCase, tagged

from .js_common import JsSuites

SUITES = [
    "@customer_support/message_actions",
    "@customer_support/notes_only",
    "@customer_support/presence",
    "@customer_support/store_actions",
    "@customer_support/store_panel",
    "@customer_support/writing_hints",
]


@tagged("post_install", "-at_install")
class TestJs(JsSuites, HttpCase):
    def test_unit_tests_in_the_browser(self):
        """Run the HOOT suites of this addon."""
        self.run_suites(SUITES)
