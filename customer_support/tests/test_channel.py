from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.incoming_message import IncomingMessage
from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestChannel(SupportCommon):
    """The one door in, as a messaging channel will use it."""

    def setUp(self):
        super().setUp()
        self.channel = self.env["support.channel"].create(
            {"name": "Shop messenger", "kind": "web_form"}
        )

    def receive(self, body, **values):
        values = {"sender_key": "ana.handle", "sender_name": "Ana", **values}
        message = IncomingMessage(body=body, sent_at=datetime(2026, 3, 2, 13), **values)
        return self.channel._receive(message)

    def test_a_first_message_opens_a_ticket_that_waits_for_us(self):
        ticket = self.receive("Where is my <b>lamp</b>?")
        self.assertEqual(ticket.name, "Where is my <b>lamp</b>?")
        self.assertEqual(ticket.channel_id, self.channel)
        self.assertTrue(ticket.is_waiting_agent)
        self.assertEqual(ticket.customer_message_count, 1)
        self.assertIn("&lt;b&gt;", ticket.message_ids[0].body)

    def test_the_next_message_goes_to_the_open_ticket(self):
        ticket = self.receive("Where is my lamp?")
        self.assertEqual(self.receive("Hello?"), ticket)
        ticket.action_close()
        self.assertNotEqual(self.receive("Another thing"), ticket)

    def test_a_handle_is_a_claim_until_it_is_proven(self):
        identity = self.env["support.identity"]._get_or_create(
            self.channel, "ana.handle"
        )
        identity.partner_id = self.customer
        ticket = self.receive("Where is my lamp?")
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.claimed_partner_id, self.customer)
        with self.assertRaises(AccessError):
            ticket.with_user(self.portal_user).read(["name"])

    def test_a_proven_sender_is_the_customer(self):
        identity = self.env["support.identity"]._get_or_create(
            self.channel, "ana.handle"
        )
        identity.write({"partner_id": self.customer.id, "is_verified": True})
        ticket = self.receive("Where is my lamp?")
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.message_ids[0].author_id, self.customer)

    def test_one_sender_is_one_identity_on_each_channel(self):
        Identity = self.env["support.identity"]
        first = Identity._get_or_create(self.channel, "ana.handle")
        self.assertEqual(Identity._get_or_create(self.channel, "ana.handle"), first)
        email = self.env.ref("customer_support.channel_email")
        self.assertNotEqual(Identity._get_or_create(email, "ana.handle"), first)

    def test_a_message_counts_from_when_it_was_written(self):
        with self.at(2026, 3, 2, 9):
            ticket = self.receive("Where is my lamp?")
            self.assertEqual(ticket.last_customer_message_at, datetime(2026, 3, 2, 9))
        with self.at(2026, 3, 2, 15):
            self.receive("Hello?")
        moment = datetime(2026, 3, 2, 13)
        self.assertEqual(ticket.message_ids[0].date, moment)
        self.assertEqual(ticket.last_customer_message_at, moment)
        self.assertFalse(ticket._get_clock_differences())

    def test_nobody_brings_another_time_from_outside(self):
        ticket = self.make_ticket()
        for told in ("2020-01-01 00:00:00", datetime(2020, 1, 1)):
            self.assertIsNone(
                ticket.with_context(support_written_at=told)._get_written_at()
            )

    def test_the_customers_own_message_is_not_mailed_back(self):
        ticket = self.receive("Where is my lamp?", email="eva@example.com")
        self.assertFalse(ticket.message_ids.sudo().mail_ids)
