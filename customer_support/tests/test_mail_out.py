"""What leaves: agents' answers, acknowledgements, mail that could not be sent."""

from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_common import SupportMailCommon


@tagged("post_install", "-at_install")
class TestMailOfAnswers(SupportMailCommon):
    def test_a_customer_gets_the_answer_by_mail(self):
        ticket, first = self.open_ticket()
        message, mails = self.answer_of_agent(ticket, "Please send us a photo.")
        self.assertEqual(self.addresses_of(mails), {"ana@example.com"})
        mail = mails[0]
        self.assertIn("Please send us a photo.", mail.body_html)
        self.assertIn(self.address, mail.reply_to)
        self.assertIn(first, mail.references)
        self.assertIn(message.message_id, mail.references)
        headers = literal_eval(mail.headers)
        self.assertEqual(headers["X-Support-Desk"], ticket._get_desk_marker())

    def test_an_unknown_customer_gets_the_answer_at_the_address_used(self):
        ticket, _first = self.open_ticket(sender="Rui <rui@example.org>")
        self.assertFalse(ticket.partner_id)
        _message, mails = self.answer_of_agent(ticket)
        self.assertEqual(self.addresses_of(mails), {"rui@example.org"})

    def test_a_customer_who_is_only_claimed_gets_the_answer_too(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("customer_support.trust_sender_addresses", "False")
        ticket, _first = self.open_ticket()
        self.assertEqual(ticket.claimed_partner_id, self.customer)
        _message, mails = self.answer_of_agent(ticket)
        self.assertEqual(self.addresses_of(mails), {"ana@example.com"})

    def test_notes_never_leave_the_store(self):
        ticket, _first = self.open_ticket()
        ticket.message_subscribe((self.customer | self.agent_own.partner_id).ids)
        with self.mock_mail_gateway():
            ticket.with_user(self.agent).message_post(
                body="Angry customer, be kind.", subtype_xmlid="mail.mt_note"
            )
        self.assertNotIn("ana@example.com", self.addresses_of(self._new_mails))

    def test_agents_who_follow_hear_of_the_customers_mail_and_the_customer_does_not(
        self,
    ):
        self.agent.notification_type = "email"
        ticket, first = self.open_ticket()
        ticket.message_subscribe((self.agent.partner_id | self.customer).ids)
        raw = self.mail(
            message_id="<more@example.com>",
            body=b"And the bulb as well.",
            extra={"In-Reply-To": first},
        )
        self.receive(raw)
        self.assertEqual(self.addresses_of(self._new_mails), {self.agent.email})

    def test_the_answer_of_the_customer_to_the_answer_comes_home(self):
        ticket, _first = self.open_ticket()
        _message, mails = self.answer_of_agent(ticket)
        raw = self.mail(
            message_id="<back@example.com>",
            extra={
                "In-Reply-To": "<rewritten-by-provider@ses.example>",
                "References": mails[0].references,
            },
        )
        self.assertEqual(self.receive(raw).ticket_id, ticket)


@tagged("post_install", "-at_install")
class TestMailAcknowledgement(SupportMailCommon):
    def _acknowledged(self, **values):
        """Receive a mail and return the mails that left for its sender."""
        values.setdefault("message_id", f"<ack-{self.count_rows()}@example.com>")
        raw = self.mail(**values)
        row = self.receive(raw)
        self.assertEqual(row.outcome, "ticket_created", row.error)
        return row.ticket_id, list(self._new_mails)

    def test_it_tells_number_and_promise_and_repeats_nothing(self):
        monday_9 = "2026-03-02 12:00:00"
        with freeze_time(monday_9):
            ticket, mails = self._acknowledged(
                sender="Buy pills http://spam.example <victim@example.org>",
                subject="CHEAP-PILLS",
                body=b"http://spam.example/pills",
                extra={"Content-Language": "en"},
            )
        self.assertEqual(len(mails), 1)
        mail = mails[0]
        self.assertEqual(self.addresses_of(mails), {"victim@example.org"})
        text = f"{mail.subject} {mail.body_html}"
        self.assertIn(ticket.number, mail.subject)
        for word in ("PILLS", "pills", "spam.example"):
            self.assertNotIn(word, text)
        self.assertIn("Monday, March 2, 2026, 1:00", mail.body_html)
        self.assertIn(self.address, mail.reply_to)
        self.assertIn(ticket.message_ids.sorted("id")[0].message_id, mail.references)

    def test_it_says_that_it_is_automatic(self):
        _ticket, mails = self._acknowledged()
        headers = literal_eval(mails[0].headers)
        self.assertEqual(headers["Auto-Submitted"], "auto-replied")
        self.assertEqual(headers["X-Auto-Response-Suppress"], "All")

    def test_it_moves_no_clock(self):
        ticket, mails = self._acknowledged()
        self.assertTrue(mails)
        self.assertFalse(ticket.first_response_at)
        self.assertEqual(ticket.reply_count, 0)
        self.assertTrue(ticket.is_waiting_agent)

    def test_one_address_gets_one_in_an_hour(self):
        counts = [len(self._acknowledged()[1]) for _turn in range(3)]
        self.assertEqual(counts, [1, 0, 0])
        with freeze_time(fields.Datetime.now() + timedelta(minutes=61)):
            self.assertEqual(len(self._acknowledged()[1]), 1)

    def test_some_addresses_get_none(self):
        for sender in (
            "no-reply@shop.example",
            "naoresponda@loja.example",
            "mailman-bounces@lists.example",
        ):
            self.assertFalse(self._acknowledged(sender=sender)[1], sender)

    def test_a_forged_sender_gets_none(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("customer_support.mail_authserv_id", "mx.example.com")
        verdict = "mx.example.com; dmarc=fail header.from=example.com"
        _ticket, mails = self._acknowledged(extra={"Authentication-Results": verdict})
        self.assertFalse(mails)

    def test_a_team_may_send_none(self):
        self.team.send_acknowledgement = False
        self.assertFalse(self._acknowledged()[1])

    def test_a_team_may_have_its_own_text(self):
        template = self.env.ref("customer_support.mail_template_acknowledgement")
        own = template.copy({"subject": "Got it, {{ object.number }}"})
        self.team.acknowledgement_template_id = own
        ticket, mails = self._acknowledged()
        self.assertEqual(mails[0].subject, f"Got it, {ticket.number}")

    def test_it_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.customer.lang = "pt_BR"
        template = self.env.ref("customer_support.mail_template_acknowledgement")
        translated = template.with_context(lang="pt_BR")
        translated.subject = "Recebemos a sua mensagem (#{{ object.number }})"
        with freeze_time("2026-03-02 12:00:00"):
            ticket, mails = self._acknowledged()
        self.assertEqual(ticket.lang, "pt_BR")
        self.assertTrue(mails[0].subject.startswith("Recebemos"))
        self.assertEqual(
            ticket._get_promised_time(), "segunda-feira, 2 de março de 2026, 13:00"
        )

    def test_the_link_is_for_those_who_log_in(self):
        ticket, mails = self._acknowledged()
        self.assertIn(f"/my/support/{ticket.id}", mails[0].body_html)
        self.assertNotIn("access_token", mails[0].body_html)
        _ticket, mails = self._acknowledged(sender="rui@example.org")
        self.assertNotIn("/my/support", mails[0].body_html)

    def test_an_answer_is_never_acknowledged(self):
        ticket, first = self.open_ticket()
        raw = self.mail(message_id="<again@example.com>", extra={"In-Reply-To": first})
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.assertEqual(self.receive(raw).ticket_id, ticket)
            self.assertFalse(self._new_mails)


@tagged("post_install", "-at_install")
class TestMailRetry(SupportMailCommon):
    def _failed_mail(self, failure_type="mail_smtp"):
        ticket, _first = self.open_ticket()
        _message, mails = self.answer_of_agent(ticket)
        mail = mails[0]
        mail.write(
            {
                "state": "exception",
                "failure_type": failure_type,
                "failure_reason": "421 try later",
            }
        )
        return ticket, mail

    def _run_job(self):
        cron = self.env.ref("customer_support.ir_cron_support_mail_retry")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def _fail_again(self, mail):
        mail.write({"state": "exception", "failure_type": "mail_smtp"})

    @mute_logger("odoo.addons.customer_support.models.mail_mail")
    def test_a_failed_answer_is_tried_again_later_and_given_up_in_the_end(self):
        ticket, mail = self._failed_mail()
        messages = ticket.message_ids
        now = fields.Datetime.now()
        tries = 0
        for _turn in range(20):
            with freeze_time(now):
                self._run_job()
            if mail.support_given_up:
                break
            if mail.state == "outgoing":
                tries += 1
                self._fail_again(mail)
            else:
                self.assertGreater(mail.support_retry_at, now)
                now = mail.support_retry_at
        self.assertEqual(tries, 6)
        self.assertTrue(mail.support_given_up)
        note = ticket.message_ids - messages
        self.assertEqual(len(note), 1)
        self.assertIn("421 try later", note.body)

    @mute_logger("odoo.addons.customer_support.models.mail_mail")
    def test_an_address_that_is_none_is_not_tried_again(self):
        ticket, mail = self._failed_mail("mail_email_invalid")
        self._run_job()
        self.assertEqual(mail.state, "exception")
        self.assertTrue(mail.support_given_up)
        self.assertIn("could not be sent", ticket.message_ids[0].body)

    def test_other_models_mail_is_left_alone(self):
        mail = self.env["mail.mail"].create(
            {"subject": "Newsletter", "model": "res.partner", "state": "exception"}
        )
        self._run_job()
        self.assertEqual(mail.state, "exception")
        self.assertFalse(mail.support_retry_at)


@tagged("post_install", "-at_install")
class TestMailAcknowledgementFailure(SupportMailCommon):
    @mute_logger("odoo.addons.customer_support.models.support_incoming_mail_processing")
    def test_a_broken_text_costs_no_ticket_and_is_said(self):
        templates = self.env.registry["mail.template"]
        with patch.object(templates, "send_mail_batch", side_effect=ValueError):
            ticket, _first = self.open_ticket()
        self.assertFalse(self._new_mails)
        self.assertIn("check its template", ticket.message_ids[0].body)
        row = self.ledger.search([("ticket_id", "=", ticket.id)])
        self.assertFalse(row.needs_acknowledgement)
