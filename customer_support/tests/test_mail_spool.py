"""Claiming, the ledger's key, attempts, quarantine."""

import xmlrpc.client
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_common import SupportMailCommon

SPOOL = "odoo.addons.customer_support.models.support_incoming_mail"


@tagged("post_install", "-at_install")
class TestMailClaim(SupportMailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        model = cls.env["ir.model"]._get("res.partner")
        cls.other_alias = cls.env["mail.alias"].create(
            {
                "alias_name": "contatos",
                "alias_domain_id": cls.domain.id,
                "alias_model_id": model.id,
            }
        )
        cls.other_address = cls.other_alias.alias_full_name

    def _count_partners(self, name):
        return self.env["res.partner"].search_count([("name", "=", name)])

    def test_mail_is_stored_before_it_is_interpreted(self):
        raw = self.corpus("plain_pt")
        self.deliver(raw)
        row = self.find_row(raw)
        self.assertEqual(row.state, "spooled")
        self.assertEqual(row._get_raw_bytes(), raw)
        self.assertEqual(row.team_id, self.team)
        self.assertEqual(row.email_from, "mariana.alves@example.com.br")
        self.assertFalse(row.ticket_id)

    def test_every_form_in_which_odoo_hands_a_mail_over(self):
        for index, form in enumerate((bytes, xmlrpc.client.Binary, bytes.decode)):
            raw = self.mail(message_id=f"<form-{index}@example.com>")
            self.deliver(form(raw))
            self.assertEqual(self.find_row(raw).state, "spooled")

    def test_mail_for_another_alias_goes_there_and_is_counted(self):
        raw = self.mail(to=self.other_address, subject="New supplier contact")
        row = self.receive(raw)
        self.assertEqual(row.state, "passed")
        self.assertEqual(self._count_partners("New supplier contact"), 1)
        self.assertFalse(row.raw)
        self.assertFalse(row.subject, "another model's mail is none of our business")
        self.assertFalse(row.email_from)

    def test_mail_for_both_goes_to_both_once(self):
        raw = self.mail(
            to=f"{self.other_address}, {self.address}", subject="Both of you"
        )
        row = self.receive(raw)
        self.assertEqual(row.outcome, "ticket_created")
        self.assertTrue(row.is_passed_on)
        self.assertEqual(self._count_partners("Both of you"), 1)
        self.assertEqual(len(row.ticket_id), 1)
        tickets = self.env["support.ticket"].search([("name", "=", "Both of you")])
        self.assertEqual(len(tickets), 1)

    def test_mail_for_both_reaches_the_other_after_ours_was_processed(self):
        raw = self.mail(
            to=f"{self.other_address}, {self.address}", subject="Second try"
        )
        gateway = self.env.registry["mail.thread"]
        refuse = patch.object(gateway, "message_route", side_effect=ValueError)
        # suppress: Odoo's assertRaises would take our committed row back as well.
        with refuse, suppress(ValueError):
            self.deliver(raw)
        self.process()
        self.assertEqual(self.find_row(raw).state, "done")
        self.assertEqual(self._count_partners("Second try"), 0)
        self.receive(raw)
        self.assertEqual(self._count_partners("Second try"), 1)
        self.assertEqual(self.find_row(raw).duplicates, 1)
        partner = self.env["res.partner"].search([("name", "=", "Second try")])
        self.assertIn("<made-1@example.com>", partner.message_ids.mapped("message_id"))

    def test_an_answer_to_us_is_ours_whatever_address_it_goes_to(self):
        ticket, message_id = self.open_ticket()
        raw = self.mail(
            to=self.domain.catchall_email,
            message_id="<answer@example.com>",
            extra={"In-Reply-To": message_id},
        )
        self.assertEqual(self.receive(raw).ticket_id, ticket)

    def test_an_answer_forwarded_to_another_alias_is_theirs(self):
        _ticket, message_id = self.open_ticket()
        raw = self.mail(
            to=self.other_address,
            subject="Forwarded to contacts",
            message_id="<forward@example.com>",
            extra={"References": message_id},
        )
        self.assertEqual(self.receive(raw).state, "passed")
        self.assertEqual(self._count_partners("Forwarded to contacts"), 1)

    def test_the_mailbox_decides_when_nobody_is_addressed(self):
        raw = self.mail(to="undisclosed-recipients:;", message_id="<bcc@example.com>")
        row = self.receive(raw, model="support.ticket")
        self.assertEqual(row.outcome, "ticket_created")
        other = self.mail(to=self.other_address, message_id="<to-them@example.com>")
        self.assertEqual(self.receive(other, model="support.ticket").state, "passed")

    def test_a_conflict_does_not_lose_the_mail_of_another_application(self):
        model = self.env.registry["res.partner"]
        message_new, conflicts = model.message_new, [SerializationFailure()] * 2

        def conflict_first(partners, *args, **kwargs):
            if conflicts:
                raise conflicts.pop()
            return message_new(partners, *args, **kwargs)

        raw = self.mail(to=self.other_address, subject="Passed on after all")
        mailbox = self.env["fetchmail.server"].create(
            {"name": "Mailbox", "server_type": "imap"}
        )
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            patch.object(model, "message_new", conflict_first),
        ):
            # A mailbox takes the mail for handled whatever happens.
            thread = self.env(cr=cr)["mail.thread"]
            thread.with_context(default_fetchmail_server_id=mailbox.id).message_process(
                False, raw
            )
        self.assertFalse(conflicts)
        self.assertEqual(self._count_partners("Passed on after all"), 1)

    def test_mail_without_any_route_is_refused_as_before(self):
        raw = self.mail(to="nobody@elsewhere.example", message_id="<lost@example.com>")
        with self.assertRaises(ValueError):
            self.deliver(raw)

    def test_a_customer_is_no_mail_server(self):
        raw = self.mail(message_id="<forged@example.com>")
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.enter_registry_test_mode(), self.assertRaises(AccessError):
                self.env["mail.thread"].with_user(user).message_process(
                    "support.ticket", raw
                )
        self.assertFalse(self.find_row(raw))

    def test_the_gateways_user_needs_no_role_of_support(self):
        raw = self.mail(message_id="<piped@example.com>")
        gate = self.env["res.users"].create(
            {"name": "Mail gateway", "login": "mail-gateway"}
        )
        with self.enter_registry_test_mode():
            self.env["mail.thread"].with_user(gate).message_process(
                "support.ticket", raw
            )
        self.assertEqual(self.find_row(raw).state, "spooled")

    def test_the_first_team_named_takes_the_mail(self):
        both = f"atacado@{self.domain.name}, {self.address}"
        row = self.receive(self.mail(to=both))
        self.assertEqual(row.ticket_id.team_id, self.team_b)

    def test_a_program_that_names_the_record_is_left_alone(self):
        ticket = self.make_ticket()
        raw = self.mail(message_id="<program@example.com>")
        with self.enter_registry_test_mode():
            self.env["mail.thread"].message_process(
                "support.ticket", raw, thread_id=ticket.id
            )
        self.assertFalse(self.find_row(raw))


