"""The two ways in: the mailbox that Odoo polls, and the mail server's pipe."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from xmlrpc.server import SimpleXMLRPCServer

from psycopg2 import OperationalError

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from .mail_common import SupportMailCommon
from .mail_corpus import read_mail

FETCHMAIL = "odoo.addons.mail.models.fetchmail"
SCRIPT = Path(__file__).parents[1] / "static" / "scripts" / "support-mailgate.py"


class FakeMailbox:
    """A mailbox as fetchmail's connections show it."""

    def __init__(self, mails):
        self.mails = dict(enumerate(mails, start=1))
        self.handled = []

    def check_unread_messages(self):
        return len(self.mails) - len(self.handled)

    def retrieve_unread_messages(self):
        for number, raw in self.mails.items():
            if number not in self.handled:
                yield number, raw

    def handled_message(self, number):
        self.handled.append(number)

    def login(self, _user, _password):
        """IMAP"""

    def user(self, _user):
        """POP"""

    def pass_(self, _password):
        """POP"""

    def disconnect(self):
        """Both"""


@tagged("post_install", "-at_install")
class TestMailbox(SupportMailCommon):
    def _make_server(self, kind="imap"):
        self.env["fetchmail.server"].search([]).state = "draft"
        return self.env["fetchmail.server"].create(
            {
                "name": f"Support {kind}",
                "server_type": kind,
                "server": "mail.example.com",
                "user": self.address,
                "password": "secret",
                "state": "done",
                "object_id": self.env["ir.model"]._get_id("support.ticket"),
            }
        )

    def _fetch(self, mailbox, kind="imap"):
        connection = "OdooIMAP4" if kind == "imap" else "OdooPOP3"
        job = self.env.ref("mail.ir_cron_mail_gateway_action")
        with (
            patch(f"{FETCHMAIL}.{connection}", return_value=mailbox),
            self.enter_registry_test_mode(),
        ):
            job.method_direct_trigger()

    def test_fetched_mail_is_safe_before_it_is_marked(self):
        for kind in ("imap", "pop"):
            server = self._make_server(kind)
            raw = self.mail(message_id=f"<{kind}@example.com>")
            mailbox = FakeMailbox([raw])
            self._fetch(mailbox, kind)
            row = self.find_row(raw)
            self.assertEqual(row.fetchmail_server_id, server)
            self.assertEqual(mailbox.handled, [1])

    @mute_logger(FETCHMAIL, "odoo.addons.customer_support.models.fetchmail_server")
    def test_a_mail_that_could_not_be_stored_stays_in_the_mailbox(self):
        for kind in ("imap", "pop"):
            self._make_server(kind)
            mails = [
                self.mail(message_id=f"<{kind}-{number}@example.com>")
                for number in (1, 2, 3)
            ]
            mailbox = FakeMailbox(mails)
            model = self.env.registry["support.incoming.mail"]
            insert = model._insert

            def refuse_second(spool, cr, values, kind=kind, insert=insert):
                if values["message_id"] == f"<{kind}-2@example.com>":
                    raise OperationalError("disk full")
                return insert(spool, cr, values)

            with patch.object(model, "_insert", refuse_second):
                self._fetch(mailbox, kind)
            self.assertEqual(mailbox.handled, [1, 3])
            self._fetch(mailbox, kind)
            self.assertEqual(mailbox.handled, [1, 3, 2])
            for raw in mails:
                self.assertEqual(len(self.find_row(raw)), 1)

    def test_a_mail_fetched_twice_is_counted(self):
        self._make_server()
        raw = self.mail()
        self._fetch(FakeMailbox([raw]))
        mailbox = FakeMailbox([raw])
        self._fetch(mailbox)
        self.assertEqual(mailbox.handled, [1])
        self.assertEqual(self.find_row(raw).duplicates, 1)

    def test_a_fetched_mail_that_names_nobody_waits_for_a_person(self):
        for kind in ("imap", "pop"):
            self._make_server(kind).object_id = False
            raw = self.mail(
                to="undisclosed-recipients:;",
                subject=f"Where is my order ({kind})",
                message_id=f"<blind-copy-{kind}@example.com>",
            )
            mailbox = FakeMailbox([raw])
            self._fetch(mailbox, kind)
            row = self.find_row(raw)
            self.assertEqual((row.state, row.reason), ("quarantined", "no_route"))
            self.assertEqual(row._get_raw_bytes(), raw)
            self.assertEqual(mailbox.handled, [1])
            self._fetch(FakeMailbox([raw]), kind)
            self.assertEqual(row.duplicates, 1)
            row.with_user(self.lead).action_retry()
            self.process()
            self.assertEqual(row.outcome, "ticket_created")
            self.assertEqual(row.ticket_id.name, f"Where is my order ({kind})")

    @mute_logger(FETCHMAIL, "odoo.addons.customer_support.models.fetchmail_server")
    def test_a_mail_that_names_nobody_stays_when_it_could_not_be_stored(self):
        self._make_server().object_id = False
        mailbox = FakeMailbox([self.mail(to="loja@elsewhere.example")])
        model = self.env.registry["support.incoming.mail"]
        with patch.object(model, "_insert", side_effect=OperationalError("disk full")):
            self._fetch(mailbox)
        self.assertFalse(mailbox.handled)

    def test_a_fetched_mail_that_odoo_answers_itself_is_not_held(self):
        self._make_server().object_id = False
        raw = self.mail(to=self.domain.catchall_email)
        mailbox = FakeMailbox([raw])
        with self.mock_mail_gateway():
            self._fetch(mailbox)
        row = self.find_row(raw)
        self.assertEqual(row.state, "passed")
        self.assertFalse(row.raw)
        self.assertEqual(mailbox.handled, [1])


