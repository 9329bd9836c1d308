"""Who reads a case beside the customer, chosen by agent or customer."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .mail_common import SupportMailCommon
from .web_common import SupportWebCase


@tagged("post_install", "-at_install")
class TestParticipants(SupportMailCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(user_id=self.agent.id)
        self.ticket.message_subscribe(self.agent.partner_id.ids)

    def choose(self, partners):
        with self.mock_mail_gateway():
            self.ticket.with_user(self.agent).write(
                {"participant_ids": [Command.set(partners.ids)]}
            )
            self.env.cr.flush()
        return self._new_mails

    def test_an_agent_adds_somebody_who_is_told_and_sees_the_case(self):
        mails = self.choose(self.customer_b)
        self.assertEqual(self.addresses_of(mails), {"joao@example.com"})
        self.assertIn(self.ticket.number, mails.body_html)
        self.assertNotIn(self.ticket.name, mails.subject + str(mails.body_html))
        self.assertTrue(self.ticket.with_user(self.portal_user_b).read(["name"]))
        answer = self.agent_replies(self.ticket)
        self.assertIn(self.customer_b, answer.notified_partner_ids)
        note = self.ticket.with_user(self.agent).message_post(
            body="Internal", subtype_xmlid="mail.mt_note"
        )
        self.assertNotIn(self.customer_b, note.notified_partner_ids)

    def test_the_customer_and_colleagues_are_no_participants(self):
        self.ticket.message_subscribe(self.customer.ids)
        self.assertFalse(self.ticket.participant_ids)
        with self.assertRaisesRegex(UserError, "cannot take part"):
            self.choose(self.lead.partner_id)
        nobody = self.env["res.partner"].create({"name": "No address"})
        with self.assertRaisesRegex(UserError, "No address"):
            self.choose(nobody)

    def test_who_is_removed_sees_nothing_more_and_old_links_end(self):
        self.choose(self.customer_b)
        token = self.ticket.sudo()._portal_ensure_token()
        self.choose(self.env["res.partner"])
        self.assertFalse(self.ticket.participant_ids)
        self.assertFalse(self.ticket.with_user(self.portal_user_b).has_access("read"))
        self.assertFalse(self.ticket._is_portal_token(token))
        self.assertIn(self.agent.partner_id, self.ticket.message_partner_ids)

    def test_there_is_an_end_to_it(self):
        many = self.env["res.partner"].create(
            [{"name": str(n), "email": f"p{n}@example.com"} for n in range(11)]
        )
        with self.assertRaisesRegex(UserError, "at most"):
            self.choose(many)


@tagged("post_install", "-at_install")
class TestParticipantsInPortal(SupportWebCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket()
        self.url = f"/my/support/{self.ticket.id}"

    def add(self, email, url=None):
        return self.send(f"{url or self.url}/participants/add", {"email": email})

    def get_addresses(self):
        self.env.invalidate_all()
        return set(self.ticket.participant_ids.mapped("email"))

    def test_the_customer_adds_and_removes_somebody(self):
        self.visit_as(self.portal_user)
        self.assertEqual(self.add(" Rosa@Example.com ").status_code, 303)
        self.assertEqual(self.get_addresses(), {"rosa@example.com"})
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertIn("rosa@example.com", mail.email_to)
        page = self.url_open(self.url).text
        self.assertIn("rosa@example.com", page)
        self.send(
            f"{self.url}/participants/remove",
            {"partner_id": self.ticket.participant_ids.id},
        )
        self.assertFalse(self.get_addresses())

    def test_a_known_customer_is_added_without_telling_the_name(self):
        self.visit_as(self.portal_user)
        self.add("joao@example.com")
        self.env.invalidate_all()
        self.assertEqual(self.ticket.participant_ids, self.customer_b)
        self.assertNotIn("João Lima", self.url_open(self.url).text)

    def test_colleagues_own_and_odd_addresses_are_refused(self):
        self.visit_as(self.portal_user)
        partners = self.env["res.partner"].search_count([])
        for email in (self.agent.email, "ana@example.com", "no address", ""):
            with self.subTest(email=email):
                answer = self.add(email)
                self.assertEqual(answer.status_code, 400)
                self.assertIn("cannot take part", answer.text)
        self.assertFalse(self.get_addresses())
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_only_the_customer_chooses(self):
        self.ticket.message_subscribe(self.customer_b.ids)
        token = self.ticket._portal_ensure_token()
        for user, status in ((self.portal_user_b, 404), (None, 303)):
            self.visit_as(user)
            for path in ("add", "remove"):
                answer = self.send(
                    f"{self.url}/participants/{path}",
                    {
                        "email": "rosa@example.com",
                        "partner_id": self.customer_b.id,
                        "access_token": token,
                    },
                )
                self.assertEqual(answer.status_code, status)
        self.assertEqual(self.get_addresses(), {"joao@example.com"})

    def test_a_link_alone_shows_no_list(self):
        self.ticket.message_subscribe(self.customer_b.ids)
        token = self.ticket._portal_ensure_token()
        self.env.flush_all()
        self.visit_as(None)
        page = self.url_open(f"{self.url}?access_token={token}").text
        self.assertIn(self.ticket.number, page)
        self.assertNotIn("joao@example.com", page)

    def test_many_in_a_day_are_refused(self):
        self.visit_as(self.portal_user)
        for number in range(10):
            self.add(f"not an address {number}")
        answer = self.add("rosa@example.com")
        self.assertEqual(answer.status_code, 429)
        self.assertFalse(self.get_addresses())

    def test_forms_need_the_secret_of_the_session(self):
        self.visit_as(self.portal_user)
        for path in ("add", "remove"):
            answer = self.send(f"{self.url}/participants/{path}", csrf=False)
            self.assertEqual(answer.status_code, 400)
