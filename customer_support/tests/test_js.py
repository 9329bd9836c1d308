import re

from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js as web_test_js

SUITES = [
    "@customer_support/presence",
    "@customer_support/store_actions",
    "@customer_support/store_panel",
]
PAGE = "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    def test_unit_tests_in_the_browser(self):
        """Run the HOOT suites of this addon."""
        self.build_bundles()
        get_hash = web_test_js.HOOTCommon._generate_hash
        query = "".join(f"&id={get_hash(self, suite)}" for suite in SUITES)
        self.browser_js(
            PAGE + query,
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    def build_bundles(self):
        """Ask for the scripts once: on a slow machine the page would not wait."""
        self.authenticate("admin", "admin")
        page = self.url_open(PAGE, timeout=300)
        for address in set(re.findall(r"/web/assets/[^\"'&]+", page.text)):
            self.url_open(address, timeout=300).raise_for_status()
