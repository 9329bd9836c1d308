"""Mails that came together: one transaction for many, and each one's fate its own."""

from contextlib import contextmanager, suppress
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields, sql_db
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.mail_content_key import get_content_key
from ..tools.mail_headers import read_envelope
from .mail_common import SupportMailCommon
from .mail_corpus import make_mail
from .parallel_common import ParallelCase

MODELS = "odoo.addons.customer_support.models"
BATCH = f"{MODELS}.support_incoming_mail_batch"
PROCESSING = f"{MODELS}.support_incoming_mail_processing"
# What one more mail of a batch may cost; it was 71 with a transaction for each.
MOST_QUERIES = 30


class Killed(BaseException):
    """Nothing catches it, as nothing catches kill -9."""


class SupportBatchCommon(SupportMailCommon):
    def setUp(self):
        super().setUp()
        self.number = 0
        self.model = self.env.registry["support.incoming.mail"]

    def deliver_some(self, count):
        """Deliver mails of as many customers; return their rows, oldest first."""
        rows = self.ledger
        for _ in range(count):
            self.number += 1
            raw = self.mail(
                sender=f"Customer <c{self.number}@customer.example>",
                message_id=f"<{self.number}@customer.example>",
                subject=f"Broken lamp {self.number}",
            )
            self.deliver(raw)
            rows += self.find_row(raw)
        return rows

    def pass_time(self, rows):
        rows.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)

    @contextmanager
    def at_the_mail(self, row, error):
        """Let something happen at the end of processing one of the mails."""
        process = self.model._process

        def fail_at_the_end(mail):
            process(mail)
            if mail.id == row.id:
                raise error

        with patch.object(self.model, "_process", fail_at_the_end):
            yield

    @contextmanager
    def spied(self, name):
        """Note the ids that a method is called with."""
        calls, method = [], getattr(self.model, name)

        def spy(rows):
            calls.append(rows.ids)
            return method(rows)

        with patch.object(self.model, name, spy):
            yield calls

    def be_killed_at(self, row):
        work = self.model._cron_process

        def die(ledger):
            try:
                work(ledger)
            except Killed:
                # The database does so when the connection is gone.
                ledger.env.cr.rollback()
                raise

        with (
            patch.object(self.model, "_cron_process", die),
            self.at_the_mail(row, Killed),
            suppress(Killed),
        ):
            self.process()
        self.env.invalidate_all()

    def check_done_once(self, rows):
        """Each became one ticket with one message and was acknowledged once."""
        self.assertEqual(set(rows.mapped("outcome")), {"ticket_created"})
        self.assertEqual(len(rows.ticket_id), len(rows))
        tickets = self.env["support.ticket"]
        messages = self.env["mail.message"]
        mails = self.env["mail.mail"]
        for row in rows:
            same = tickets.search([("email_normalized", "=", row.email_from)])
            self.assertEqual(same, row.ticket_id)
            same = messages.search([("message_id", "=", row.message_id)])
            self.assertEqual(same, row.mail_message_id)
            self.assertEqual(same.res_id, row.ticket_id.id)
            told = [("model", "=", "support.ticket"), ("res_id", "=", row.ticket_id.id)]
            self.assertEqual(mails.search_count(told), 1)


