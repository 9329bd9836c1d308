from datetime import datetime

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..tools.incoming_message import IncomingMessage
from .common import SupportCommon


class IdentityCommon(SupportCommon):
    """A channel on which Ana may be writing under a handle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["support.channel"].create(
            {"name": "Shop messenger", "kind": "web_form"}
        )
        cls.identity = cls.env["support.identity"]._get_or_create(
            cls.channel, "ana.handle"
        )
        cls.env["support.rate.limit"].search([]).unlink()

    def receive(self, body="Where is my lamp?"):
        message = IncomingMessage(
            sender_key="ana.handle",
            sender_name="Ana",
            body=body,
            sent_at=datetime(2026, 3, 2, 13),
        )
        ticket = self.channel._receive(message)
        ticket.team_id = self.team
        return ticket

    def join(self, ticket, agent=None):
        ticket.claimed_partner_id = self.customer
        ticket.with_user(agent or self.agent).action_join_sender()


@tagged("post_install", "-at_install")
class TestIdentityJoin(IdentityCommon):
    """A sender is a customer's by proof alone, and can be taken away again."""

    def test_a_colleagues_confirmation_joins_and_is_noted_as_that(self):
        ticket = self.receive()
        self.join(ticket)
        self.assertTrue(self.identity.is_verified)
        self.assertEqual(self.identity.partner_id, self.customer)
        self.assertEqual(self.identity.verified_by, "agent")
        self.assertEqual(self.identity.verified_user_id, self.agent)
        self.assertTrue(self.identity.verified_at)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertIn("Bia Ramos", self.identity.message_ids[0].body)
        self.assertIn("Bia Ramos", ticket.message_ids[0].body)

    def test_a_code_to_the_order_is_the_proof_where_there_was_one(self):
        ticket = self.receive()
        self.identity._prove_order(self.order)
        self.join(ticket)
        self.assertEqual(self.identity.verified_by, "code")

    def test_a_code_for_somebody_elses_order_is_no_proof(self):
        ticket = self.receive()
        self.identity._prove_order(self._new_order(self.customer_b))
        self.join(ticket)
        self.assertEqual(self.identity.verified_by, "agent")

    def test_nobody_edits_whose_a_sender_is(self):
        values = {"partner_id": self.customer.id, "is_verified": True}
        for user in (self.agent, self.lead):
            identity = self.identity.with_user(user)
            for name, value in values.items():
                with self.assertRaises(AccessError):
                    identity.write({name: value})
            with self.assertRaises(AccessError):
                identity.write({"sender_key": "somebody.else"})
        with self.assertRaises(AccessError):
            self.identity.with_user(self.lead).create(
                {"channel_id": self.channel.id, "sender_key": "new", **values}
            )

    def test_a_sender_of_one_customer_is_not_joined_to_another(self):
        self.join(self.receive())
        with self.assertRaises(UserError):
            self.identity._join(self.customer_b, "agent", self.agent)
        self.assertEqual(self.identity.partner_id, self.customer)

    def test_who_may_not_write_the_case_joins_nothing(self):
        ticket = self.receive()
        ticket.claimed_partner_id = self.customer
        for user in (self.agent_b, self.portal_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_join_sender()
        self.assertFalse(self.identity.is_verified)

    def test_other_cases_of_the_sender_follow_but_not_those_about_others(self):
        ticket = self.receive()
        other = self.make_ticket(
            partner_id=False,
            claimed_partner_id=self.customer_b.id,
            identity_id=self.identity.id,
        )
        second = self.make_ticket(partner_id=False, identity_id=self.identity.id)
        self.join(ticket)
        self.assertEqual(second.partner_id, self.customer)
        self.assertFalse(other.partner_id)

    # --- splitting ----------------------------------------------------------------

    def test_a_split_locks_the_orders_again(self):
        ticket = self.receive()
        self.identity._prove_order(self.order)
        self.join(ticket)
        self.identity.with_user(self.agent).action_split()
        self.assertFalse(self.identity.partner_id)
        self.assertFalse(self.identity.is_verified)
        self.assertFalse(self.identity._get_proven_orders())
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.claimed_partner_id, self.customer)
        self.assertFalse(ticket.email_from)
        self.assertNotIn(self.customer, ticket.message_partner_ids)
        with self.assertRaises(AccessError):
            ticket.with_user(self.portal_user).read(["name"])
        self.assertIn("taken away", self.identity.message_ids[0].body)
        self.assertFalse(self.receive("Hello?").partner_id)

    def test_after_a_split_the_strangers_words_are_his_own(self):
        ticket = self.receive("First")
        self.join(ticket)
        self.receive("I am Ana")
        [message] = ticket.message_ids.filtered(lambda m: "I am Ana" in m.body)
        self.assertEqual(message.author_id, self.customer)
        answer = self.agent_replies(ticket)
        self.identity.with_user(self.agent).action_split()
        self.assertFalse(message.author_id)
        self.assertEqual(message.email_from, "ana.handle")
        self.assertNotIn(self.customer.email, message.email_from)
        self.assertEqual(answer.author_id, self.agent.partner_id)
        self.assertFalse(ticket._get_clock_differences())

    def test_a_case_that_the_customer_wrote_in_by_mail_stays_his(self):
        ticket = self.receive()
        self.join(ticket)
        self.customer_writes(ticket, "This is me, Ana.")
        self.identity.with_user(self.agent).action_split()
        self.assertEqual(ticket.partner_id, self.customer)

    def test_cases_of_the_customer_by_other_ways_stay(self):
        own = self.make_ticket()
        self.join(self.receive())
        self.identity.with_user(self.agent).action_split()
        self.assertEqual(own.partner_id, self.customer)

    def merge_and_split(self, is_answered=False, is_turned=False):
        """The stranger's case goes into one of the customer, or the other way round.

        :return: both cases, and the first words of the stranger
        """
        stranger, own = self.receive("I am a stranger"), self.make_ticket()
        self.customer_writes(own, "I am Ana")
        [words] = stranger.message_ids.filtered(lambda m: "stranger" in m.body)
        self.join(stranger)
        loser, survivor = (own, stranger) if is_turned else (stranger, own)
        loser._merge_into(survivor)
        if is_answered:
            self.agent_replies(survivor)
        self.identity.with_user(self.lead).action_split()
        return stranger, own, words

    def test_a_strangers_merged_case_leads_to_himself_after_the_split(self):
        for is_answered in (False, True):
            with self.subTest(is_answered=is_answered):
                stranger, own, words = self.merge_and_split(is_answered)
                self.assertEqual(stranger._get_survivor(), stranger)
                self.assertFalse(stranger.partner_id or stranger.closed_at)
                self.assertEqual(words.res_id, stranger.id)
                self.assertFalse(words.author_id)
                self.assertEqual(own.partner_id, self.customer)
                self.assertEqual((stranger | own)._get_clock_differences(), [])
                stranger.action_close()

    def test_a_customers_case_that_was_merged_into_the_strangers_comes_back(self):
        for is_answered in (False, True):
            with self.subTest(is_answered=is_answered):
                stranger, own, _words = self.merge_and_split(is_answered, True)
                self.assertEqual(own._get_survivor(), own)
                self.assertEqual(own.partner_id, self.customer)
                self.assertFalse(stranger.partner_id)
                words = "".join(stranger.message_ids.mapped("body"))
                self.assertNotIn("I am Ana", words)
                self.assertNotIn(self.customer, stranger.message_partner_ids)
                stranger.action_close()

    def test_a_case_in_the_middle_of_a_chain_of_merges_is_taken_out(self):
        stranger, own, last = self.receive(), self.make_ticket(), self.make_ticket()
        self.join(stranger)
        stranger._merge_into(own)
        own._merge_into(last)
        self.identity.with_user(self.lead).action_split()
        self.assertEqual(stranger._get_survivor(), stranger)
        self.assertEqual(own._get_survivor(), last)
        self.assertIn("Where is my lamp?", "".join(stranger.message_ids.mapped("body")))

    def test_cases_of_the_stranger_alone_stay_merged(self):
        first = self.receive()
        second = self.make_ticket(partner_id=False, identity_id=self.identity.id)
        self.join(first)
        second._merge_into(first)
        self.identity.with_user(self.lead).action_split()
        self.assertEqual(second._get_survivor(), first)

    def test_nothing_goes_on_from_a_strangers_case_in_one_of_the_customer(self):
        stranger = self.receive()
        earlier, later = self.make_ticket(), self.make_ticket()
        self.join(stranger)
        stranger.previous_ticket_id, later.previous_ticket_id = earlier, stranger
        self.identity.with_user(self.lead).action_split()
        self.assertFalse(stranger.previous_ticket_id or stranger.next_ticket_ids)

    def test_a_merge_with_a_case_of_colleagues_needs_a_manager_to_split(self):
        stranger = self.receive()
        self.join(stranger)
        stranger._merge_into(self.make_ticket(team_id=self.team_b.id))
        with self.assertRaises(AccessError):
            self.identity.with_user(self.agent).action_split()
        self.assertTrue(stranger.merged_into_id)

    def test_a_case_of_colleagues_needs_a_manager_to_split(self):
        ticket = self.receive()
        self.join(ticket)
        ticket.write({"team_id": self.team_b.id, "user_id": self.agent_b.id})
        with self.assertRaises(AccessError):
            self.identity.with_user(self.agent).action_split()
        self.assertTrue(self.identity.is_verified)
        self.identity.with_user(self.lead).action_split()
        self.assertFalse(self.identity.is_verified)

    def test_customers_neither_see_nor_split_senders(self):
        self.join(self.receive())
        with self.assertRaises(AccessError):
            self.identity.with_user(self.portal_user).action_split()

    def test_staff_sees_all_senders_of_a_customer(self):
        ticket = self.receive()
        self.join(ticket)
        for action in (
            ticket.with_user(self.agent_own).action_view_senders(),
            self.customer.with_user(self.agent_own).action_view_support_senders(),
        ):
            found = (
                self.env["support.identity"]
                .with_user(self.agent_own)
                .search(action["domain"])
            )
            self.assertEqual(found, self.identity)


