"""Mails that nobody asked for can be stopped from within the mail; others need not."""

from ast import literal_eval
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.customer_support.tests.web_common import SupportWebCase
from odoo.addons.mail.tests.common import MockEmail

from .proactive_common import ProactiveCommon
from .survey_common import SurveyCommon

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class UnsubscribeCase(SupportWebCase):
    """Customers who open and send the link of a mail."""

    def setUp(self):
        super().setUp()
        self.visit_as()

    def get_headers(self, mail):
        return literal_eval(mail.headers or "{}")

    def get_link(self, mail):
        """The path of the link in the head of a mail; the same stands in its text."""
        headers = self.get_headers(mail)
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        link = headers["List-Unsubscribe"]
        self.assertEqual((link[0], link[-1]), ("<", ">"))
        self.assertIn(f'href="{link[1:-1]}"', mail.body_html)
        return urlsplit(link[1:-1]).path

    def click(self, path):
        """What a mail program does by itself: no cookies, no form of ours."""
        return self.url_open(path, data=ONE_CLICK, method="POST")

    def find_blacklisted(self):
        self.env.invalidate_all()
        return self.env["mail.blacklist"].search([]).mapped("email")


@tagged("post_install", "-at_install")
class TestUnsubscribeSurvey(SurveyCommon, UnsubscribeCase):
    def setUp(self):
        super().setUp()
        self.env["mail.blacklist"].search([]).unlink()
        self.rule = self.env["support.survey.rule"].create(
            {"name": "At once", "delay_hours": 0, "quiet_days": 0}
        )

    def ask_now(self, partner=None):
        ticket = self.make_ticket(partner_id=(partner or self.customer).id)
        self.agent_replies(ticket)
        ticket.with_user(self.agent).action_close()
        self.rule._queue(ticket)
        asked = self.invitations.search([("ticket_id", "=", ticket.id)])
        asked._run_due(fields.Datetime.now() + timedelta(seconds=1))
        self.env.flush_all()
        return asked

    def find_question(self, address="ana@example.com"):
        return self.find_mails("/support/rate/", address)[-1:]

    def test_opening_the_link_shows_and_changes_nothing(self):
        self.ask_now()
        path = self.get_link(self.find_question())
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("No more of these mails?", page.text)
        self.assertIn(f'action="{path}"', page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.url_open(path, method="HEAD")
        self.assertFalse(self.find_blacklisted())

    def test_sending_unsubscribes_and_nobody_asks_again(self):
        self.ask_now()
        path = self.get_link(self.find_question())
        self.assertNotIn("ana@", path)
        for _again in range(2):
            answer = self.click(path)
            self.assertEqual(answer.status_code, 200)
            self.assertIn("You are unsubscribed", answer.text)
        self.assertEqual(self.find_blacklisted(), ["ana@example.com"])
        asked = self.ask_now()
        self.assertEqual((asked.state, asked.skip_reason), ("skipped", "blacklisted"))
        self.assertEqual(self.ask_now(self.customer_b).state, "sent")

    def test_the_link_of_another_mail_or_address_is_refused(self):
        mine, other = self.ask_now(), self.ask_now(self.customer_b)
        path = self.get_link(self.find_question())
        old = path.replace(f"survey-{mine.id}-", f"survey-{other.id}-")
        notice = path.replace("survey-", "notice-")
        cut, made_up = path[:-1], "/support/unsubscribe/survey-1-" + "0" * 64
        for wrong in (old, notice, cut, made_up, "/support/unsubscribe/x"):
            with self.subTest(wrong):
                self.assertNotEqual(wrong, path)
                self.assertEqual(self.url_open(wrong).status_code, 404)
                self.assertEqual(self.click(wrong).status_code, 404)
        # Somebody else's address stands there now.
        mine.email = "eve@example.net"
        self.env.flush_all()
        self.assertEqual(self.click(path).status_code, 404)
        self.assertFalse(self.find_blacklisted())

    def test_trying_links_ends(self):
        path = "/support/unsubscribe/survey-1-" + "0" * 64
        limits = self.env["support.rate.limit"]
        self.patch(type(limits), "_hit", lambda *args, **kwargs: False)
        self.assertEqual(self.click(path).status_code, 429)

    def test_what_follows_a_good_score_has_the_link_too(self):
        asked = self.ask_now()
        for name in ("review_invitation", "referral"):
            with self.subTest(name):
                template = f"customer_support_metrics.mail_template_{name}"
                asked._send_mail(self.env.ref(template))
                self.get_link(self.find_mails()[-1:])

    def test_who_answers_after_unsubscribing_gets_no_mail_for_it(self):
        self.lamp.product_tmpl_id.is_published = True
        self.rule.invites_review = True
        for partner, wants_none in ((self.customer, True), (self.customer_b, False)):
            with self.subTest(partner.name):
                asked = self.ask_now(partner)
                asked.order_id = self.order
                if wants_none:
                    mail = self.find_question(partner.email_normalized)
                    self.click(self.get_link(mail))
                self.env.invalidate_all()
                asked._answer(5, "Fine")
                self.assertEqual(asked.is_review_invited, not wants_none)

    def test_the_customer_s_language_is_spoken(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        lang = self.env["res.lang"]._lang_get("pt_BR")
        self.website.language_ids = [Command.link(lang.id)]
        self.customer.lang = "pt_BR"
        self.ask_now()
        mail = self.find_question()
        self.assertIn("Cancelar inscrição", mail.body_html)
        page = self.url_open(self.get_link(mail))
        self.assertIn("Cancelar inscrição", page.text)

    def test_answers_and_acknowledgements_have_none(self):
        self.team.send_acknowledgement = True
        ticket = self.make_ticket()
        ticket._send_acknowledgement()
        self.agent_replies(ticket)
        self.env.flush_all()
        mails = self.env["mail.mail"].search(
            [("model", "=", "support.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertGreater(len(mails), 1)
        for mail in mails:
            self.assertNotIn("List-Unsubscribe", self.get_headers(mail))
            self.assertNotIn("/support/unsubscribe/", mail.body_html)

    def test_who_unsubscribed_is_still_answered(self):
        self.ask_now()
        self.click(self.get_link(self.find_question()))
        message = self.agent_replies(self.make_ticket(), "Here is your label.")
        self.env.flush_all()
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertIn(self.customer, mail.recipient_ids)
        self.assertEqual(mail.state, "outgoing")


@tagged("post_install", "-at_install")
class TestUnsubscribeNotice(ProactiveCommon, UnsubscribeCase):
    def test_a_message_about_a_late_parcel_can_be_stopped(self):
        self.make_rule(quiet_days=0)
        self.buy()
        told = self.tell(2026, 3, 3, 13)
        mail = self.find_mails(told)
        self.assertEqual(self.click(self.get_link(mail)).status_code, 200)
        self.assertIn("ana@example.com", self.find_blacklisted())
        # The link is the customer's alone: colleagues read the message without it.
        self.assertNotIn("/support/unsubscribe/", mail.mail_message_id.body)
        self.buy()
        again = self.tell(2026, 3, 4, 13)
        self.assertEqual((again.state, again.skip_reason), ("skipped", "opted_out"))


@tagged("post_install", "-at_install")
class TestUnsubscribeMailing(SurveyCommon, UnsubscribeCase, MockEmail):
    def test_a_mailing_to_an_audience_can_be_stopped(self):
        self.add_answers("nps", [2], partner=self.customer)
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "We have become better",
                "body_html": "<p>Come back</p>",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": [
                    ("support_audience", "=", "detractor"),
                    ("id", "=", self.customer.id),
                ],
                "email_from": "news@store.example.com",
            }
        )
        with self.mock_mail_gateway():
            mailing.action_send_mail()
        [mail] = self._mails
        link = urlsplit(mail["headers"]["List-Unsubscribe"].strip("<>"))
        self.env.flush_all()
        answer = self.click(f"{link.path}?{link.query}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("ana@example.com", self.find_blacklisted())