@tagged("post_install", "-at_install")
class TestMailBatch(SupportBatchCommon):
    def test_mails_that_came_together_share_a_transaction(self):
        rows = self.deliver_some(3)
        with (
            self.spied("_process_together") as together,
            self.spied("_make_attempt") as alone,
        ):
            self.process()
        self.assertEqual(together, [rows.ids])
        self.assertFalse(alone)
        self.assertEqual(set(rows.mapped("attempts")), {1})
        self.check_done_once(rows)

    def test_a_batch_is_so_large_and_no_larger(self):
        rows = self.deliver_some(6)
        with patch(f"{BATCH}.BATCH_MAILS", 2):
            batches = [batch.ids for batch in rows._split_batches()]
        self.assertEqual(batches, [rows[i : i + 2].ids for i in (0, 2, 4)])
        rows.size = 1000
        rows[1].size = 3000
        with patch(f"{BATCH}.BATCH_BYTES", 2500):
            batches = [batch.ids for batch in rows._split_batches()]
        self.assertEqual(
            batches, [part.ids for part in (rows[0], rows[1], rows[2:4], rows[4:])]
        )

    def test_what_was_tried_before_stands_alone(self):
        rows = self.deliver_some(4)
        rows[1].attempts = 1
        batches = [batch.ids for batch in rows._split_batches()]
        self.assertEqual(batches, [part.ids for part in (rows[0], rows[1], rows[2:])])

    def test_others_wait_no_longer_than_the_time_of_a_transaction(self):
        rows = self.deliver_some(3)
        with (
            patch(f"{BATCH}.BATCH_SECONDS", 0),
            self.spied("_process_together") as together,
        ):
            self.process()
        self.assertEqual(together, [rows.ids, rows[1:].ids, rows[2:].ids])
        self.check_done_once(rows)

    def test_the_originals_of_other_mails_are_not_read_with_one(self):
        rows = self.deliver_some(2)
        self.env.invalidate_all()
        for batch in rows._split_batches()[0].browse(rows.ids[:1]):
            batch._get_raw_bytes()
        raw = self.ledger._fields["raw"]
        self.assertNotIn(
            rows[1].id, raw._get_cache(rows.with_context(bin_size=False).env)
        )

    @mute_logger(PROCESSING)
    def test_a_mail_that_fails_fails_alone(self):
        rows = self.deliver_some(4)
        good, bad = rows - rows[1], rows[1]
        with self.at_the_mail(bad, ValueError("the words of Ana")):
            for attempt in (1, 2, 3):
                self.pass_time(rows - good.filtered("ticket_id"))
                self.process()
                self.assertEqual(bad.attempts, attempt)
                self.check_done_once(good)
        self.assertEqual((bad.state, bad.reason), ("quarantined", "processing_failed"))
        self.assertIn("the words of Ana", bad.error)
        self.assertFalse(bad.ticket_id)
        self.assertEqual(set(good.mapped("attempts")), {1})
        lost = [("email_normalized", "=", bad.email_from)]
        self.assertFalse(self.env["support.ticket"].search(lost))

    def test_a_conflict_costs_no_attempt_and_no_other_mail_anything(self):
        rows = self.deliver_some(3)
        process, conflicts = self.model._process, [SerializationFailure()]

        def conflict_once(mail):
            process(mail)
            if mail.id == rows[1].id and conflicts:
                raise conflicts.pop()

        with patch.object(self.model, "_process", conflict_once):
            self.process()
        self.assertFalse(conflicts)
        self.assertEqual(set(rows.mapped("attempts")), {1})
        self.check_done_once(rows)

    def test_a_killed_worker_leaves_nothing_half_and_what_killed_it_is_found(self):
        rows = self.deliver_some(3)
        bad, good = rows[1], rows - rows[1]
        self.be_killed_at(bad)
        self.assertEqual(set(rows.mapped("attempts")), {1})
        self.assertEqual(set(rows.mapped("state")), {"spooled"})
        self.assertFalse(
            self.env["support.ticket"].search([("name", "like", "Broken")])
        )
        # Nobody is due before the pause is over.
        self.process()
        self.assertEqual(set(rows.mapped("state")), {"spooled"})
        # Whoever comes before it is committed by himself now.
        self.pass_time(rows)
        with self.spied("_process_together") as together:
            self.be_killed_at(bad)
        self.assertFalse(together)
        self.assertEqual(rows[0].outcome, "ticket_created")
        self.assertEqual((bad.state, bad.attempts), ("spooled", 2))
        with self.at_the_mail(bad, Killed):
            self.process()
        self.check_done_once(good)
        # The third try is its last.
        self.pass_time(bad)
        self.be_killed_at(bad)
        self.assertEqual((bad.state, bad.attempts), ("spooled", 3))
        self.pass_time(bad)
        self.process()
        self.assertEqual((bad.state, bad.reason), ("quarantined", "worker_killed"))
        self.assertEqual(bad._get_raw_bytes()[:5], b"From:")

    def test_answers_find_the_mail_they_answer_in_the_same_run(self):
        [first] = self.deliver_some(1)
        answers = self.ledger
        for name in ("second", "third"):
            raw = self.mail(
                sender="Customer <c1@customer.example>",
                message_id=f"<{name}@customer.example>",
                body=f"And the {name} thing.",
                extra={"References": f"{first.message_id} <second@customer.example>"},
            )
            self.deliver(raw)
            answers += self.find_row(raw)
        others = self.deliver_some(2)
        self.process()
        self.check_done_once(others)
        self.assertEqual(first.outcome, "ticket_created")
        self.assertEqual(answers.mapped("outcome"), ["appended", "appended"])
        self.assertEqual(answers.ticket_id, first.ticket_id)
        bodies = [row.mail_message_id.body for row in answers]
        self.assertIn("second thing", bodies[0])
        self.assertIn("third thing", bodies[1])
        self.assertLess(answers[0].mail_message_id.id, answers[1].mail_message_id.id)

    def test_two_mails_wake_the_job_once(self):
        job = self.env.ref("customer_support.ir_cron_support_incoming_mail")
        triggers = self.env["ir.cron.trigger"]
        of_job = [("cron_id", "=", job.id), ("call_at", "<=", fields.Datetime.now())]
        triggers.search(of_job).unlink()
        self.deliver_some(3)
        self.assertEqual(triggers.search_count([("cron_id", "=", job.id)]), 1)

    def test_one_more_mail_costs_few_queries(self):
        def count(size):
            rows = self.deliver_some(size)
            before = sql_db.sql_counter
            self.process()
            spent = sql_db.sql_counter - before
            self.check_done_once(rows)
            return spent

        count(2)
        few, many = count(2), count(12)
        self.assertLessEqual((many - few) / 10, MOST_QUERIES)


