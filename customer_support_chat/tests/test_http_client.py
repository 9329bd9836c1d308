import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import Mock, patch

from odoo.tests import BaseCase

from ..tools import http_client
from ..tools.plain_text import get_plain_text, split_text
from ..tools.provider_errors import (
    ProviderBusy,
    ProviderError,
    ProviderRevoked,
    ProviderSilent,
)

BODIES = {
    "telegram": b'{"ok": false, "error_code": 429, "description": "Too Many Requests:'
    b' retry after 15", "parameters": {"retry_after": 15}}',
    "meta": b'{"error": {"message": "(#10) This message is sent outside of allowed'
    b' window.", "type": "OAuthException", "code": 10, "error_subcode": 2018278}}',
    "odd": b'{"error": {"code": "ten", "error_subcode": [1]}, "parameters": 5}',
}


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says: /429, /400/meta, /drip, /redirect, /large ..."""

    def log_message(self, *args):
        pass

    def do_POST(self):
        if self.path == "/cut":
            self.connection.close()
            return
        status = int(self.path[1:4])
        name = self.path[5:]
        self.send_response(status)
        if status == 429 and name != "telegram":
            self.send_header("Retry-After", "17")
        body = BODIES.get(name, b"{}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        try:
            if self.path == "/drip":
                for _ in range(100):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    self.server.stop.wait(0.1)
            else:
                self.wfile.write(b"x" * int(self.path[1:]))
        except OSError:
            # The client has hung up, as it should.
            return


class TestHttpClient(BaseCase):
    """Each failure of a call in the words that say what to do about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        cls.server.stop = threading.Event()
        thread = threading.Thread(target=cls.server.serve_forever, daemon=True)
        thread.start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.addClassCleanup(cls.server.stop.set)
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"

    def test_statuses(self):
        for path, error in (
            ("/400", ProviderError),
            ("/401", ProviderRevoked),
            ("/429", ProviderBusy),
            ("/500", ProviderBusy),
            ("/503", ProviderBusy),
            ("/cut", ProviderSilent),
        ):
            with self.subTest(path=path):
                with self.assertRaises(error) as caught:
                    http_client.call("POST", self.url + path)
                self.assertIs(type(caught.exception), error)
        self.assertEqual(http_client.call("POST", self.url + "/200"), {})

    def test_the_wait_is_the_one_that_was_asked_for(self):
        with self.assertRaises(ProviderBusy) as caught:
            http_client.call("POST", self.url + "/429")
        self.assertEqual(caught.exception.wait_seconds, 17)
        self.assertTrue(caught.exception.whole_account)

    def test_the_wait_stands_in_telegrams_answer(self):
        with self.assertRaises(ProviderBusy) as caught:
            http_client.call("POST", self.url + "/429/telegram")
        self.assertEqual(caught.exception.wait_seconds, 15)

    def test_the_wait_of_x_is_a_moment_and_none_is_longer_than_a_day(self):
        now = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
        moment = int(now.timestamp())
        for headers, seconds in (
            ({"x-rate-limit-reset": str(moment + 600)}, 600),
            ({"x-rate-limit-reset": str(moment - 600)}, 0),
            ({"x-rate-limit-reset": "9" * 15}, 24 * 3600),
            ({"x-rate-limit-reset": "soon"}, None),
            ({"Retry-After": "99999999999999"}, 24 * 3600),
            ({}, None),
        ):
            with self.subTest(headers=headers):
                response = Mock(headers=headers, json=dict)
                self.assertEqual(http_client.get_wait(response, now), seconds)

    def test_the_codes_of_meta_stand_in_the_error(self):
        for path, codes in (
            ("/400/meta", (10, 2018278)),
            ("/400/odd", (None, None)),
            ("/429/odd", (None, None)),
            ("/400", (None, None)),
        ):
            with self.subTest(path=path):
                with self.assertRaises(ProviderError) as caught:
                    http_client.call("POST", self.url + path)
                error = caught.exception
                self.assertEqual((error.code, error.subcode), codes)

    def test_a_wait_may_be_a_date(self):
        now = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
        date = "Mon, 02 Mar 2026 12:00:30 GMT"
        self.assertEqual(http_client.get_retry_after(date, now), 30)
        self.assertIsNone(http_client.get_retry_after("soon", now))

    def test_nobody_listening_means_that_nothing_was_sent(self):
        with self.assertRaises(ProviderBusy):
            http_client.call("POST", "http://127.0.0.1:9/")

    # --- files ------------------------------------------------------------------

    def test_files_come_from_the_providers_hosts_alone(self):
        hosts = ("fbcdn.net", "http://127.0.0.1:8100")
        for url, allowed in (
            ("https://scontent.fbcdn.net/a", True),
            ("https://fbcdn.net/a", True),
            ("http://127.0.0.1:8100/a", True),
            ("http://scontent.fbcdn.net/a", False),
            ("https://scontent.fbcdn.net:8443/a", False),
            ("https://evilfbcdn.net/a", False),
            ("https://fbcdn.net.evil.example/a", False),
            ("https://fbcdn.net@evil.example/a", False),
            ("http://127.0.0.1:8101/a", False),
            ("http://127.0.0.1:8100@evil.example/a", False),
            ("file:///etc/passwd", False),
        ):
            with self.subTest(url=url):
                self.assertIs(http_client.is_host_allowed(url, hosts), allowed)

    def fetch(self, path, limit=1000):
        return http_client.fetch(self.url + path, [self.url], limit)

    def test_a_file_has_its_bytes_and_its_type(self):
        self.assertEqual(self.fetch("/5"), (b"xxxxx", "image/png"))

    def test_a_redirect_a_large_file_and_a_slow_one_are_refused(self):
        with self.assertRaisesRegex(ProviderError, "redirect"):
            self.fetch("/redirect")
        with self.assertRaisesRegex(ProviderError, "size"):
            self.fetch("/1001")
        with patch.object(http_client, "MEDIA_SECONDS", 0.3):
            with self.assertRaises(ProviderError):
                self.fetch("/drip")

    # --- plain text -------------------------------------------------------------

    def test_a_text_is_cut_between_words(self):
        self.assertEqual(split_text("one two three", 8), ["one two", "three"])
        self.assertEqual(split_text("x" * 10, 4), ["xxxx", "xxxx", "xx"])
        self.assertEqual(split_text("", 4), [])

    def test_a_link_keeps_its_address(self):
        body = '<p>See <a href="https://a.example/x?y=1&amp;z=2"><b>this</b></a></p>'
        self.assertEqual(get_plain_text(body), "See this (https://a.example/x?y=1&z=2)")
        self.assertEqual(get_plain_text("<p>1 &lt; 2</p>"), "1 < 2")
