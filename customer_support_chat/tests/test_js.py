from odoo.tests import HttpCase, tagged

from odoo.addons.customer_support.tests.js_common import JsSuites


@tagged("post_install", "-at_install")
class TestJs(JsSuites, HttpCase):
    def test_unit_tests_of_the_back_office(self):
        self.run_suites(
            [
                "@customer_support_chat/chat_store_panel",
                "@customer_support_chat/recipients",
                "@customer_support_chat/ticket_command",
                "@customer_support_chat/user_datetime_field",
            ]
        )

    def test_unit_tests_of_the_chat_window(self):
        suites = [
            "@customer_support_chat/embed/chat_queue",
            "@customer_support_chat/embed/welcome",
        ]
        self.run_suites(suites, path="/web/tests/livechat")
