"""What is written with carriers and suppliers stays out of the customer's sight."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .mail_common import SupportMailCommon
from .web_common import SupportWebCase

SECRET = "Parcel fell off the truck"


class SideCommon(SupportMailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier = cls.env["res.partner"].create(
            {"name": "Parcel Express", "email": "claims@parcel.example.org"}
        )

    def begin(self, ticket, message="<p>Where is BR1?</p>", **vals):
        with self.mock_mail_gateway():
            conversation = (
                self.env["support.side.conversation"]
                .with_user(self.agent)
                .create(
                    {
                        "name": "Parcel BR1",
                        "ticket_id": ticket.id,
                        "partner_id": self.carrier.id,
                        "first_message": message,
                        **vals,
                    }
                )
            )
            self.env.cr.flush()
        self.sent = self._new_mails
        return conversation

    def answer(self, conversation, to=None, sender=None, reference=None):
        """The carrier's mail, through the same door as every other mail."""
        extra = {"In-Reply-To": reference} if reference else None
        raw = self.mail(
            sender=sender or "Claims <claims@parcel.example.org>",
            to=to or conversation.alias_email,
            subject="Re: Parcel BR1",
            body=SECRET.encode(),
            message_id=f"<carrier-{self.count_rows()}@parcel.example.org>",
            extra=extra,
        )
        with self.mock_mail_gateway():
            self.deliver(raw)
            self.env.flush_all()
        self.sent = self._new_mails
        self.env.invalidate_all()
        return conversation.message_ids[0]


@tagged("post_install", "-at_install")
class TestSideConversation(SideCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(user_id=self.agent.id)
        self.customer_writes(self.ticket)
        self.ticket.message_subscribe((self.customer | self.customer_b).ids)

    def test_the_carrier_is_written_to_and_answers_to_an_address_of_its_own(self):
        conversation = self.begin(self.ticket)
        self.assertEqual(self.addresses_of(self.sent), {"claims@parcel.example.org"})
        self.assertIn(conversation.alias_email, self.sent[0].reply_to)
        self.assertNotIn("ana@example.com", str(self.sent.mapped("body_html")))

    def test_the_answer_comes_back_by_address_or_by_thread_and_is_noted(self):
        conversation = self.begin(self.ticket)
        first = conversation.message_ids.filtered(lambda m: "Where is BR1" in m.body)
        for route in (
            {},
            {"to": "other@desk.example.com", "reference": first.message_id},
        ):
            before = self.ticket.message_ids
            message = self.answer(conversation, **route)
            self.assertIn(SECRET, message.body)
            note = self.ticket.message_ids - before
            self.assertEqual(len(note), 1)
            self.assertTrue(note.subtype_id.internal)
            self.assertIn(SECRET, note.body)
            self.assertIn(self.agent.partner_id, note.notified_partner_ids)
        self.assertTrue(conversation.answered_at)

    def test_an_unknown_sender_is_named_by_the_address(self):
        conversation = self.begin(self.ticket)
        self.answer(conversation, sender="Night shift <night@parcel.example.org>")
        self.assertIn("night@parcel.example.org", self.ticket.message_ids[0].body)

    def test_an_answer_opens_no_ticket_and_moves_no_clock(self):
        conversation = self.begin(self.ticket)
        before = self.ticket._get_clock_state()
        count = self.env["support.ticket"].search_count([])
        self.answer(conversation)
        self.process()
        self.assertEqual(self.env["support.ticket"].search_count([]), count)
        self.assertEqual(self.ticket._get_clock_state(), before)

    def test_no_mail_of_it_goes_to_the_customers_side(self):
        conversation = self.begin(self.ticket)
        self.answer(conversation)
        told = self.addresses_of(self.sent)
        with self.mock_mail_gateway():
            conversation.with_user(self.agent).message_post(
                body="Look again, please.", subtype_xmlid="mail.mt_comment"
            )
            self.env.cr.flush()
        told |= self.addresses_of(self._new_mails)
        self.assertFalse(told & {"ana@example.com", "joao@example.com"})
        messages = conversation.message_ids | self.ticket.message_ids.filtered(
            lambda m: SECRET in m.body
        )
        customers = self.customer | self.customer_b
        self.assertFalse(messages.notified_partner_ids & customers)

    def test_customers_are_refused_as_partner_follower_and_recipient(self):
        friend = self.env["res.partner"].create(
            {"name": "Ana's office", "parent_id": self.customer.id}
        )
        twin = self.env["res.partner"].create(
            {"name": "Ana again", "email": "Ana@Example.com"}
        )
        for partner in (self.customer, self.customer_b, friend, twin):
            with self.subTest(partner=partner.name):
                with self.assertRaisesRegex(UserError, "customer's side"):
                    self.begin(self.ticket, partner_id=partner.id)
                conversation = self.begin(self.ticket)
                with self.assertRaisesRegex(UserError, "customer's side"):
                    conversation.message_subscribe(partner.ids)
                with self.assertRaisesRegex(UserError, "customer's side"):
                    conversation.message_post(body="x", partner_ids=partner.ids)

    def test_who_becomes_the_customer_later_is_told_nothing_more(self):
        conversation = self.begin(self.ticket)
        self.ticket.partner_id = self.carrier
        with self.mock_mail_gateway():
            conversation.message_post(body="x", subtype_xmlid="mail.mt_comment")
            self.env.cr.flush()
        self.assertFalse(self._new_mails)

    def test_only_who_may_see_the_ticket_sees_it(self):
        conversation = self.begin(self.ticket)
        self.assertTrue(conversation.with_user(self.agent).read(["name"]))
        for user in (self.agent_b, self.portal_user):
            with self.assertRaises(AccessError):
                conversation.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.begin(self.ticket).with_user(user).message_post(body="x")


@tagged("post_install", "-at_install")
class TestSideConversationInPortal(SupportWebCase, SideCommon):
    def test_the_page_of_the_customer_shows_nothing_of_it(self):
        ticket = self.make_ticket(user_id=self.agent.id)
        self.customer_writes(ticket)
        conversation = self.begin(ticket)
        self.answer(conversation)
        self.assertIn(SECRET, ticket.message_ids[0].body)
        self.visit_as(self.portal_user)
        page = self.url_open(f"/my/support/{ticket.id}").text
        self.assertIn("The glass is broken", page)
        for word in (SECRET, "Parcel BR1", "Parcel Express", "parcel.example.org"):
            self.assertNotIn(word, page)
        answer = self.url_open(f"/my/support?search={SECRET}").text
        self.assertNotIn(ticket.number, answer)
