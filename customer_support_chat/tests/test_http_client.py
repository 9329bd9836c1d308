import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from odoo.tests import BaseCase

from ..tools import http_client
from ..tools.plain_text import get_plain_text, split_text
from ..tools.provider_errors import (
    ProviderBusy,
    ProviderError,
    ProviderRevoked,
    ProviderSilent,
)


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says: /429, /drip, /redirect, /large ..."""

    def log_message(self, *args):
        pass

    def do_POST(self):
        if self.path == "/cut":
            self.connection.close()
            return
        status = int(self.path[1:4])
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "17")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

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
