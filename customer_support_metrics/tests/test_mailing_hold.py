"""No mailing to a customer who waits for help; everything else still reaches them."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tests.common import MockEmail

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestMailingHold(SurveyCommon, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = new_test_user(
            cls.env,
            "marketer",
            groups="base.group_user,mass_mailing.group_mass_mailing_user",
            email="mara@store.example.com",
        )
        cls.env["support.ticket"].search(
            [("partner_id", "in", (cls.customer | cls.customer_b).ids)]
        ).unlink()

    def complain(self, **vals):
        return self.make_ticket(**{"reason_id": self.damaged.id, **vals})

    def send_mailing(self, model="res.partner", records=None, **vals):
        records = records or self.customer | self.customer_b
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Spring sale",
                "body_html": "<p>20 % off</p>",
                "mailing_model_id": self.env["ir.model"]._get_id(model),
                "mailing_domain": [("id", "in", records.ids)],
                "email_from": "news@store.example.com",
                **vals,
            }
        )
        with self.mock_mail_gateway():
            mailing.action_send_mail()
        return {
            trace.email: (trace.trace_status, trace.failure_type)
            for trace in mailing.mailing_trace_ids
        }

    HELD = ("cancel", "support_hold")

    def test_an_open_complaint_holds_mailings_until_it_is_closed(self):
        ticket = self.complain()
        traces = self.send_mailing()
        self.assertEqual(traces["ana@example.com"], self.HELD)
        self.assertEqual(traces["joao@example.com"][0], "sent")
        ticket.action_close()
        self.assertEqual(self.send_mailing()["ana@example.com"][0], "sent")

    def test_the_blacklist_and_subscriptions_stay_as_they_are(self):
        self.complain()
        before = self.env["mail.blacklist"].search_count([])
        self.send_mailing()
        self.assertEqual(self.env["mail.blacklist"].search_count([]), before)
        self.assertFalse(self.customer.is_blacklisted)

    def test_other_reasons_hold_nothing_unless_the_store_says_so(self):
        self.make_ticket(reason_id=self.question.id)
        self.assertEqual(self.send_mailing()["ana@example.com"][0], "sent")
        self.team.company_id.support_mailing_hold = "any"
        self.assertEqual(self.send_mailing()["ana@example.com"], self.HELD)
        self.team.company_id.support_mailing_hold = "none"
        self.complain()
        self.assertEqual(self.send_mailing()["ana@example.com"][0], "sent")

    def test_spam_holds_nothing(self):
        self.complain(exclusion="spam")
        self.assertEqual(self.send_mailing()["ana@example.com"][0], "sent")

    def test_a_guest_who_complains_is_held_by_address(self):
        self.complain(partner_id=False, email_from="Rita <Rita@Example.com>")
        news = self.env["mailing.list"].create({"name": "News"})
        rita = self.env["mailing.contact"].create(
            {"name": "Rita", "email": "rita@example.com", "list_ids": self.link(news)}
        )
        gone = self.env["mailing.contact"].create(
            {"name": "Gil", "email": "gil@example.com", "list_ids": self.link(news)}
        )
        gone.subscription_ids.opt_out = True
        traces = self.send_mailing(
            "mailing.list", rita | gone, contact_list_ids=self.link(news)
        )
        self.assertEqual(traces.get("rita@example.com"), self.HELD)
        self.assertNotEqual(traces.get("gil@example.com"), self.HELD)

    def test_who_opted_out_is_not_called_held(self):
        news = self.env["mailing.list"].create({"name": "News"})
        contact = self.env["mailing.contact"].create(
            {"name": "Ana", "email": "ana@example.com", "list_ids": self.link(news)}
        )
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "News",
                "mailing_model_id": self.env["ir.model"]._get_id("mailing.list"),
                "contact_list_ids": self.link(news),
            }
        )
        self.complain()
        values = {
            "mass_mailing_id": mailing.id,
            "model": "mailing.contact",
            "res_id": contact.id,
            "email": "ana@example.com",
            "failure_type": "mail_optout",
        }
        create = self.env["mailing.trace"].create
        self.assertEqual(create(dict(values)).failure_type, "support_hold")
        contact.subscription_ids.opt_out = True
        self.assertEqual(create(dict(values)).failure_type, "mail_optout")

    def test_answers_and_confirmations_reach_a_customer_who_is_held(self):
        ticket = self.complain()
        with self.mock_mail_gateway():
            self.agent_replies(ticket, "A new lamp is on its way.")
            self.order.message_post(
                body="Your order is confirmed",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
            )
        self.assertEqual(len(self._new_mails), 2)
        recipients = self._new_mails.recipient_ids.mapped("email")
        self.assertIn("ana@example.com", recipients)

    def test_a_marketer_learns_whom_to_leave_out_and_reads_no_ticket(self):
        ticket = self.complain()
        mailing = self.env["mailing.mailing"].with_user(self.marketer)
        self.assertIn("ana@example.com", mailing._get_support_held_emails())
        with self.assertRaises(AccessError):
            ticket.with_user(self.marketer).read(["name"])

    def test_recipients_of_text_messages_are_found_by_record_address_and_number(self):
        self.customer.phone = "+55 11 98765-4321"
        self.complain()
        mailing = self.env["mailing.mailing"].new(
            {"mailing_model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        self.assertIn(self.customer.id, mailing._get_opt_out_list_sms())
        self.assertNotIn(self.customer_b.id, mailing._get_opt_out_list_sms())
        mailing.mailing_model_id = self.env["ir.model"]._get_id("sale.order")
        self.assertIn(self.order.id, mailing._get_opt_out_list_sms())

    def test_text_messages_are_held_where_they_are_installed(self):
        if "sms_allow_unsubscribe" not in self.env["mailing.mailing"]._fields:
            self.skipTest("without text message marketing")
        self.customer.phone = "+55 11 98765-4321"
        self.complain()
        mailing = self.env["mailing.mailing"].create(
            {
                "name": "Sale",
                "subject": "Sale",
                "mailing_type": "sms",
                "body_plaintext": "20 % off",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": [("id", "in", self.customer.ids)],
            }
        )
        self.assertIn(self.customer.id, mailing._get_opt_out_list_sms())
        mailing.action_send_sms()
        trace = mailing.mailing_trace_ids
        self.assertEqual((trace.trace_status, trace.failure_type), self.HELD)

    def test_complaints_are_what_is_the_store_s_fault_and_what_it_says(self):
        self.assertTrue(self.damaged.is_complaint)
        self.assertFalse(self.question.is_complaint)
        self.question.is_complaint = True
        self.make_ticket(reason_id=self.question.id)
        self.assertEqual(self.send_mailing()["ana@example.com"], self.HELD)
