import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.support_one_time_code import MAX_REQUESTS, MAX_TRIES, get_code
from .return_common import ReturnCommon
from .store_common import StoreCommon

IP = "203.0.113.7"
# One code per guess would be 5 tries of a million; nobody guesses it by chance here.
CODE = "482913"


class CodeCommon(StoreCommon, HttpCase):
    """A guest in a chat who says that an order of Ana is his.

    As in a request, what is counted apart shares the cursor of the test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.codes = cls.env["support.one.time.code"]
        cls.channel = cls.env.ref("customer_support.channel_web_form")
        cls.guest = cls.new_identity("guest-1")
        cls.address = cls.customer.email
        cls.other_sale = cls.make_order([(cls.bulb, 1)], partner=cls.customer_b)
        cls.other_sale.action_confirm()

    @classmethod
    def new_identity(cls, key):
        return cls.env["support.identity"]._get_or_create(cls.channel, key)

    def setUp(self):
        super().setUp()
        self.env["support.rate.limit"].search([]).unlink()
        self.last_mail_id = self.env["mail.mail"].search([], limit=1).id or 0

    def ask(self, number=None, email=None, identity=None, ip=IP):
        """Ask for a code as the chat does, with the rights of a guest."""
        codes = self.codes.with_user(self.env.ref("base.public_user"))
        return codes._request(
            (identity or self.guest).with_env(codes.env),
            self.sale.name if number is None else number,
            self.address if email is None else email,
            self.company,
            ip=ip,
        )

    def type_code(self, text=CODE, identity=None, ip=IP):
        codes = self.codes.with_user(self.env.ref("base.public_user"))
        return codes._verify((identity or self.guest).with_env(codes.env), text, ip=ip)

    def send_codes(self, code=CODE):
        """Let the worker handle what was asked for; gives the mails that it sent."""
        sent = []
        self.env.flush_all()
        requests = self.codes.search([("state", "=", "requested")])
        with patch.object(type(self.codes), "_make_code", lambda _self: code):
            for request in requests:
                mail = request._handle_if_waiting()
                sent += mail.mapped("email_to")
        return sent


@tagged("post_install", "-at_install")
class TestOneTimeCode(CodeCommon):
    """A guest asks, a worker sends, the guest types the code."""

    def test_code_goes_to_the_address_on_the_order_and_proves_that_order_only(self):
        self.assertTrue(self.ask())
        self.assertEqual(self.send_codes(), [self.address])
        self.assertEqual(self.type_code(), self.sale)
        self.assertEqual(self.guest._get_proven_orders(), self.sale)
        self.assertFalse(self.guest.is_verified)
        self.assertFalse(self.guest.partner_id)

    def test_the_number_may_be_typed_as_people_do(self):
        digits = self.sale.name.lstrip("S0")
        for number in (
            self.sale.name.lower(),
            f" #{digits} ",
            digits,
            f"My order is {self.sale.name}.",
        ):
            with self.subTest(number=number):
                self.env["support.rate.limit"].search([]).unlink()
                self.ask(number)
                self.assertEqual(self.send_codes(), [self.address])

    def test_whoever_pays_or_receives_it_may_ask_as_well(self):
        self.sale.partner_shipping_id = self.env["res.partner"].create(
            {"name": "Neighbour", "email": "neighbour@example.com"}
        )
        self.ask(email="Neighbour <Neighbour@Example.com>")
        self.assertEqual(self.send_codes(), ["neighbour@example.com"])

    def test_mail_names_the_code_and_the_order_in_the_guest_s_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        codes = self.codes.with_context(lang="pt_BR")
        codes._request(self.guest, self.sale.name, self.address, self.company, ip=IP)
        with patch.object(type(codes), "_make_code", lambda _self: CODE):
            mail = self.codes.search([])._handle_if_waiting()
        self.assertIn(CODE, mail.subject)
        self.assertIn("código", mail.subject)
        self.assertIn(CODE, mail.body_html)
        self.assertIn(self.sale.name, mail.body_html)
        self.assertIn("dez minutos", mail.body_html)

    def test_the_code_itself_is_kept_nowhere(self):
        self.ask()
        self.send_codes()
        row = self.codes.search([])
        self.assertNotIn(CODE, repr(row.sudo().read()))
        self.assertFalse(row.order_ref or row.email)
        self.assertEqual(len(row.sudo().code_hash), 64)
        mail = self.env["mail.mail"].search([("id", ">", self.last_mail_id)])
        self.assertTrue(mail.auto_delete)
        self.assertEqual((mail.model, mail.res_id), (row._name, row.id))

    def test_staff_read_neither_codes_nor_their_mails(self):
        self.ask()
        self.send_codes()
        row = self.codes.search([])
        with self.assertRaises(AccessError):
            row.with_user(self.agent).read(["state"])
        with self.assertRaises(AccessError):
            row.with_user(self.lead).read(["code_hash"])
        mail = self.env["mail.mail"].search([("id", ">", self.last_mail_id)])
        with self.assertRaises(AccessError):
            mail.mail_message_id.with_user(self.agent).read(["body"])

    # --- probing ------------------------------------------------------------------

    def test_answer_is_the_same_whether_or_not_the_order_exists(self):
        cases = {
            "right": (self.sale.name, self.address),
            "foreign address": (self.sale.name, self.customer_b.email),
            "no such order": ("S99999999", self.address),
            "neither": ("S99999999", "nobody@example.com"),
            "no number": ("hello", self.address),
            "no address": (self.sale.name, "hello"),
            "empty": ("", ""),
        }
        seen, queries = set(), {}
        for name, (number, email) in cases.items():
            identity = self.new_identity(name)
            with self.subTest(name=name):
                self.env["support.rate.limit"].search([]).unlink()
                self.env.flush_all()
                before = self.cr.sql_log_count
                seen.add(self.ask(number, email, identity))
                queries[name] = self.cr.sql_log_count - before
        self.assertEqual(seen, {True})
        addressed = {queries[name] for name in list(cases)[1:4]}
        self.assertEqual(len(addressed), 1, queries)
        self.assertEqual(self.send_codes(), [self.address])

    def test_typing_a_code_looks_the_same_for_an_order_that_does_not_exist(self):
        self.ask()
        decoy = self.new_identity("guest-2")
        self.ask("S99999999", "nobody@example.com", decoy)
        self.send_codes()
        counts = []
        for identity in (self.guest, decoy):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertFalse(self.type_code("000000", identity))
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_foreign_order_with_the_own_address_sends_nothing(self):
        self.ask(self.other_sale.name, self.address)
        self.assertEqual(self.send_codes(), [])
        self.assertFalse(self.type_code())

    def test_carts_and_orders_of_another_store_are_none(self):
        cart = self.make_order([(self.bulb, 1)])
        self.ask(cart.name)
        self.assertEqual(self.send_codes(), [])
        other = self.env["res.company"].create({"name": "Other store"})
        self.codes._request(self.guest, self.sale.name, self.address, other, ip=IP)
        self.assertEqual(self.send_codes(), [])

    def test_asking_is_limited_by_sender_by_address_and_by_computer(self):
        for name, count in MAX_REQUESTS.items():
            self.env["support.rate.limit"].search([]).unlink()
            results = []
            for number in range(count + 1):
                results.append(
                    self.ask(
                        identity=None
                        if name == "identity"
                        else self.new_identity(f"{name}-{number}"),
                        email=self.address
                        if name == "address"
                        else f"somebody-{number}@example.com",
                        ip=IP if name == "ip" else f"203.0.113.{number}",
                    )
                )
            with self.subTest(name=name):
                self.assertEqual(results, [True] * count + [False])

    # --- guessing -----------------------------------------------------------------

    def test_after_five_wrong_codes_the_right_one_is_refused(self):
        self.ask()
        self.send_codes()
        for number in range(MAX_TRIES):
            self.assertFalse(self.type_code(f"{number:06}"))
        self.assertFalse(self.type_code())
        self.assertFalse(self.guest._get_proven_orders())

    def test_guesses_count_although_their_request_fails(self):
        self.ask()
        self.send_codes()
        self.env.flush_all()
        counted = []

        def hit(_self, scope, key, limit, seconds):
            counted.append(scope)
            return True

        limits = type(self.env["support.rate.limit"])
        with patch.object(limits, "_hit", hit):
            self.type_code("000000")
        # _hit commits on a cursor of its own (test_rate_limit).
        self.assertEqual(
            counted, ["code_guess", "code_guess_identity", "code_guess_ip"]
        )

    def test_guessing_over_many_codes_is_limited_as_well(self):
        allowed = 0
        for number in range(100):
            identity = self.new_identity(f"bot-{number}")
            self.env["support.rate.limit"].search(
                [("scope", "like", "code_request%")]
            ).unlink()
            self.ask(identity=identity)
            self.send_codes()
            allowed += bool(self.type_code(identity=identity))
        self.assertEqual(allowed, 60)

    def test_a_code_is_good_once(self):
        self.ask()
        self.send_codes()
        self.assertEqual(self.type_code(), self.sale)
        self.assertFalse(self.type_code())

    def test_a_code_is_good_for_who_asked_only(self):
        self.ask()
        self.send_codes()
        self.assertFalse(self.type_code(identity=self.new_identity("guest-2")))
        self.assertEqual(self.type_code(), self.sale)

    def test_a_code_ends_after_ten_minutes(self):
        start = datetime(2026, 3, 2, 13)
        with freeze_time(start):
            self.ask()
            self.send_codes()
        with freeze_time(start + timedelta(minutes=10)):
            self.assertFalse(self.type_code())
        with freeze_time(start + timedelta(minutes=9, seconds=59)):
            self.assertEqual(self.type_code(), self.sale)

    def test_a_request_that_waited_too_long_sends_nothing(self):
        start = datetime(2026, 3, 2, 13)
        with freeze_time(start):
            self.ask()
        with freeze_time(start + timedelta(minutes=11)):
            self.assertEqual(self.send_codes(), [])

    def test_a_new_code_ends_the_old_one(self):
        self.ask()
        self.send_codes()
        self.ask()
        self.assertFalse(self.type_code())
        self.send_codes("111222")
        self.assertFalse(self.type_code())
        self.assertEqual(self.type_code("111222"), self.sale)

    def test_codes_are_read_as_people_type_them(self):
        for text in (
            CODE,
            " 482 913 ",
            "482-913",
            "It is 482913, thanks",
            "４８２９１３",
        ):
            self.assertEqual(get_code(text), CODE, text)
        for text in ("", None, "48291", "4829134", "no idea", "x" * 100_000):
            self.assertEqual(get_code(text), "", text)

    def test_words_without_a_code_cost_no_guess(self):
        self.ask()
        self.send_codes()
        for _try in range(10):
            self.assertFalse(self.type_code("I have no mail"))
        self.assertEqual(self.type_code(), self.sale)

    # --- the end ------------------------------------------------------------------

    def test_a_proof_counts_for_a_day(self):
        start = datetime(2026, 3, 2, 13)
        with freeze_time(start):
            self.guest._prove_order(self.sale)
        with freeze_time(start + timedelta(hours=23)):
            self.assertEqual(self.guest._get_proven_orders(), self.sale)
        with freeze_time(start + timedelta(hours=24)):
            self.assertFalse(self.guest._get_proven_orders())
            self.env["support.identity.proof"]._gc_ended_proofs()
        self.assertFalse(self.guest.proof_ids)

    def test_old_codes_are_forgotten_with_mails_that_never_left(self):
        start = datetime(2026, 3, 2, 13)
        with freeze_time(start):
            self.ask()
            self.send_codes()
        mail = self.env["mail.mail"].search([("id", ">", self.last_mail_id)])
        with freeze_time(start + timedelta(hours=2)):
            self.codes._gc_old_codes()
        self.assertTrue(mail.exists())
        with freeze_time(start + timedelta(days=2)):
            self.codes._gc_old_codes()
        self.assertFalse(mail.exists() or self.codes.search([]))


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