@tagged("post_install", "-at_install")
class TestMailLedger(SupportMailCommon):
    def test_the_same_mail_twice_is_one_ticket(self):
        raw = self.corpus("plain_pt")
        first = self.receive(raw)
        again = b"Received: by other.example.com\r\n" + raw.replace(b"\n", b"\r\n")
        second = self.receive(again)
        self.assertEqual(first, second)
        self.assertEqual(second.duplicates, 1)
        subject = "Luminária chegou quebrada"
        tickets = self.env["support.ticket"].search([("name", "=", subject)])
        self.assertEqual(len(tickets), 1)

    def test_a_mail_without_message_id_twice_is_one_ticket(self):
        raw = self.mail(message_id="", subject="No identifier")
        self.receive(raw)
        self.receive(raw)
        tickets = self.env["support.ticket"].search([("name", "=", "No identifier")])
        self.assertEqual(len(tickets), 1)
        self.assertEqual(self.find_row(raw).duplicates, 1)

    def test_another_mail_under_a_used_message_id_is_held_and_not_dropped(self):
        first = self.mail(body=b"My lamp is broken.")
        other = self.mail(body=b"I want my money back.", sender="joao@example.com")
        self.receive(first)
        row = self.receive(other)
        self.assertEqual((row.state, row.reason), ("quarantined", "message_id_reused"))
        self.receive(other)
        self.assertEqual(row.duplicates, 1)
        row.with_user(self.lead).action_release()
        self.process()
        self.assertEqual(row.outcome, "ticket_created")
        self.assertNotEqual(row.ticket_id, self.find_row(first).ticket_id)
        self.assertIn("money back", row.mail_message_id.body)

    def test_the_ledger_balances(self):
        before = self.ledger._get_ledger()
        ticket, message_id = self.open_ticket()
        answer = {"In-Reply-To": message_id}
        mails = [
            self.mail(message_id="<a@x.co>", extra=answer),
            self.mail(message_id="<a@x.co>", extra=answer),
            self.mail(message_id="<b@x.co>", sender="eve@evil.example", extra=answer),
            self.mail(message_id="<c@x.co>", extra={"Auto-Submitted": "auto-replied"}),
        ]
        for raw in mails:
            self.receive(raw)
        waiting = self.mail(message_id="<d@x.co>")
        self.deliver(waiting)
        ledger = self.ledger._get_ledger()
        gained = {name: ledger[name] - before[name] for name in ledger}
        self.assertEqual(
            gained,
            {
                "received": 6,
                "tickets": 1,
                "appended": 1,
                "duplicates": 1,
                "quarantined": 1,
                "suppressed": 1,
                "waiting": 1,
                "discarded": 0,
                "passed": 0,
            },
        )

    def test_too_large_a_mail_is_kept_whole_and_never_parsed(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("customer_support.mail_size_limit_mb", "1")
        raw = self.mail(body=b"x" * (1024 * 1024 + 1))
        with patch(f"{SPOOL}_delivery.parse_mail", side_effect=AssertionError):
            row = self.receive(raw)
        self.assertEqual((row.state, row.reason), ("quarantined", "too_large"))
        self.assertEqual(row._get_raw_bytes(), raw)

    def test_the_original_is_removed_in_time_and_the_line_stays(self):
        raw = self.mail()
        row = self.receive(raw)
        waiting = self.mail(message_id="<waiting@example.com>")
        self.deliver(waiting)
        with freeze_time(fields.Datetime.now() + timedelta(days=89)):
            self.ledger._gc_originals()
        self.assertTrue(row.raw)
        with freeze_time(fields.Datetime.now() + timedelta(days=91)):
            self.ledger._gc_originals()
        self.assertFalse(row.raw)
        self.assertEqual(row.email_from, "ana@example.com")
        self.assertTrue(self.find_row(waiting).raw, "not processed yet")
        with self.assertRaises(UserError):
            row.with_user(self.lead).action_retry()


@tagged("post_install", "-at_install")
class TestMailAttempts(SupportMailCommon):
    def _fail_with(self, error):
        model = self.env.registry["support.incoming.mail"]
        return patch.object(model, "_process", side_effect=error)

    def _pass_time(self, row):
        row.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)

    @mute_logger(f"{SPOOL}_processing")
    def test_what_fails_three_times_is_quarantined_with_its_reason(self):
        raw = self.mail()
        self.deliver(raw)
        row = self.find_row(raw)
        with self._fail_with(ValueError("the words of Ana")):
            for attempt in (1, 2, 3):
                self._pass_time(row)
                self.process()
                self.assertEqual(row.attempts, attempt)
                self.assertIn("the words of Ana", row.error)
                wanted = "quarantined" if attempt == 3 else "spooled"
                self.assertEqual(row.state, wanted)
        self.assertEqual(row.reason, "processing_failed")
        self.assertEqual(row._get_raw_bytes(), raw)

    def test_the_log_never_holds_the_customers_words(self):
        raw = self.mail()
        self.deliver(raw)
        with (
            self._fail_with(ValueError("the words of Ana")),
            self.assertLogs("odoo.addons.customer_support", "INFO") as logs,
        ):
            self.process()
        text = "\n".join(logs.output)
        for word in ("Ana", "example.com", "Lumin"):
            self.assertNotIn(word, text)

    @mute_logger(f"{SPOOL}_processing")
    def test_it_waits_before_it_tries_again(self):
        raw = self.mail()
        self.deliver(raw)
        row = self.find_row(raw)
        with self._fail_with(ValueError):
            self.process()
        self.process()
        self.assertEqual((row.state, row.attempts), ("spooled", 1))
        self._pass_time(row)
        self.process()
        self.assertEqual(row.state, "done")
        self.assertFalse(row.error)

    @mute_logger(f"{SPOOL}_processing")
    def test_one_bad_mail_holds_up_no_other(self):
        bad, good = self.mail(message_id="<1@x.co>"), self.mail(message_id="<2@x.co>")
        model = self.env.registry["support.incoming.mail"]
        process = model._process

        def fail_once(row):
            if row.message_id == "<1@x.co>":
                raise ValueError
            return process(row)

        self.deliver(bad)
        self.deliver(good)
        with patch.object(model, "_process", fail_once):
            self.process()
        self.assertEqual(self.find_row(bad).state, "spooled")
        self.assertEqual(self.find_row(good).state, "done")

    def test_a_mail_that_kills_the_worker_is_isolated_after_three_attempts(self):
        class Killed(BaseException):
            """Nothing catches it, as nothing catches kill -9."""

        raw = self.mail()
        self.deliver(raw)
        row = self.find_row(raw)
        cron = self.env.ref("customer_support.ir_cron_support_incoming_mail")
        for attempt in (1, 2, 3):
            self._pass_time(row)
            with (
                self.enter_registry_test_mode(),
                self._fail_with(Killed),
                suppress(Killed),
            ):
                cron.method_direct_trigger()
            self.assertEqual((row.state, row.attempts), ("spooled", attempt))
        self._pass_time(row)
        self.process()
        self.assertEqual((row.state, row.reason), ("quarantined", "worker_killed"))

    def test_an_answer_waits_for_the_mail_it_answers(self):
        first = self.mail(message_id="<first@example.com>")
        second = self.mail(
            message_id="<second@example.com>",
            body=b"And the bulb as well.",
            extra={"In-Reply-To": "<first@example.com>"},
        )
        self.deliver(first)
        self.deliver(second)
        row = self.find_row(first)
        row.next_attempt_at = fields.Datetime.now() + timedelta(minutes=5)
        self.process()
        answer = self.find_row(second)
        self.assertEqual((answer.state, answer.attempts), ("spooled", 0))
        self._pass_time(row)
        self._pass_time(answer)
        self.process()
        self.assertEqual(answer.ticket_id, row.ticket_id)
        self.assertEqual(answer.outcome, "appended")