@tagged("post_install", "-at_install")
class TestIdentityLink(IdentityCommon, HttpCase):
    """Whoever reads the customer's mail says whether a sender is his."""

    def setUp(self):
        super().setUp()
        self.ticket = self.receive()
        self.ticket.claimed_partner_id = self.customer

    def make_path(self, partner=None):
        link = self.identity._make_join_link(partner or self.customer)
        return link[link.index("/support/join/") :]

    def confirm(self, path, csrf=True):
        data = {"csrf_token": http.Request.csrf_token(self)} if csrf else {}
        return self.url_open(path, data=data, method="POST")

    def test_the_mail_goes_to_the_address_we_know_and_hangs_nowhere(self):
        self.ticket.with_user(self.agent).action_send_join_link()
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertEqual(mail.email_to, self.customer.email_formatted)
        self.assertIn("/support/join/", mail.body_html)
        self.assertFalse(mail.res_id)
        messages = self.identity.message_ids | self.ticket.message_ids
        self.assertNotIn("/support/join/", "".join(messages.mapped("body")))
        for _ in range(2):
            self.ticket.with_user(self.agent).action_send_join_link()
        with self.assertRaises(UserError):
            self.ticket.with_user(self.agent).action_send_join_link()

    def test_opening_the_link_changes_nothing_and_confirming_joins(self):
        self.authenticate(None, None)
        path = self.make_path()
        page = self.url_open(path)
        self.assertIn("ana.handle", page.text)
        self.assertFalse(self.identity.is_verified)
        self.confirm(path)
        self.assertEqual(self.identity.verified_by, "link")
        self.assertEqual(self.ticket.partner_id, self.customer)

    def test_a_login_is_the_better_proof(self):
        self.authenticate(self.portal_user.login, self.portal_user.login)
        self.confirm(self.make_path())
        self.assertEqual(self.identity.verified_by, "login")

    def test_another_customer_cannot_use_the_link(self):
        self.authenticate(self.portal_user_b.login, self.portal_user_b.login)
        path = self.make_path()
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(path).status_code, 404)
            self.assertEqual(self.confirm(path).status_code, 404)
        self.assertFalse(self.identity.is_verified)

    @mute_logger("odoo.http")
    def test_other_links_open_nothing(self):
        self.authenticate(None, None)
        path = self.make_path()
        for wrong in (path[:-3] + "abc", "/support/join/x", path + "A"):
            self.assertEqual(self.url_open(wrong).status_code, 404)
        self.assertEqual(self.confirm(path, csrf=False).status_code, 400)
        self.identity._join(self.customer, "agent", self.agent)
        self.identity.with_user(self.lead).action_split()
        self.assertEqual(self.confirm(path).status_code, 404)
        self.assertFalse(self.identity.is_verified)

    @mute_logger("odoo.http")
    def test_a_link_ends_after_two_days(self):
        with self.at(2026, 3, 2, 13):
            path = self.make_path()
        self.authenticate(None, None)
        self.assertEqual(self.url_open(path).status_code, 404)
