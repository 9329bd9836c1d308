from uuid import uuid4

from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestFormKey(SupportCommon):
    """A form that is sent twice posts once; in parallel, see tests/reliability."""

    def test_what_a_form_has_posted_is_found_by_its_key(self):
        ticket, key = self.make_ticket(), uuid4().hex
        self.assertFalse(ticket._find_form_message(key))
        message = ticket._post_from_customer("And the bulb?", self.customer, (), key)
        self.assertEqual(ticket._find_form_message(key), message)

    def test_a_key_belongs_to_one_ticket(self):
        ticket, other, key = self.make_ticket(), self.make_ticket(), uuid4().hex
        ticket._post_from_customer("And the bulb?", self.customer, (), key)
        self.assertFalse(other._find_form_message(key))

    def test_without_a_proper_key_every_message_is_posted(self):
        ticket = self.make_ticket()
        for key in ("", "<forged@example.com>", "A" * 32, "0" * 31):
            message = ticket._post_from_customer("Hello", self.customer, (), key)
            self.assertTrue(message.message_id, key)
            self.assertFalse(ticket._find_form_message(key), key)