@tagged("post_install", "-at_install")
class TestMailDecisions(SupportMailCommon):
    def _quarantined(self):
        _ticket, message_id = self.open_ticket()
        raw = self.mail(
            sender="Eve <eve@evil.example>",
            message_id="<eve@evil.example>",
            extra={"In-Reply-To": message_id},
        )
        row = self.receive(raw)
        self.assertEqual(row.state, "quarantined")
        return row

    def test_a_manager_discards_and_it_is_written_down_who(self):
        row = self._quarantined()
        row.with_user(self.lead).action_discard()
        self.assertEqual(row.state, "discarded")
        self.assertEqual(row.decided_by_id, self.lead)
        self.assertTrue(row.decided_at)

    def test_a_released_mail_is_a_ticket_of_its_own_and_unproven(self):
        row = self._quarantined()
        quoted = row.ticket_id
        row.with_user(self.lead).action_release()
        self.process()
        self.assertEqual(row.outcome, "ticket_created")
        self.assertNotEqual(row.ticket_id, quoted)
        self.assertFalse(row.ticket_id.partner_id)

    def test_a_retry_makes_the_same_checks_again(self):
        row = self._quarantined()
        row.with_user(self.lead).action_retry()
        self.assertEqual(row.state, "spooled")
        self.process()
        self.assertEqual((row.state, row.reason), ("quarantined", "foreign_thread"))

    def test_what_became_a_ticket_cannot_be_decided_again(self):
        row = self.receive(self.mail())
        for button in ("action_retry", "action_release", "action_discard"):
            with self.assertRaises(UserError):
                getattr(row.with_user(self.lead), button)()

    def test_agents_neither_read_nor_decide(self):
        row = self._quarantined()
        with self.assertRaises(AccessError):
            row.with_user(self.agent).read(["raw"])
        with self.assertRaises(AccessError):
            row.with_user(self.agent).action_discard()

    def test_an_answer_to_no_address_of_ours_stays_in_its_tickets_company(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        ticket, first = self.open_ticket()
        ticket.with_context(support_clock=True).company_id = elsewhere
        for sender, state in (
            ("ana@example.com", "done"),
            ("stranger@example.net", "quarantined"),
        ):
            row = self.receive(
                self.mail(
                    to="shop@elsewhere.example",
                    sender=sender,
                    message_id=f"<answer-{state}@example.com>",
                    extra={"In-Reply-To": first},
                )
            )
            self.assertEqual(row.state, state, row.reason)
            self.assertEqual(row.company_id, elsewhere)
            found = self.ledger.with_user(self.lead).search([("id", "=", row.id)])
            self.assertFalse(found)

    def test_managers_hear_once_of_mail_that_is_held(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.lead.lang = "pt_BR"
        row = self._quarantined()
        self.env.flush_all()
        self.ledger._cron_tell_held()
        told = self.notices_of(self.lead)
        self.assertEqual(told.subject, "Há e-mails retidos")
        self.assertIn("support_incoming_mail_action", told.body)
        self.env.cr.execute(
            "UPDATE support_incoming_mail"
            "   SET write_date = write_date - interval '2 days' WHERE id = %s",
            [row.id],
        )
        self.env.invalidate_all()
        self.ledger._cron_tell_held()
        self.assertEqual(self.notices_of(self.lead), told)

    def test_a_manager_of_another_company_sees_nothing(self):
        row = self._quarantined()
        row.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertFalse(self.ledger.with_user(self.lead).search([("id", "=", row.id)]))
