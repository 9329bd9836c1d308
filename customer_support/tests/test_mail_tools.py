"""The mail tools, which know nothing of Odoo's records."""

from odoo.tests import BaseCase

from ..tools import mail_classification as classification
from ..tools.incoming_mail_parser import (
    TOO_DEEP,
    TOO_MANY_PARTS,
    clean_file_name,
    parse_mail,
)
from ..tools.mail_authentication import get_dmarc_result
from ..tools.mail_content_key import get_content_key, get_message_slot
from ..tools.mail_headers import decode_words, read_envelope, read_sender
from ..tools.mail_text import count_visible, text_to_html
from .mail_corpus import make_mail, read_mail


def nest(depth):
    """A mail whose text stands in ``depth`` containers."""
    head = b"From: ana@example.com\nSubject: Nested\nMessage-ID: <n@example.com>\n"
    opening = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n'
    body = b"".join(opening % (level, level) for level in range(depth))
    return head + body + b"Content-Type: text/plain\n\ninnermost words\n"


class TestMailHeaders(BaseCase):
    def test_sender_is_the_address_and_not_what_the_name_pretends(self):
        for value, expected in [
            ('"<boss@bank.example>" <eve@example.net>', "eve@example.net"),
            ("boss@bank.example <eve@example.net>", "eve@example.net"),
            ("ana@example.com (Ana Souza)", "ana@example.com"),
            ("Ana Souza <ANA@Example.com>", "ana@example.com"),
            ("", ""),
            ("(" * 50_000 + " ana@example.com", "ana@example.com"),
        ]:
            with self.subTest(value=value[:40]):
                self.assertEqual(read_sender(value)[1], expected)

    def test_encoded_words_are_joined_before_decoding(self):
        words = "=?utf-8?Q?cora=C3?= =?utf-8?Q?=A7=C3=A3o?= =?x-none?Q?=E9?= fim"
        self.assertEqual(decode_words(words), "coraçãoé fim")

    def test_names_of_codecs_that_are_no_charsets_do_no_harm(self):
        for charset in ("zlib", "idna", "unicode_escape", "base64", "no-such"):
            self.assertEqual(decode_words(f"=?{charset}?Q?caf=E9?="), "café")

    def test_recipients_are_found_in_every_header_that_may_hold_one(self):
        for header in ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"):
            mail = read_envelope(
                make_mail(to="", extra={header: "suporte@example.com"})
            )
            self.assertIn("suporte@example.com", mail.recipients, header)

    def test_newest_reference_comes_first(self):
        references = {"References": "<a@x.co> <b@x.co>", "In-Reply-To": "<b@x.co>"}
        envelope = read_envelope(make_mail(extra=references))
        self.assertEqual(envelope.references, ("<b@x.co>", "<a@x.co>"))

    def test_no_more_than_32_references_are_taken(self):
        many = " ".join(f"<m{number}@x.co>" for number in range(500))
        envelope = read_envelope(make_mail(extra={"References": many}))
        self.assertEqual(len(envelope.references), 32)
        self.assertEqual(envelope.references[0], "<m499@x.co>")


