from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .web_common import PDF, SupportWebCase


@tagged("post_install", "-at_install")
class TestPortalLinks(SupportWebCase):
    """What the link of a mail opens, and for how long."""

    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(sale_order_id=self.order.id)
        self.customer_writes(self.ticket)
        self.token = self.ticket._portal_ensure_token()
        self.env.flush_all()
        self.visit_as()

    def open(self, token, ticket=None, **params):
        ticket = ticket or self.ticket
        return self.url_open(
            f"/my/support/{ticket.id}",
            params={"access_token": token, **params},
            method="GET",
            allow_redirects=False,
        )

    def test_link_shows_the_conversation_only(self):
        self.ticket.with_user(self.agent).message_post(
            body="Canary note", attachments=[("canary.pdf", PDF)]
        )
        page = self.open(self.token)
        self.assertEqual(page.status_code, 200)
        self.assertIn("The glass is broken.", page.text)
        self.assertNotIn("anary", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertNotIn("My problem is solved", page.text)

    def test_no_other_token_opens_it(self):
        other = self.make_ticket(partner_id=self.customer_b.id)
        fresh = self.make_ticket()
        self.assertFalse(fresh.access_token)
        wrong = (
            "",
            "None",
            "False",
            other._portal_ensure_token(),
            self.token.upper(),
            self.token[:-1],
            self.token + "0",
            "é",
        )
        for user in (None, self.portal_user_b):
            self.visit_as(user)
            for token in wrong:
                with self.subTest(user=user and user.login, token=token):
                    page = self.open(token)
                    self.assertEqual(page.status_code, 404 if user else 303)
                    self.assertNotIn("The glass is broken.", page.text)
            for token in ("", "None", "False", self.token):
                self.assertNotEqual(self.open(token, fresh).status_code, 200)

    def test_link_lets_reply_but_not_close(self):
        path = f"/my/support/{self.ticket.id}"
        answer = self.send(
            f"{path}/reply", {"message": "From my mail", "access_token": self.token}
        )
        self.assertEqual(answer.status_code, 303)
        self.assertIn(self.token, answer.headers["Location"])
        self.env.invalidate_all()
        message = self.ticket.message_ids[0]
        self.assertIn("From my mail", message.body)
        self.assertEqual(message.author_id, self.customer)
        answer = self.send(f"{path}/close", {"access_token": self.token})
        self.assertIn("/web/login", answer.headers["Location"])
        self.env.invalidate_all()
        self.assertFalse(self.ticket.closed_at)

    def test_guest_without_a_contact_replies_by_address(self):
        ticket = self.make_ticket(
            partner_id=False,
            claimed_partner_id=self.customer.id,
            partner_name="Rita",
            email_from="rita@example.com",
        )
        token = ticket._portal_ensure_token()
        self.env.flush_all()
        answer = self.send(
            f"/my/support/{ticket.id}/reply", {"message": "Hi", "access_token": token}
        )
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        message = ticket.message_ids[0]
        self.assertFalse(message.author_id)
        self.assertIn("rita@example.com", message.email_from)
        self.assertFalse(message.outgoing_email_to)
        self.assertEqual(ticket.customer_message_count, 1)

    def test_order_is_shown_when_the_address_stands_on_it(self):
        self.assertIn(self.order.name, self.open(self.token).text)
        self.ticket.email_from = "ana.at.work@example.com"
        self.env.flush_all()
        page = self.open(self.ticket.access_token).text
        self.assertIn("The glass is broken.", page)
        self.assertNotIn(self.order.name, page)
        self.assertNotIn("Desk lamp", page)
        self.assertIn("Sign in to see it here", page)

    def test_another_login_sees_no_order_by_the_link(self):
        self.visit_as(self.portal_user_b)
        page = self.open(self.token)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(self.order.name, page.text)

    def test_new_requester_or_merge_ends_the_link(self):
        self.ticket.sale_order_id = False
        for values in (
            {"partner_id": self.customer_b.id},
            {"email_from": "rita@example.com"},
        ):
            with self.subTest(values=values):
                token = self.ticket._portal_ensure_token()
                self.ticket.write(values)
                self.env.flush_all()
                self.assertNotEqual(self.ticket.access_token, token)
                self.assertEqual(self.open(token).status_code, 303)
        survivor = self.make_ticket()
        token = self.ticket._portal_ensure_token()
        self.ticket._merge_into(survivor)
        self.env.flush_all()
        self.assertEqual(self.open(token).status_code, 303)
        self.assertEqual(self.open(token, survivor).status_code, 303)

    def test_other_changes_leave_the_link_alone(self):
        self.ticket.write({"name": "Lamp", "partner_id": self.customer.id})
        self.ticket.action_close()
        self.env.flush_all()
        self.assertEqual(self.open(self.token).status_code, 200)

    def test_link_ends_some_time_after_the_case(self):
        set_param = self.env["ir.config_parameter"].set_param
        set_param("customer_support.token_days_after_close", "30")
        long_ago = fields.Datetime.now() - timedelta(days=31)
        with self.at(*long_ago.timetuple()[:6]):
            old = self.make_ticket()
            token = old._portal_ensure_token()
            old.action_close()
        self.env.flush_all()
        self.assertEqual(self.open(token, old).status_code, 303)
        set_param("customer_support.token_days_after_close", "40")
        self.env.flush_all()
        self.assertEqual(self.open(token, old).status_code, 200)

    def test_signature_of_a_former_follower_is_void(self):
        self.ticket.message_subscribe(self.customer_b.ids)
        partner_id = self.customer_b.id
        signature = self.ticket._sign_token(partner_id)
        find = self.ticket._find_portal_signer
        self.assertEqual(find(signature, partner_id), self.customer_b)
        self.assertFalse(find(signature, self.customer.id))
        self.assertFalse(find(signature[:-1], partner_id))
        self.ticket.message_unsubscribe(self.customer_b.ids)
        self.assertFalse(find(signature, partner_id))

    def test_mail_link_leads_to_the_page(self):
        url = self.ticket._get_share_url(redirect=True, pid=self.customer.id)
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("The glass is broken.", answer.text)
