from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.support_one_time_code import MAX_REQUESTS, MAX_TRIES, get_code
from .code_common import CODE, IP, CodeCommon


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