class TestMailParser(BaseCase):
    def test_no_charset_loses_the_text(self):
        for charset, content in [
            ("x-loja-1252", "Olá, troca".encode("latin-1")),
            ("utf-8", "Olá, troca".encode("latin-1")),
            ("us-ascii", "Olá, troca".encode()),
            ("koi8-r", "Привет".encode("koi8-r")),
            ("gb18030", "你好".encode("gb18030")),
            ("utf-7", "Olá, troca".encode("utf-7")),
            ("zlib", b"Ol\xe1, troca"),
            ("", "Olá, troca".encode()),
        ]:
            with self.subTest(charset=charset):
                mail = parse_mail(make_mail(body=content, charset=charset))
                wanted = {"koi8-r": "Привет", "gb18030": "你好"}
                self.assertIn(wanted.get(charset, "Olá, troca"), mail.bodies[0].text)
                self.assertFalse(mail.problems)

    def test_nul_bytes_vanish_from_text_subject_and_file_name(self):
        raw = make_mail(subject="Foto\x00s", body=b"veja\x00 isto")
        mail = parse_mail(raw)
        self.assertEqual(mail.envelope.subject, "Fotos")
        self.assertEqual(mail.bodies[0].text.strip(), "veja isto")
        self.assertEqual(clean_file_name("nota\x00.pdf"), "nota .pdf")

    def test_nesting_is_capped_in_no_time(self):
        self.assertIn("innermost", parse_mail(nest(90)).bodies[0].text)
        for depth in (150, 900, 3000):
            mail = parse_mail(nest(depth))
            self.assertEqual(mail.problems, (TOO_DEEP,))
            self.assertEqual(mail.envelope.sender, "ana@example.com")

    def test_a_container_without_parts_is_read_as_text(self):
        mail = parse_mail(read_mail("broken_mime_en"))
        self.assertIn("screws are missing", mail.text)

    def test_every_kind_of_part_becomes_a_file(self):
        mail = parse_mail(read_mail("winmail_en"))
        names = [file.name for file in mail.attachments]
        self.assertEqual(names, ["winmail.dat", "invite.ics", "smime.p7m"])
        self.assertIn("new address", mail.text)

    def test_five_hundred_files_are_cut_and_said_so(self):
        part = (
            b"--b\nContent-Type: application/pdf\n"
            b'Content-Disposition: attachment; filename="n.pdf"\n\nx\n'
        )
        head = b"From: ana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n"
        mail = parse_mail(head + part * 500 + b"--b--\n")
        self.assertEqual(len(mail.attachments), 100)
        self.assertIn(TOO_MANY_PARTS, mail.problems)

    def test_huge_headers_are_read(self):
        # Quadratic work would take hours on these; no clock is asserted on.
        subject = b"=?utf-8?Q?caf=C3=A9?= " * 400_000
        raw = (
            b"From: ana@example.com\nSubject: " + subject + b"\nTo: s@example.com\n\nOi"
        )
        mail = parse_mail(raw)
        self.assertEqual(mail.envelope.recipients, ("s@example.com",))
        self.assertTrue(mail.envelope.subject.startswith("cafécafé"))
        raw = b"From: " + b"(" * 3000 + b"\nTo: " + b"a@" * 400_000 + b"\n\nOi"
        self.assertEqual(parse_mail(raw).text.strip(), "Oi")

    def test_alternatives_are_one_text_in_two_versions(self):
        mail = parse_mail(read_mail("plain_pt"))
        self.assertEqual(len(mail.bodies), 1)
        self.assertIn("cúpula quebrada", mail.bodies[0].text)
        self.assertIn("<b>quebrada</b>", mail.bodies[0].html)

    def test_file_names_cannot_hide_what_they_are(self):
        for name, expected in [
            ("../../etc/passwd", "_etc_passwd"),
            ("nota\u202efdp.exe", "notafdp.exe"),
            ("\u200b.htaccess", "htaccess"),
            ("a" * 5000 + ".pdf", "a" * 176 + ".pdf"),
            ("", "attachment"),
            ("a\r\nBcc: x", "a Bcc_ x"),
        ]:
            with self.subTest(name=name[:30]):
                cleaned = clean_file_name(name)
                self.assertEqual(cleaned.strip("._"), expected.strip("._"))
                self.assertNotIn("/", cleaned)


class TestMailContentKey(BaseCase):
    def test_two_paths_of_one_mail_meet(self):
        raw = read_mail("plain_pt")
        other = raw.replace(b"000000000000a1b2c3", b"other-boundary")
        other = other.replace(b"\n", b"\r\n").replace(b"4c9x1", b"77777")
        other = b"Received: by pop.example.com\r\n" + other
        self.assertEqual(get_content_key(raw), get_content_key(other))

    def test_the_line_of_a_pipe_does_not_count(self):
        raw = read_mail("plain_pt")
        piped = b"From mariana Mon Nov 16 09:12:04 2026\n" + raw
        self.assertEqual(get_content_key(raw), get_content_key(piped))

    def test_transfer_encoding_does_not_count(self):
        eight_bit = make_mail(body="Não chegou".encode())
        quoted = eight_bit.replace("Não chegou".encode(), b"N=C3=A3o chegou")
        quoted = quoted.replace(b"8bit", b"quoted-printable")
        self.assertEqual(get_content_key(eight_bit), get_content_key(quoted))

    def test_any_other_content_has_another_key(self):
        raw = make_mail(body=b"one")
        for changed in (
            make_mail(body=b"two"),
            make_mail(body=b"one", subject="Other"),
            make_mail(body=b"one", sender="joao@example.com"),
            make_mail(body=b"one", message_id="<other@example.com>"),
        ):
            self.assertNotEqual(get_content_key(raw), get_content_key(changed))

    def test_a_changed_attachment_has_another_key(self):
        raw = read_mail("winmail_en")
        changed = raw.replace(
            b"MIAGCSqGSIb3DQEHA6CAMIACAQAx", b"MIAGCSqGSIb3DQEHA6CAMIACAQBx"
        )
        self.assertNotEqual(get_content_key(raw), get_content_key(changed))

    def test_containers_without_parts_differ_by_their_text(self):
        raw = read_mail("broken_mime_en")
        other = raw.replace(b"screws", b"nails")
        self.assertNotEqual(get_content_key(raw), get_content_key(other))

    def test_a_mail_without_message_id_holds_no_slot(self):
        self.assertIsNone(get_message_slot(""))
        self.assertNotEqual(get_message_slot("<a@x>"), get_message_slot("<b@x>"))