class PipeServer:
    """A stand-in for Odoo's XML-RPC that keeps what it is given."""

    def __init__(self, refuse=False):
        self.received = []
        self.refuse = refuse
        self.server = SimpleXMLRPCServer(
            ("127.0.0.1", 0), allow_none=True, logRequests=False
        )
        self.server.register_function(self._authenticate, "authenticate")
        self.server.register_function(self._execute, "execute_kw")
        self.server.RequestHandlerClass.rpc_paths = ()

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def _authenticate(self, _database, _user, password, _environment):
        return 7 if password == "pass%word" else False

    def _execute(self, database, uid, _password, model, method, arguments):
        if self.refuse:
            raise ValueError("the words of Ana\nNo route")
        self.received.append((database, uid, model, method, arguments))
        return False


class TestPipe(BaseCase):
    def _run(self, server_url, raw, *arguments, password="pass%word", env=None):
        with TemporaryDirectory() as folder:
            config = Path(folder) / "mailgate.conf"
            config.write_text(
                "[support-mailgate]\n"
                f"url = {server_url}\ndatabase = store\nuser = gate\n"
                f"password = {password}\ntimeout = 10\n"
            )
            command = [sys.executable, str(SCRIPT), "--config", str(config), *arguments]
            result = subprocess.run(
                command,
                input=raw,
                capture_output=True,
                check=False,
                env={**os.environ, **(env or {})},
            )
        return result

    def test_bytes_arrive_as_they_are(self):
        raw = read_mail("plain_pt") + bytes(range(256)) + b"\r\n\x00\xff"
        with PipeServer() as server:
            result = self._run(server.url, raw)
        self.assertEqual(result.returncode, 0, result.stderr)
        database, uid, model, method, arguments = server.received[0]
        self.assertEqual((database, uid), ("store", 7))
        self.assertEqual((model, method), ("mail.thread", "message_process"))
        self.assertEqual(arguments[0], "support.ticket")
        self.assertEqual(arguments[1].data, raw)

    def test_the_envelope_is_noted_on_top(self):
        raw = b"From ana Mon Nov 16 09:00:00 2026\nFrom: ana@example.com\n\nOi"
        with PipeServer() as server:
            self._run(server.url, raw, env={"ORIGINAL_RECIPIENT": "suporte@x.co"})
        data = server.received[0][4][1].data
        self.assertEqual(data.splitlines()[1], b"X-Original-To: suporte@x.co")

    def test_every_failure_leaves_the_mail_with_the_mail_server(self):
        raw = read_mail("plain_pt")
        with PipeServer(refuse=True) as server:
            refused = self._run(server.url, raw)
        with PipeServer() as server:
            wrong = self._run(server.url, raw, password="wrong")
            option = self._run(server.url, raw, "--no-such-option")
        down = self._run("http://127.0.0.1:1", raw)
        unset = self._run("", raw)
        for result in (refused, wrong, option, down, unset):
            self.assertEqual(result.returncode, 75, result.stderr)
        self.assertNotIn(b"words of Ana", refused.stderr)
        self.assertNotIn(b"pass%word", refused.stderr + wrong.stderr)