@tagged("post_install", "-at_install")
class TestMailsLookedUpTogether(SupportBatchCommon):
    """What is asked once for all mails of a batch is answered as for each alone."""

    def receive_all(self, *mails):
        for raw in mails:
            self.deliver(raw)
        self.process()
        return [self.find_row(raw) for raw in mails]

    def of(self, sender, **values):
        self.number += 1
        return self.mail(
            sender=sender, message_id=f"<{self.number}@looked.example>", **values
        )

    def test_each_sender_is_known_as_the_own_contact(self):
        partners = self.env["res.partner"].create(
            [
                {"name": "Ana", "email": "ana@looked.example"},
                {"name": "Ana again", "email": "Ana <ANA@looked.example>"},
                {"name": "João", "email": "joao@looked.example"},
            ]
        )
        rows = self.receive_all(
            self.of("João <joao@looked.example>"),
            self.of("Ana <Ana@looked.example>"),
            self.of("Eve <eve@looked.example>"),
        )
        found = [row.ticket_id.partner_id for row in rows]
        nobody = partners.browse()
        self.assertEqual(found, [partners[2], partners[0], nobody])

    def test_contacts_of_another_company_stay_unknown(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["res.partner"].create(
            {
                "name": "Ana",
                "email": "ana@looked.example",
                "company_id": company.id,
            }
        )
        rows = self.receive_all(
            self.of("ana@looked.example"), self.of("joao@looked.example")
        )
        self.assertFalse(rows[0].ticket_id.partner_id)

    def test_mails_of_one_sender_are_counted_one_by_one(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mail.gateway.loop.threshold", 2)
        rows = self.receive_all(
            self.of("ana@looked.example"),
            self.of("Ana <ana@looked.example>"),
            self.of("joao@looked.example"),
            self.of("ana@looked.example"),
        )
        self.assertEqual(
            [(row.state, row.reason) for row in rows],
            [("done", False)] * 3 + [("quarantined", "too_many")],
        )

    def test_a_flood_of_before_is_seen(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mail.gateway.loop.threshold", 1)
        self.receive_all(self.of("ana@looked.example"))
        rows = self.receive_all(
            self.of("ana@looked.example"), self.of("joao@looked.example")
        )
        self.assertEqual([row.state for row in rows], ["quarantined", "done"])

    def test_our_own_address_is_told_from_one_that_looks_like_it(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("mail.catchall.domain.allowed", self.domain.name)
        self.team.alias_id.alias_incoming_local = True
        rows = self.receive_all(
            self.of(self.address), self.of("suporte@looked.example")
        )
        self.assertEqual(
            [(row.state, row.reason) for row in rows],
            [("suppressed", "loop"), ("done", False)],
        )
        told = self.env["mail.mail"].search([("res_id", "=", rows[1].ticket_id.id)])
        self.assertEqual(self.addresses_of(told), {"suporte@looked.example"})

    def test_a_mail_that_its_own_answer_overtook_joins_it_in_one_run(self):
        late = "<late@looked.example>"
        answer = self.of("ana@looked.example", extra={"In-Reply-To": late})
        itself = self.mail(sender="ana@looked.example", message_id=late)
        other = self.of("joao@looked.example")
        rows = self.receive_all(answer, itself, other)
        self.assertEqual(
            [row.outcome for row in rows],
            ["ticket_created", "appended", "ticket_created"],
        )
        self.assertEqual(rows[1].ticket_id, rows[0].ticket_id)

    def test_two_tickets_of_one_address_are_acknowledged_once(self):
        rows = self.receive_all(
            self.of("ana@looked.example"),
            self.of("joao@looked.example"),
            self.of("ana@looked.example"),
        )
        tickets = [row.ticket_id.id for row in rows]
        domain = [("model", "=", "support.ticket"), ("res_id", "in", tickets)]
        told = self.env["mail.mail"].search(domain)
        self.assertEqual(
            sorted(told.mapped("email_to")),
            ["ana@looked.example", "joao@looked.example"],
        )


@tagged("post_install", "-at_install")
class TestAcknowledgedTogether(SupportBatchCommon):
    def get_bodies(self, rows):
        tickets = rows.ticket_id
        domain = [("model", "=", "support.ticket"), ("res_id", "in", tickets.ids)]
        mails = self.env["mail.mail"].search(domain)
        return {
            ticket: mails.filtered(lambda m, t=ticket: m.res_id == t.id).body_html
            for ticket in tickets
        }

    def test_one_text_is_compiled_once_and_speaks_of_each_ticket(self):
        template = self.env.ref("customer_support.mail_template_acknowledgement")
        template.body_html = "<p>Ticket <t t-out='object.number or 0'/> is here.</p>"
        compiled, model = [], self.env.registry["ir.qweb"]
        compile_code = model._generate_code

        def spy(qweb, source):
            if not isinstance(source, (int, str)):
                compiled.append(source)
            return compile_code(qweb, source)

        rows = self.deliver_some(3)
        with patch.object(model, "_generate_code", spy):
            self.process()
        for ticket, body in self.get_bodies(rows).items():
            self.assertIn(f"Ticket {ticket.number} is here.", body)
        # Once to see whether it needs an editor's rights, once to be used.
        self.assertEqual(len(compiled), 2)

    def test_a_changed_text_counts_for_the_next_mail(self):
        template = self.env.ref("customer_support.mail_template_acknowledgement")
        for words in ("Thank you.", "Obrigada."):
            template.body_html = f"<p>{words} <t t-out='object.number or 0'/></p>"
            rows = self.deliver_some(2)
            self.process()
            for body in self.get_bodies(rows).values():
                self.assertIn(words, body)

    def test_each_mail_has_its_own_address_and_thread_at_once(self):
        rows = self.deliver_some(2)
        self.process()
        for row in rows:
            told = [("model", "=", "support.ticket"), ("res_id", "=", row.ticket_id.id)]
            mail = self.env["mail.mail"].search(told)
            self.assertEqual(self.addresses_of(mail), {row.email_from})
            self.assertEqual(mail.references, row.message_id)
            self.assertEqual(mail.author_id, self.env.company.partner_id)
            self.assertIn(self.address, mail.reply_to)


@tagged("post_install", "-at_install")
class TestMailBatchAtOnce(ParallelCase):
    """Two workers, each in real transactions."""

    def setUp(self):
        super().setUp()
        raws = [
            make_mail(
                sender=f"c{number}@at-once.example",
                message_id=f"<{number}@at-once.example>",
            )
            for number in range(3)
        ]
        self.keys = [get_content_key(raw) for raw in raws]
        self.addCleanup(self.run_really, self.clear)
        self.run_really(self.clear)
        for raw in raws:
            self.run_really(lambda env, raw=raw: self.spool(env, raw))
        rows = self.run_really(self.find_rows)
        self.ids = rows.ids

    def spool(self, env, raw):
        ledger = env["support.incoming.mail"]
        envelope = read_envelope(raw)
        ledger._spool(raw, envelope, ledger._claim(envelope, "support.ticket"))

    def find_rows(self, env):
        domain = [("content_key", "in", self.keys)]
        return env["support.incoming.mail"].search(domain, order="id")

    def clear(self, env):
        rows = self.find_rows(env)
        tickets = rows.ticket_id
        told = [("model", "=", "support.ticket"), ("res_id", "in", tickets.ids)]
        env["mail.mail"].search(told).unlink()
        env["mail.message"].search(told).unlink()
        # What deletes a ticket keeps its history; here nothing is to stay.
        env.cr.execute(
            "DELETE FROM support_ticket_event WHERE ticket_id = ANY(%s)", [tickets.ids]
        )
        rows.unlink()
        tickets.unlink()

    def process(self, env):
        env["support.incoming.mail"].browse(self.ids)._process_batch()

    def get_states(self):
        return self.run_really(
            lambda env: self.find_rows(env).mapped(lambda m: (m.state, m.attempts))
        )

    def test_a_mail_that_another_worker_has_is_left_to_it(self):
        def work_beside(env):
            env["support.incoming.mail"].browse(self.ids[1]).lock_for_update()
            self.run_really(self.process)

        self.run_really(work_beside)
        self.assertEqual(self.get_states(), [("done", 1), ("spooled", 0), ("done", 1)])
        self.run_really(self.process)
        self.assertEqual(self.get_states(), [("done", 1)] * 3)

    def test_all_mails_of_a_batch_are_held_while_one_is_processed(self):
        model, free = self.registry["support.incoming.mail"], []
        process = model._process

        def look(env):
            rows = env["support.incoming.mail"].browse(self.ids)
            free.extend(rows.try_lock_for_update().ids)
            # A second worker finds nothing to do either.
            rows._process_batch()

        def process_and_look(mail):
            self.run_really(look)
            process(mail)

        with patch.object(model, "_process", process_and_look):
            self.run_really(self.process)
        self.assertFalse(free)
        self.assertEqual(self.get_states(), [("done", 1)] * 3)

    def test_a_mail_that_was_decided_in_between_is_left_alone(self):
        model = self.registry["support.incoming.mail"]
        count = model._count_attempts_together

        def decide_then(rows):
            taken = count(rows)
            self.run_really(
                lambda env: (
                    env["support.incoming.mail"]
                    .browse(self.ids[0])
                    .write({"state": "discarded"})
                )
            )
            return taken

        with patch.object(model, "_count_attempts_together", decide_then):
            self.run_really(self.process)
        self.assertEqual(
            self.get_states(), [("discarded", 1), ("done", 1), ("done", 1)]
        )
        row = self.run_really(lambda env: self.find_rows(env)[0].ticket_id.id)
        self.assertFalse(row)