class TestMailText(BaseCase):
    def test_quoted_history_stands_apart(self):
        text = "Segue a foto.\n\nEm seg., 16 de nov. de 2026 às 10:00, Loja <s@x.co>"
        text += " escreveu:\n\n> Bom dia\n> uma foto?\n"
        before, quote = text_to_html(text).split("<blockquote", 1)
        self.assertIn("Segue a foto.", before)
        self.assertNotIn("escreveu", before)
        self.assertIn("uma foto?", quote)

    def test_outlook_history_stands_apart(self):
        text = "It works now.\n\n-----Original Message-----\nFrom: Store\nHello"
        before, quote = text_to_html(text).split("<blockquote", 1)
        self.assertIn("It works now.", before)
        self.assertIn("Hello", quote)

    def test_text_is_never_markup(self):
        self.assertNotIn("<script>", text_to_html("a <script>alert(1)</script>"))

    def test_visible_text_is_counted_where_parsers_lose_it(self):
        deep = "<div>" * 300 + "marker" + "</div>" * 300
        self.assertEqual(count_visible(deep), 6)
        page = "<style>p {color: red}</style><title>x</title><p>a&nbsp;b</p>"
        self.assertEqual(count_visible(page), 2)


class TestMailClassification(BaseCase):
    def _kind(self, **values):
        return classification.classify(parse_mail(make_mail(**values)))

    def test_machines_are_told_from_people(self):
        answer = {"In-Reply-To": "<a@example.com>"}
        for headers, expected in [
            ({}, "human"),
            ({"Auto-Submitted": "no"}, "human"),
            ({"Auto-Submitted": "auto-replied"}, "auto_reply"),
            ({"Auto-Submitted": "auto-replied (vacation)"}, "auto_reply"),
            ({"Auto-Submitted": "auto-generated"}, "auto_generated"),
            ({"X-Autoreply": "yes"}, "auto_reply"),
            ({"X-Autorespond": "Away"}, "auto_reply"),
            ({"Precedence": "auto_reply"}, "auto_reply"),
            ({"Precedence": "bulk"}, "auto_generated"),
            ({"Precedence": "junk"}, "auto_generated"),
            ({"X-Auto-Response-Suppress": "All"}, "auto_generated"),
            ({"Return-Path": "<>"}, "auto_generated"),
            ({**answer, "Auto-Submitted": "no"}, "human"),
        ]:
            with self.subTest(headers=headers):
                self.assertEqual(self._kind(extra=headers).kind, expected)

    def test_out_of_office_subjects_in_three_languages(self):
        answer = {"In-Reply-To": "<a@example.com>"}
        for subject in (
            "Out of office: Re: your order",
            "Automatic reply: your order",
            "Resposta automática: seu pedido",
            "Ausência temporária",
            "Fora do escritório: seu pedido",
            "Respuesta automática: su pedido",
            "Fuera de la oficina",
        ):
            with self.subTest(subject=subject):
                kind = self._kind(subject=subject, extra=answer)
                self.assertEqual(kind.kind, "auto_reply")

    def test_people_who_write_about_offices_are_not_eaten(self):
        answer = {"In-Reply-To": "<a@example.com>"}
        for subject, headers in [
            ("Out of office chairs?", answer),
            ("Out of office: my new desk", {}),
            ("Re: Resposta automática", answer),
            ("Undeliverable parcel", {}),
        ]:
            with self.subTest(subject=subject):
                self.assertEqual(
                    self._kind(subject=subject, extra=headers).kind, "human"
                )

    def test_lists_are_people_but_not_acknowledged(self):
        kind = classification.classify(parse_mail(read_mail("list_en")))
        self.assertEqual(kind.kind, "human")
        self.assertFalse(kind.may_be_acknowledged)

    def test_bounces_of_all_makes(self):
        for headers, sender in [
            ({"X-Failed-Recipients": "x@example.com"}, "postmaster@example.com"),
            ({}, "MAILER-DAEMON@example.com"),
        ]:
            self.assertEqual(self._kind(extra=headers, sender=sender).kind, "bounce")
        subject = "Undeliverable: Re: seu pedido"
        kind = self._kind(sender="postmaster@example.com", subject=subject)
        self.assertEqual(kind.kind, "bounce")
        self.assertEqual(self._kind(sender="postmaster@example.com").kind, "human")

    def test_a_bounce_tells_whom_and_what(self):
        raw = read_mail(
            "bounce_postfix_en", recipient="ana@example.com", message_id="<t1@x.co>"
        )
        mail = parse_mail(raw)
        self.assertEqual(classification.classify(mail).kind, "bounce")
        bounced = classification.get_bounced_addresses(mail)
        self.assertEqual(bounced, ["ana@example.com"])
        self.assertEqual(classification.get_returned_ids(mail), ["<t1@x.co>"])
        self.assertEqual(classification.get_bounce_status(mail), "5.1.1")

    def test_a_read_receipt_is_no_bounce(self):
        mail = parse_mail(read_mail("read_receipt_en"))
        self.assertEqual(classification.classify(mail).kind, "receipt")

    def test_addresses_that_nobody_reads(self):
        for address in (
            "no-reply@x.co",
            "naoresponda@x.co",
            "nao-responda@x.co",
            "mailer-daemon@x.co",
            "list-request@x.co",
            "noreply-123@x.co",
        ):
            self.assertTrue(classification.is_no_reply_address(address), address)
        for address in ("nora.reply@x.co", "ana@x.co", "bouncer.club@x.co"):
            self.assertFalse(classification.is_no_reply_address(address), address)


