"""Runs HOOT suites of an addon in a browser."""

import re

from odoo.addons.web.tests import test_js as web_test_js

OPTIONS = "?headless&loglevel=2&preset=desktop&timeout=15000"


class JsSuites:
    """An HttpCase of an addon inherits it and names suites in ``run_suites``."""

    def run_suites(self, suites, path="/web/tests"):
        """Run HOOT suites; a failing test of theirs fails this one.

        :param suites: names such as ``@customer_support/presence``
        :param str path: the page with the tests
        """
        page = path + OPTIONS
        self.build_bundles(page)
        get_hash = web_test_js.HOOTCommon._generate_hash
        query = "".join(f"&id={get_hash(self, suite)}" for suite in suites)
        self.browser_js(
            page + query,
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    def build_bundles(self, path):
        """Ask for the scripts once: on a slow machine the page would not wait."""
        self.authenticate("admin", "admin")
        page = self.url_open(path, timeout=300)
        for address in set(re.findall(r"/web/assets/[^\"'&]+", page.text)):
            self.url_open(address, timeout=300).raise_for_status()
