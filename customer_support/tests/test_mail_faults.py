"""What the reliability rig has found: each of these once lost or held a mail."""

import base64
import struct
import zlib
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.incoming_mail_parser import parse_mail
from ..tools.mail_classification import classify
from ..tools.mail_content_key import get_content_key
from ..tools.mail_headers import decode_bytes, find_message_id, is_plain_message_id
from ..tools.mail_text import drop_charset_claims
from .mail_common import SupportMailCommon
from .mail_corpus import make_mail

PROCESSING = "odoo.addons.customer_support.models.support_incoming_mail_processing"


def make_huge_picture(size=30_000):
    """A PNG of a few bytes that claims to be ``size`` pixels wide and high."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


@tagged("post_install", "-at_install")
class TestMailFaults(SupportMailCommon):
    def _pass_time(self, row):
        row.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)

    @mute_logger(PROCESSING)
    def test_an_attempt_that_fails_late_does_not_use_up_the_acknowledgement(self):
        model = self.env.registry["support.incoming.mail"]
        process = model._process

        def fail_at_the_end(row):
            process(row)
            raise ValueError

        raw = self.mail()
        self.deliver(raw)
        row = self.find_row(raw)
        with patch.object(model, "_process", fail_at_the_end):
            self.process()
        self.assertFalse(row.ticket_id)
        self._pass_time(row)
        self.process()
        sent = self.env["mail.mail"].search([("model", "=", "support.ticket")])
        acknowledged = sent.filtered(lambda mail: mail.res_id == row.ticket_id.id)
        self.assertEqual(len(acknowledged), 1)

    @mute_logger(PROCESSING)
    def test_the_reason_survives_a_conflict_with_another_delivery(self):
        model = self.env.registry["support.incoming.mail"]
        write = model.write
        conflicts = [SerializationFailure()]

        def conflict_once(row, values):
            if "error" in values and conflicts:
                raise conflicts.pop()
            return write(row, values)

        raw = self.mail()
        self.deliver(raw)
        with (
            patch.object(model, "_process", side_effect=ValueError("the cause")),
            patch.object(model, "write", conflict_once),
        ):
            self.process()
        self.assertFalse(conflicts)
        self.assertIn("the cause", self.find_row(raw).error)

    def test_a_picture_that_no_program_can_open_is_kept_as_it_came(self):
        picture = make_huge_picture()
        body = (
            b"--b\nContent-Type: text/plain\n\nHere is the photo.\n"
            b"--b\nContent-Type: image/png; name=lamp.png\n"
            b"Content-Transfer-Encoding: base64\n\n"
            + base64.encodebytes(picture)
            + b"--b--\n"
        )
        row = self.receive(
            self.mail(body=body, content_type="multipart/mixed; boundary=b")
        )
        self.assertEqual(row.outcome, "ticket_created", row.error)
        self.assertEqual(row.mail_message_id.attachment_ids.raw, picture)

    def test_an_odd_message_id_is_not_repeated_in_answers(self):
        for message_id in ("<joão@example.com>", "<[1]@example.com>", "<(a)@x.co>"):
            row = self.receive(self.mail(message_id=message_id, subject=message_id))
            self.assertEqual(row.outcome, "ticket_created", row.error)
            self.assertEqual(row.message_id, message_id)
            kept = row.mail_message_id.message_id
            self.assertEqual(kept, f"<{row.content_key}@no-id>")

    def test_a_page_that_claims_a_charset_of_two_bytes_stays_readable(self):
        page = "<html><meta charset='utf-16'><p>A luminária chegou quebrada</p></html>"
        row = self.receive(self.mail(body=page, content_type="text/html"))
        self.assertIn("A luminária chegou quebrada", row.mail_message_id.body)


@tagged("post_install", "-at_install")
class TestMailFaultsInTools(SupportMailCommon):
    def test_mails_whose_heads_are_broken_are_not_taken_for_one(self):
        broken = b"Received: from aFrom: ana@example.comTo: loja Hello %s"
        keys = {get_content_key(broken % word) for word in (b"one", b"two")}
        self.assertEqual(len(keys), 2)

    def test_odd_message_ids_of_two_mails_are_two(self):
        for value in ("< %s @ x.example >", '<"%s odd"@x.example>', "%s@x.example"):
            found = {find_message_id(value % number) for number in (1, 2)}
            self.assertEqual(len(found), 2, value)
        self.assertEqual(
            find_message_id("  <1@x.example> (a comment)"), "<1@x.example>"
        )

    def test_message_ids_of_common_programs_are_plain(self):
        for value in (
            "<CAF=a_b+c/d@mail.gmail.com>",
            "<AM0PR04MB1@AM0PR04MB1.eurprd04.prod.outlook.com>",
            "<20261116.1234-openerp-7-support.ticket@store_1>",
        ):
            self.assertTrue(is_plain_message_id(value), value)
        for value in ("", "a@example.com", "<a b@x.co>", f"<{'a' * 300}@x.co>"):
            self.assertFalse(is_plain_message_id(value), value)

    def test_utf_16_that_is_none_is_read_as_what_it_is(self):
        self.assertEqual(decode_bytes("Olá, troca".encode(), "utf-16"), "Olá, troca")
        for charset in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
            content = "Olá, troca".encode(charset)
            self.assertEqual(
                decode_bytes(content, charset).strip("\ufeff"), "Olá, troca"
            )

    def test_only_what_a_page_says_of_its_charset_is_dropped(self):
        page = (
            '<?xml version="1.0" encoding="utf-16"?><meta name="a"><p>metacharset</p>'
        )
        self.assertEqual(drop_charset_claims(page), '<meta name="a"><p>metacharset</p>')

    def test_machines_that_say_so_in_rare_headers_are_told_from_people(self):
        for name, value in (
            ("X-Loop", "robot@example.com"),
            ("X-POST-MessageClass", "9; Autoresponder"),
        ):
            kind = classify(parse_mail(make_mail(extra={name: value})))
            self.assertTrue(kind.is_automatic, name)
        through_list = {"X-Loop": "lamps@example.com", "List-Id": "<lamps.example.com>"}
        self.assertFalse(
            classify(parse_mail(make_mail(extra=through_list))).is_automatic
        )