class TestMailAuthentication(BaseCase):
    OWN = "mx.example.com"

    def _result(self, *verdicts, sender="ana@example.com", trusted=OWN, below=()):
        head = "".join(f"Authentication-Results: {value}\n" for value in verdicts)
        head += "Received: from outside by mx.example.com\n"
        head += "".join(f"Authentication-Results: {value}\n" for value in below)
        raw = head.encode() + f"From: {sender}\n\nOi".encode()
        return get_dmarc_result(read_envelope(raw), trusted)

    def test_only_the_trusted_server_is_believed(self):
        passed = "dmarc=pass (p=REJECT) header.from=example.com"
        self.assertEqual(self._result(f"{self.OWN}; spf=pass; {passed}"), "pass")
        self.assertEqual(self._result(f"mx.evil.example; {passed}"), "none")
        self.assertEqual(
            self._result(f"{self.OWN}; {passed}", trusted=""), "unconfigured"
        )

    def test_what_the_sender_wrote_below_counts_for_nothing(self):
        forged = f"{self.OWN}; dmarc=pass header.from=example.com"
        failed = f"{self.OWN}; dmarc=fail header.from=example.com"
        self.assertEqual(self._result(failed, below=[forged]), "fail")
        nothing = f"{self.OWN}; spf=none"
        self.assertEqual(self._result(nothing, below=[forged]), "none")

    def test_a_pass_for_another_domain_or_two_senders_is_none(self):
        other = f"{self.OWN}; dmarc=pass header.from=evil.example"
        self.assertEqual(self._result(other), "none")
        own = f"{self.OWN}; dmarc=pass header.from=example.com"
        two = "eve@evil.example, ana@example.com"
        self.assertEqual(self._result(own, sender=two), "none")

    def test_words_in_a_comment_are_no_verdict(self):
        value = f"{self.OWN}; spf=fail (dmarc=pass); dmarc=fail"
        self.assertEqual(self._result(value), "fail")
