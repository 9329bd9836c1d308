"""What becomes of a mail: new tickets, answers, strangers, machines."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..tools.mail_content_key import get_content_key
from .mail_common import SupportMailCommon

SERVER = "mx.store.example.com"


class SupportConversationCommon(SupportMailCommon):
    @classmethod
    def _trust_server(cls):
        parameters = cls.env["ir.config_parameter"].sudo()
        parameters.set_param("customer_support.mail_authserv_id", SERVER)

    def _verdict(self, result, domain="example.com"):
        return f"{SERVER}; dmarc={result} header.from={domain}"

    def _answer(self, message_id, verdict=None, **values):
        """A mail that answers ``message_id``."""
        extra = {"In-Reply-To": message_id, **values.pop("extra", {})}
        if verdict:
            extra["Authentication-Results"] = verdict
        number = self.count_rows()
        values = {"message_id": f"<answer-{number}@example.com>", **values}
        return self.mail(body=f"Answer {number}".encode(), extra=extra, **values)

    def _snapshot(self, ticket):
        return {
            "stage": ticket.stage_id,
            "followers": ticket.message_partner_ids,
            "first": ticket.first_response_at,
            "waiting": ticket.waiting_since,
            "reopened": ticket.reopen_count,
            "customer": ticket.customer_message_count,
            "replies": ticket.reply_count,
            "closed": ticket.closed_at,
        }


@tagged("post_install", "-at_install")
class TestMailNewTicket(SupportConversationCommon):
    def test_a_customers_mail_becomes_a_ticket(self):
        row = self.receive(self.corpus("plain_pt"))
        ticket, message = row.ticket_id, row.mail_message_id
        self.assertEqual(ticket.name, "Luminária chegou quebrada")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.channel_id.kind, "email")
        self.assertEqual(ticket.email_normalized, "mariana.alves@example.com.br")
        self.assertEqual(ticket.partner_name, "Mariana Alves")
        self.assertFalse(ticket.user_id)
        self.assertEqual(message.message_type, "email")
        self.assertEqual(message.message_id, "<CAF1a7pt-0001@mail.example.com.br>")
        self.assertIn("<b>quebrada</b>", message.body)
        self.assertFalse(self.env["res.partner"].search([("name", "ilike", "Mariana")]))

    def test_nobody_follows_because_of_a_mail(self):
        row = self.receive(
            self.mail(extra={"Cc": "joao@example.com, eve@evil.example"})
        )
        self.assertFalse(row.ticket_id.message_partner_ids)
        self.assertFalse(row.mail_message_id.incoming_email_cc)
        suggested = row.ticket_id._message_get_suggested_recipients(
            reply_discussion=True, no_create=True
        )
        addresses = {recipient["email"] for recipient in suggested}
        self.assertFalse(addresses & {"joao@example.com", "eve@evil.example"})

    def test_sixty_copies_change_nothing(self):
        many = ", ".join(f"friend{number}@example.org" for number in range(60))
        row = self.receive(self.mail(extra={"Cc": many}))
        self.assertEqual(row.outcome, "ticket_created")
        self.assertFalse(row.ticket_id.message_partner_ids)

    def test_a_known_address_is_believed_unless_told_otherwise(self):
        row = self.receive(self.mail(message_id="<1@example.com>"))
        self.assertEqual(row.ticket_id.partner_id, self.customer)
        self.assertEqual(row.mail_message_id.author_id, self.customer)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("customer_support.trust_sender_addresses", "False")
        row = self.receive(self.mail(message_id="<2@example.com>"))
        self.assertFalse(row.ticket_id.partner_id)
        self.assertEqual(row.ticket_id.claimed_partner_id, self.customer)
        self.assertFalse(row.mail_message_id.author_id)

    def test_with_a_trusted_server_only_its_pass_proves_an_address(self):
        self._trust_server()
        for result, is_proven in [("pass", True), ("none", False), ("fail", False)]:
            with self.subTest(result=result):
                raw = self.mail(
                    message_id=f"<{result}@example.com>",
                    extra={"Authentication-Results": self._verdict(result)},
                )
                ticket = self.receive(raw).ticket_id
                self.assertEqual(bool(ticket.partner_id), is_proven)
                self.assertEqual(bool(ticket.claimed_partner_id), not is_proven)

    def test_a_mail_that_cannot_be_read_is_a_ticket_with_its_original(self):
        opening = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n'
        raw = f"From: ana@example.com\nTo: {self.address}\nSubject: Deep\n".encode()
        raw += b"".join(opening % (level, level) for level in range(300))
        row = self.receive(raw + b"\n\nHidden words\n")
        self.assertEqual(row.outcome, "ticket_created")
        original = row.mail_message_id.attachment_ids
        self.assertEqual(original.name, "original.eml")
        self.assertIn(b"Hidden words", original.raw)

    def test_a_subject_that_turns_the_text_round_is_read_as_it_was_written(self):
        row = self.receive(self.mail(subject="Nota \u202efdp.exe"))
        self.assertEqual(row.ticket_id.name, "Nota fdp.exe")

    def test_odd_mails_are_tickets_each(self):
        empty = self.mail(subject="", body=b"", message_id="<empty@example.com>")
        image = self.mail(
            body=b"\x89PNG",
            content_type="image/png",
            message_id="<image@example.com>",
        )
        nul = self.mail(
            subject="N\x00UL", body=b"a\x00b", message_id="<nul@example.com>"
        )
        odd_sender = self.mail(
            sender="<ana@exa mple..com>", message_id="<odd@example.com>"
        )
        unicode_sender = self.mail(
            sender="Zoë <zoë@exämple..com>", message_id="<uni@example.com>"
        )
        nobody = self.mail(sender="", message_id="<nobody@example.com>")
        mails = [empty, image, nul, odd_sender, unicode_sender, nobody]
        mails += [
            self.corpus(name)
            for name in ("unknown_charset_pt", "broken_mime_en", "winmail_en")
        ]
        for raw in mails:
            row = self.receive(raw)
            self.assertEqual(row.outcome, "ticket_created", row.error)
        self.assertTrue(self.find_row(empty).ticket_id.name)
        self.assertEqual(len(self.find_row(image).mail_message_id.attachment_ids), 1)
        self.assertIn("ab", self.find_row(nul).mail_message_id.body)

    def test_text_that_the_cleaner_drops_is_kept(self):
        deep = "<div>" * 400 + "marker words of the customer " * 5 + "</div>" * 400
        raw = self.mail(body=deep.encode(), content_type="text/html")
        message = self.receive(raw).mail_message_id
        text = message.body + "".join(
            file.raw.decode() for file in message.attachment_ids
        )
        self.assertIn("marker words of the customer", text)

    def test_ten_megabytes_of_text_are_kept(self):
        body = b"x" * 10_000_001 + b" last words"
        for content_type in ("text/plain", "text/html"):
            raw = self.mail(
                body=body,
                content_type=content_type,
                message_id=f"<{content_type}@x.co>",
            )
            row = self.receive(raw)
            files = row.mail_message_id.attachment_ids
            self.assertEqual(row.outcome, "ticket_created")
            self.assertIn(b"last words", b"".join(file.raw for file in files))
            self.assertLess(len(row.mail_message_id.body), 2_000_000)

    def test_scripts_do_not_survive(self):
        page = b"<p onclick='x()'>Hello</p><script>alert(1)</script><svg onload='x()'>"
        message = self.receive(self.mail(body=page, content_type="text/html"))
        body = message.mail_message_id.body
        self.assertIn("Hello", body)
        for danger in ("script", "onclick", "onload"):
            self.assertNotIn(danger, body)

    def test_the_senders_clock_counts_for_nothing(self):
        now = fields.Datetime.now()
        for date in ("Thu, 01 Jan 1970 00:00:00 +0000", "1 Jan 2099", "noon?"):
            raw = self.mail(message_id=f"<{len(date)}@x.co>", extra={"Date": date})
            row = self.receive(raw)
            for moment in (row.ticket_id.opened_at, row.mail_message_id.date):
                self.assertLess(abs(moment - now), timedelta(minutes=10))

    def test_another_reply_address_changes_no_one_and_is_said(self):
        row = self.receive(self.mail(extra={"Reply-To": "victim@example.org"}))
        ticket = row.ticket_id
        self.assertEqual(ticket.email_normalized, "ana@example.com")
        notes = ticket.message_ids.filtered("is_internal") | ticket.message_ids
        self.assertTrue(any("victim@example.org" in note.body for note in notes))

    def test_a_number_in_the_subject_is_a_hint_and_no_key(self):
        ticket = self.make_ticket()
        before = self._snapshot(ticket)
        raw = self.mail(
            sender="Eve <eve@evil.example>", subject=f"Re: [#{ticket.number}] my refund"
        )
        row = self.receive(raw)
        self.assertNotEqual(row.ticket_id, ticket)
        self.assertEqual(self._snapshot(ticket), before)
        hint = row.ticket_id.message_ids.filtered(lambda m: ticket.number in m.body)
        self.assertTrue(hint)
        self.assertTrue(hint[0].subtype_id.internal or not hint[0].subtype_id)

    def test_the_language_of_an_unknown_sender_is_read_from_the_mail(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        raw = self.mail(
            sender="Rui <rui@example.org>", extra={"Content-Language": "pt-BR"}
        )
        self.assertEqual(self.receive(raw).ticket_id.lang, "pt_BR")


@tagged("post_install", "-at_install")
class TestMailAnswer(SupportConversationCommon):
    def test_the_requesters_answer_is_appended(self):
        ticket, _first = self.open_ticket()
        asked, _mails = self.answer_of_agent(ticket)
        raw = self.corpus("quoted_reply_pt", message_id=asked.message_id)
        row = self.receive(raw)
        self.assertEqual((row.outcome, row.ticket_id), ("appended", ticket))
        self.assertEqual(row.mail_message_id.author_id, self.customer)
        self.assertIn("data-o-mail-quote", row.mail_message_id.body)
        self.assertFalse(row.mail_message_id.subtype_id.internal)
        self.assertTrue(ticket.is_waiting_agent)

    def test_an_unknown_customers_answer_is_appended(self):
        ticket, first = self.open_ticket(sender="Rui <rui@example.org>")
        row = self.receive(self._answer(first, sender="rui@example.org"))
        self.assertEqual((row.outcome, row.ticket_id), ("appended", ticket))

    def test_a_stranger_with_our_message_id_is_quarantined(self):
        ticket, first = self.open_ticket()
        asked, _mails = self.answer_of_agent(ticket)
        ticket.action_close()
        before = self._snapshot(ticket)
        messages = ticket.message_ids
        many = " ".join(f"<x{number}@evil.example>" for number in range(40))
        for references in (
            {"In-Reply-To": asked.message_id},
            {"References": f"{first} {asked.message_id}"},
            {"References": f"{many} {asked.message_id}"},
        ):
            raw = self.mail(
                sender="Eve <eve@evil.example>",
                message_id=f"<eve-{self.count_rows()}@evil.example>",
                extra=references,
            )
            row = self.receive(raw)
            self.assertEqual(row.state, "quarantined", references)
            self.assertEqual(row.reason, "foreign_thread")
            self.assertEqual(row.ticket_id, ticket)
        self.assertEqual(self._snapshot(ticket), before)
        self.assertEqual(ticket.message_ids, messages)

    def test_a_mix_of_own_and_foreign_threads_opens_no_foreign_one(self):
        eve = "Eve <eve@evil.example>"
        _own, own_id = self.open_ticket(sender=eve)
        foreign, foreign_id = self.open_ticket()
        count = len(foreign.message_ids)
        for references in (f"{own_id} {foreign_id}", f"{foreign_id} {own_id}"):
            raw = self.mail(
                sender=eve,
                message_id=f"<mix-{self.count_rows()}@evil.example>",
                extra={"References": references},
            )
            self.receive(raw)
        self.assertEqual(len(foreign.message_ids), count)
        self.assertFalse(foreign.message_partner_ids)

    def test_who_is_only_in_copy_cannot_write(self):
        ticket, first = self.open_ticket(extra={"Cc": "joao@example.com"})
        row = self.receive(self._answer(first, sender="joao@example.com"))
        self.assertEqual((row.state, row.reason), ("quarantined", "foreign_thread"))
        self.assertNotIn(self.customer_b, ticket.message_partner_ids)

    def test_a_follower_may_write(self):
        ticket, first = self.open_ticket()
        ticket.message_subscribe(self.customer_b.ids)
        row = self.receive(self._answer(first, sender="joao@example.com"))
        self.assertEqual(row.outcome, "appended")
        self.assertEqual(row.mail_message_id.author_id, self.customer_b)

    def test_a_forged_requester_is_quarantined_where_it_is_checked(self):
        self._trust_server()
        ticket, first = self.open_ticket()
        messages = ticket.message_ids
        row = self.receive(self._answer(first, self._verdict("fail")))
        self.assertEqual((row.state, row.reason), ("quarantined", "dmarc_fail"))
        self.assertEqual(ticket.message_ids, messages)
        for verdict in (self._verdict("pass"), self._verdict("none")):
            row = self.receive(self._answer(first, verdict))
            self.assertEqual(row.outcome, "appended")

    def test_an_answer_to_a_merged_ticket_reaches_the_survivor(self):
        ticket, first = self.open_ticket()
        survivor, _second = self.open_ticket()
        ticket._merge_into(survivor)
        row = self.receive(self._answer(first))
        self.assertEqual((row.outcome, row.ticket_id), ("appended", survivor))

    def test_an_answer_soon_after_closing_reopens_and_a_late_one_begins_anew(self):
        ticket, first = self.open_ticket()
        ticket.action_close()
        self.assertEqual(self.receive(self._answer(first)).ticket_id, ticket)
        self.assertFalse(ticket.closed_at)
        ticket.action_close()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE support_ticket SET closed_at = closed_at - interval '30 days'"
            " WHERE id = %s",
            (ticket.id,),
        )
        ticket.invalidate_recordset()
        row = self.receive(self._answer(first))
        self.assertEqual(row.outcome, "ticket_created")
        self.assertEqual(row.ticket_id.previous_ticket_id, ticket)
        self.assertTrue(ticket.closed_at)

    def test_the_answer_to_a_deleted_ticket_is_a_new_one(self):
        ticket, first = self.open_ticket()
        self.env.cr.execute(
            "UPDATE mail_message SET res_id = 2147483647"
            " WHERE model = 'support.ticket' AND res_id = %s",
            (ticket.id,),
        )
        self.env.invalidate_all()
        row = self.receive(self._answer(first))
        self.assertEqual(row.outcome, "ticket_created")
        self.assertNotEqual(row.ticket_id, ticket)


@tagged("post_install", "-at_install")
class TestMailOfAgents(SupportConversationCommon):
    def _answer_as_agent(self, message_id, verdict=None):
        raw = self._answer(
            message_id, verdict, sender="Bia Ramos <bia@store.example.com>"
        )
        self.deliver(raw)
        cron = self.env.ref("customer_support.ir_cron_support_incoming_mail")
        with self.enter_registry_test_mode(), self.mock_mail_gateway():
            cron.method_direct_trigger()
            sent = self.addresses_of(self._new_mails)
        return self.find_row(raw), sent

    def test_an_unproven_agent_is_held_and_never_relayed(self):
        ticket, first = self.open_ticket()
        before = self._snapshot(ticket)
        for configured in (False, True):
            if configured:
                self._trust_server()
            row, sent = self._answer_as_agent(first)
            self.assertEqual(row.reason, "agent_unverified")
            self.assertEqual(row.ticket_id, ticket)
            self.assertTrue(row.mail_message_id.subtype_id.internal)
            self.assertFalse(row.mail_message_id.author_id)
            self.assertFalse(sent & {"ana@example.com"})
        self.assertEqual(self._snapshot(ticket), before)

    def test_an_agent_whose_mail_is_held_is_told_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.agent.lang = "pt_BR"
        ticket, first = self.open_ticket()
        self._answer_as_agent(first)
        told = self.notices_of(self.agent)
        self.assertEqual(len(told), 1)
        self.assertEqual(told.res_id, ticket.id)
        self.assertIn("não foi enviada", told.subject)
        self.assertFalse(told.partner_ids - self.agent.partner_id)

    def test_a_forged_agent_is_quarantined(self):
        self._trust_server()
        _ticket, first = self.open_ticket()
        row, _sent = self._answer_as_agent(
            first, self._verdict("fail", "store.example.com")
        )
        self.assertEqual((row.state, row.reason), ("quarantined", "dmarc_fail"))

    def test_a_proven_agents_mail_is_an_answer_to_the_customer(self):
        self._trust_server()
        ticket, first = self.open_ticket()
        verdict = self._verdict("pass", "store.example.com")
        row, sent = self._answer_as_agent(first, verdict)
        self.assertEqual(row.outcome, "appended")
        self.assertEqual(row.mail_message_id.author_id, self.agent.partner_id)
        self.assertIn("ana@example.com", sent)
        self.assertEqual(ticket.reply_count, 1)
        self.assertTrue(ticket.first_response_at)

    def test_a_proven_answer_to_a_note_stays_a_note(self):
        self._trust_server()
        ticket, _first = self.open_ticket()
        note = ticket.with_user(self.agent).message_post(
            body="Who knows this lamp?", subtype_xmlid="mail.mt_note"
        )
        verdict = self._verdict("pass", "store.example.com")
        row, sent = self._answer_as_agent(note.message_id, verdict)
        self.assertTrue(row.mail_message_id.subtype_id.internal)
        self.assertNotIn("ana@example.com", sent)
        self.assertEqual(ticket.reply_count, 0)

    def test_an_agent_of_another_team_is_a_stranger(self):
        self._trust_server()
        _ticket, first = self.open_ticket()
        raw = self._answer(
            first,
            self._verdict("pass", "store.example.com"),
            sender="Davi Nunes <davi@store.example.com>",
        )
        self.assertEqual(self.receive(raw).reason, "foreign_thread")


@tagged("post_install", "-at_install")
class TestMailOfMachines(SupportConversationCommon):
    def test_automatic_answers_are_recorded_and_move_nothing(self):
        for closed in (False, True):
            ticket, first = self.open_ticket()
            self.answer_of_agent(ticket)
            if closed:
                ticket.action_close()
            before = self._snapshot(ticket)
            for headers in (
                {"Auto-Submitted": "auto-replied"},
                {"Auto-Submitted": "auto-generated"},
                {"X-Autoreply": "yes"},
                {"Precedence": "bulk"},
                {"Precedence": "junk"},
                {"X-Auto-Response-Suppress": "OOF, AutoReply"},
                {"Subject": "Resposta automática: férias"},
                {"Subject": "Out of office: Re: lamp"},
            ):
                row = self.receive(self._answer(first, extra=headers))
                self.assertEqual(row.state, "suppressed", headers)
                self.assertEqual(row.ticket_id, ticket)
                self.assertTrue(row.mail_message_id.subtype_id.internal)
            self.assertEqual(self._snapshot(ticket), before)

    def test_a_person_who_says_so_is_a_person(self):
        ticket, first = self.open_ticket()
        row = self.receive(self._answer(first, extra={"Auto-Submitted": "no"}))
        self.assertEqual(row.outcome, "appended")
        self.assertEqual(ticket.customer_message_count, 2)

    def test_an_automatic_answer_to_nothing_of_ours_is_suppressed(self):
        row = self.receive(self.corpus("out_of_office_pt"))
        self.assertEqual((row.state, row.reason), ("suppressed", "auto_reply"))
        self.assertFalse(row.ticket_id)

    def test_a_strangers_automatic_answer_leaves_no_trace_on_the_ticket(self):
        ticket, first = self.open_ticket()
        messages = ticket.message_ids
        raw = self._answer(
            first, sender="eve@evil.example", extra={"Auto-Submitted": "auto-replied"}
        )
        self.assertEqual(self.receive(raw).state, "suppressed")
        self.assertEqual(ticket.message_ids, messages)

    def test_a_machines_notice_is_a_ticket_without_acknowledgement(self):
        raw = self.mail(
            sender="disputes@bank.example", extra={"Auto-Submitted": "auto-generated"}
        )
        self.deliver(raw)
        self.process()
        self.assertEqual(self.find_row(raw).outcome, "ticket_created")
        self.assertFalse(self._new_mails)

    def test_list_mail_is_a_ticket_without_acknowledgement(self):
        row = self.receive(self.corpus("list_en"))
        self.assertEqual(row.outcome, "ticket_created")
        self.assertFalse(self._new_mails)

    def test_a_bounce_marks_the_answer_and_makes_no_ticket(self):
        ticket, _first = self.open_ticket()
        asked, _mails = self.answer_of_agent(ticket)
        before = self._snapshot(ticket)
        raw = self.corpus(
            "bounce_postfix_en",
            recipient="ana@example.com",
            message_id=asked.message_id,
        )
        # Odoo's own handling writes the address to the log.
        with self.assertNoLogs("odoo.addons.mail", "INFO"):
            row = self.receive(raw)
        self.assertEqual((row.state, row.reason), ("suppressed", "bounce"))
        self.assertEqual(row.ticket_id, ticket)
        notified = asked.notification_ids.filtered(
            lambda n: n.res_partner_id == self.customer
        )
        self.assertEqual(notified.notification_status, "bounce")
        self.assertIn("ana@example.com", ticket.message_ids[0].body)
        self.assertEqual(self._snapshot(ticket), before)

    def test_a_bounce_about_somebody_we_never_wrote_to_is_no_news(self):
        ticket, _first = self.open_ticket()
        asked, _mails = self.answer_of_agent(ticket)
        messages = ticket.message_ids
        raw = self.corpus(
            "bounce_postfix_en",
            recipient="lies@evil.example",
            message_id=asked.message_id,
        )
        self.assertEqual(self.receive(raw).reason, "bounce")
        self.assertEqual(ticket.message_ids, messages)

    def test_a_read_receipt_makes_no_ticket(self):
        row = self.receive(self.corpus("read_receipt_en"))
        self.assertEqual((row.state, row.reason), ("suppressed", "receipt"))

    def test_our_own_mail_that_comes_back_is_a_loop(self):
        ticket, _first = self.open_ticket()
        asked, _mails = self.answer_of_agent(ticket)
        marker = ticket._get_desk_marker()
        for values in (
            {"message_id": asked.message_id, "sender": "list@example.net"},
            {"extra": {"X-Support-Desk": marker}, "message_id": "<rewritten@ses.co>"},
            {"sender": f"Store <{self.address}>", "message_id": "<alias@x.co>"},
            {"sender": self.domain.catchall_email, "message_id": "<catch@x.co>"},
        ):
            row = self.receive(self.mail(**values))
            self.assertEqual((row.state, row.reason), ("suppressed", "loop"), values)


@tagged("post_install", "-at_install")
class TestMailFlood(SupportConversationCommon):
    def setUp(self):
        super().setUp()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mail.gateway.loop.threshold", "3")

    def _send(self, count, **values):
        sent, rows = [], self.ledger
        for number in range(count):
            raw = self.mail(
                message_id=f"<bomb-{self.count_rows()}@example.org>",
                sender="Victim <victim@example.org>",
                subject=f"Bomb {number}",
                extra={"Return-Path": "<victim@example.org>", **values},
            )
            rows |= self.receive(raw)
            sent += [a for a in self.addresses_of(self._new_mails)]
        return rows, sent

    def test_a_bomb_makes_few_tickets_and_one_mail_to_its_victim(self):
        rows, sent = self._send(7)
        states = rows.sorted("id").mapped("state")
        self.assertEqual(states, ["done"] * 3 + ["quarantined"] * 4)
        self.assertEqual(set(rows[3:].mapped("reason")) - {False}, {"too_many"})
        self.assertEqual(sent.count("victim@example.org"), 1)
        notes = rows.ticket_id.message_ids.filtered(lambda m: "mail ledger" in m.body)
        self.assertEqual(len(notes), 1, "one notice a window")

    def test_an_allowed_address_is_not_limited(self):
        self.env["mail.gateway.allowed"].create({"email": "victim@example.org"})
        rows, _sent = self._send(5)
        self.assertEqual(set(rows.mapped("state")), {"done"})

    def test_two_machines_that_do_not_say_so_stop(self):
        _ticket, first = self.open_ticket()
        rows, outgoing = self.ledger, 0
        for _turn in range(6):
            rows |= self.receive(self._answer(first))
            outgoing += len(self._new_mails)
        self.assertEqual(outgoing, 0)
        self.assertIn("too_many", rows.mapped("reason"))

    def test_the_indexed_address_is_compared(self):
        domain = self.env["support.ticket"]._detect_loop_sender_domain("a@x.co")
        self.assertEqual(domain, [("email_normalized", "=", "a@x.co")])


@tagged("post_install", "-at_install")
class TestMailKeyIndex(SupportMailCommon):
    def test_the_database_itself_refuses_a_second_row(self):
        """Two deliveries at once both find nothing: only the index tells them."""
        raw = self.mail()
        self.deliver(raw)
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'support_incoming_mail'"
            " AND indexdef LIKE %s",
            ("%UNIQUE%(content_key)%",),
        )
        self.assertTrue(self.env.cr.fetchall())
        self.assertEqual(self.find_row(raw).content_key, get_content_key(raw))


@tagged("post_install", "-at_install")
class TestMailOrder(SupportConversationCommon):
    def test_the_order_in_the_subject_or_the_text_is_linked(self):
        number = self.order.name
        by_subject = self.mail(subject=f"Order {number}", message_id="<s@example.com>")
        by_text = self.mail(
            body=f"My order is {number}.".encode(), message_id="<t@example.com>"
        )
        for raw in (by_subject, by_text):
            self.assertEqual(self.receive(raw).ticket_id.sale_order_id, self.order)

    def test_another_customers_order_is_not(self):
        raw = self.mail(
            sender="João Lima <joao@example.com>", subject=f"Order {self.order.name}"
        )
        row = self.receive(raw)
        self.assertEqual(row.ticket_id.partner_id, self.customer_b)
        self.assertFalse(row.ticket_id.sale_order_id)

    def test_an_unproven_sender_gets_no_order(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("customer_support.trust_sender_addresses", "False")
        row = self.receive(self.mail(subject=f"Order {self.order.name}"))
        self.assertFalse(row.ticket_id.sale_order_id)
