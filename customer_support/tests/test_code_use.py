"""What sends codes, uses them up, and does what a guest has proven."""

import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .code_common import CODE, CodeCommon
from .return_common import ReturnCommon


@tagged("post_install", "-at_install")
class TestCodeWorker(CodeCommon):
    def test_cron_sends_each_code_once(self):
        self.ask()
        cron = self.env.ref("customer_support.ir_cron_support_one_time_code")
        sent = []
        mails = type(self.env["mail.mail"])
        with patch.object(
            mails, "send", lambda mail, **_kw: sent.append(mail.email_to)
        ):
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(sent, [self.address])

    def test_asking_starts_the_worker(self):
        cron = self.env.ref("customer_support.ir_cron_support_one_time_code")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self.ask()
        after = triggers.search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before + 1)


@tagged("post_install", "-at_install")
class TestCodeInParallel(TransactionCase):
    """Two real transactions at once."""

    def test_one_code_used_twice_at_once_counts_once(self):
        registry = self.env.registry
        with self.real_rows(registry) as (code_id, order_id):
            barrier, used = threading.Barrier(2), []

            def use():
                with registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    code = env["support.one.time.code"].browse(code_id)
                    code.state  # noqa: B018  # both have seen it unused
                    barrier.wait()
                    try:
                        used.append(code._use())
                    except Exception as error:
                        cr.rollback()
                        used.append(type(error).__name__)

            with mute_logger("odoo.sql_db"):
                threads = [threading.Thread(target=use) for _each in range(2)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            self.assertEqual(used.count(order_id), 1, used)

    @contextmanager
    def real_rows(self, registry):
        """A committed code that was sent, deleted at the end."""
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partner = env["res.partner"].create({"name": "Parallel"})
            order = env["sale.order"].create({"partner_id": partner.id})
            identity = env["support.identity"]._get_or_create(
                env.ref("customer_support.channel_web_form"), "parallel"
            )
            code = env["support.one.time.code"].create(
                {
                    "identity_id": identity.id,
                    "company_id": order.company_id.id,
                    "state": "done",
                    "order_id": order.id,
                    "requested_at": datetime.now(),
                    "expires_at": datetime.now() + timedelta(minutes=10),
                }
            )
            code.code_hash = code._hash(CODE)
            ids = (code.id, order.id)
            made = [(r._name, r.id) for r in (code, identity, order, partner)]
        try:
            yield ids
        finally:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                for model, record_id in made:
                    env[model].browse(record_id).unlink()


@tagged("post_install", "-at_install")
class TestReturnByCode(ReturnCommon, CodeCommon):
    """A guest with a code sends back what the page would take; nobody else does."""

    def setUp(self):
        super().setUp()
        self.make_policy(self_service=True)
        self.deliver_at(datetime.now() - timedelta(days=1))
        self.tickets = self.env["support.ticket"].with_user(
            self.env.ref("base.public_user")
        )
        self.lines = [{"sale_line_id": self.bulb_line.id, "quantity": 1}]

    def start(self, identity):
        return self.tickets._start_self_service(
            self.sale.sudo(), "return", "f" * 32, self.lines, {}, identity
        )

    def test_proven_order_is_returned_by_the_same_engine(self):
        self.guest._prove_order(self.sale)
        ticket = self.start(self.guest)
        self.assertEqual(ticket.sale_order_id, self.sale)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.action_ids.kind, "return")
        self.assertEqual(ticket.action_ids.state, "done")

    def test_without_the_proof_nothing_is_returned(self):
        with self.assertRaises(UserError):
            self.start(self.guest)
        self.guest._prove_order(self.other_sale)
        with self.assertRaises(UserError):
            self.start(self.guest)

    def test_ended_proof_stops_a_guest_at_the_ticket_as_well(self):
        self.guest._prove_order(self.sale)
        ticket = self.start(self.guest)
        self.guest.proof_ids.unlink()
        with self.assertRaises(AccessError):
            ticket.with_user(self.tickets.env.user)._check_may_request_action()
