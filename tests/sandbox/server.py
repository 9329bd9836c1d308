"""The server: the providers' calls under /graph, /x and /telegram, and a page."""

import contextlib
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from . import formats, media
from .formats import Account, Said

PAGE = Path(__file__).parent / "page.html"
API_PATHS = {"x": "/x", "x_public": "/x", "telegram": "/telegram"}
TIMEOUT = 60
# How often a body is posted until the store confirms it.
ATTEMPTS = 20
# The faults that have no status: what the call is noted with.
FAULTS = {"silence": 200, "hang": 504}


@dataclass
class Call:
    """One call of the store: what it wanted to send, and what it was answered."""

    kind: str
    recipient: str
    text: str
    name: str
    status: int
    our_key: str = ""
    # The last state that the store was told, and confirmed: sent, delivered.
    told: str = ""
    at: float = field(default_factory=time.time)


class Sandbox:
    """Plays the providers on a port of this machine; a context manager.

    :param port: a free one when it is 0
    """

    def __init__(self, port: int = 0) -> None:
        self.accounts: dict[str, Account] = {}
        self.calls: list[Call] = []
        self.said: list[dict] = []
        # How the next calls are answered: a status, "silence" after the work, or
        # "hang" instead of it.
        self.faults: list[int | str] = []
        self.hang_seconds = 60.0
        # The names of the files that the store asked for.
        self.fetched: list[str] = []
        self.retry_after = 2
        self.receipts = True
        self.lock = threading.Lock()
        self._names = itertools.count(int(time.time() * 1000))
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
        self._server.daemon_threads = True
        self._server.sandbox = self

    def __enter__(self) -> "Sandbox":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The address of the page where one types as the customer."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def sent(self) -> list[Call]:
        """What the store sent and the provider took."""
        return [call for call in self.calls if call.status == 200]

    def api_url(self, kind: str) -> str:
        """Return the address to enter as the provider's server."""
        return self.url + API_PATHS.get(kind, "/graph")

    def connect(self, kind: str, account: str, webhook: str, secret: str) -> None:
        """Post what customers write to an account to its webhook."""
        self.accounts[kind] = Account(kind, account, webhook, secret)

    def new_name(self) -> str:
        """Return a name for a message, as the provider would give one."""
        return str(next(self._names))

    # --- the customer -------------------------------------------------------------

    def say(
        self, kind: str, sender: str, name: str, text: str, *, post="", at=None
    ) -> tuple[int, bytes]:
        """Let a customer write; return the store's answer and the body that was posted.

        The body can be posted again with `post_body`, as providers do.
        """
        said = Said(self.new_name(), sender, name, text, at or time.time(), post)
        line = {"kind": kind, "sender": sender, "name": name, "text": text}
        self.said.append({**line, "at": said.at})
        body = formats.write(formats.message(self.accounts[kind], said))
        return self.post_body(kind, body), body

    def post_body(self, kind: str, body: bytes, headers: dict | None = None) -> int:
        """Post a body with its proof; return the status of the answer."""
        account = self.accounts[kind]
        proof = formats.sign(account, body) if headers is None else headers
        request = urllib.request.Request(
            account.webhook, body, {"Content-Type": "application/json", **proof}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    # --- the store ----------------------------------------------------------------

    def take(self, kind: str, recipient: str, text: str, our_key: str = "") -> Call:
        """Take a message of the store, or answer with the next fault."""
        with self.lock:
            fault = self.faults.pop(0) if self.faults else 200
            status = FAULTS.get(fault) or int(fault)
            call = Call(kind, recipient, text, self.new_name(), status, our_key)
            self.calls.append(call)
        if status == 200 and self.receipts:
            tell = threading.Thread(target=self._tell_delivered, args=(call,))
            tell.daemon = True
            tell.start()
        if fault == "hang":
            time.sleep(self.hang_seconds)
        if fault in FAULTS:
            raise ConnectionError
        return call

    def _tell_delivered(self, call: Call) -> None:
        account = self.accounts.get(call.kind)
        for state in ("sent", "delivered"):
            body = account and formats.status(account, call.name, state, call.our_key)
            if body and self._insist(call.kind, formats.write(body)):
                call.told = state

    def _insist(self, kind: str, body: bytes) -> bool:
        """Post a body again until it is confirmed; tell whether it was."""
        for _attempt in range(ATTEMPTS):
            with contextlib.suppress(OSError):
                if self.post_body(kind, body) == 200:
                    return True
            time.sleep(1)
        return False

    def describe(self) -> dict:
        """Return what the page shows."""
        return {
            "kinds": sorted(self.accounts),
            "lines": sorted(
                [{"from": "store", **vars(call)} for call in self.calls]
                + [{"from": "customer", **line} for line in self.said],
                key=lambda line: line.get("at", 0),
            ),
        }


class _Handler(BaseHTTPRequestHandler):
    """The paths of the providers, told apart by their first part."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_args) -> None:
        """Say nothing: what matters stands in the sandbox."""

    @property
    def sandbox(self) -> Sandbox:
        return self.server.sandbox

    def do_GET(self) -> None:
        if self.path == "/":
            self.answer(200, PAGE.read_bytes(), "text/html; charset=utf-8")
        elif self.path == "/state":
            self._answer_json(200, self.sandbox.describe())
        elif self.path.startswith("/file/"):
            media.send(self, self.path.removeprefix("/file/"))
        elif self.path.removeprefix("/graph/") in media.NAMES:
            name = self.path.removeprefix("/graph/")
            self._answer_json(200, {"url": media.get_address(self.sandbox.url, name)})
        else:
            name = {"username": "sandbox", "name": "Sandbox"}
            self._answer_json(200, {**name, "id": "1", "data": name})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = json.loads(body) if body[:1] in (b"{", b"[") else {}
        service, _, path = self.path.strip("/").partition("/")
        try:
            getattr(self, f"_post_{service}", self._post_nothing)(path, data)
        except ConnectionError:
            # The work is done and the answer never comes.
            self.close_connection = True

    def _post_nothing(self, path: str, data: dict) -> None:
        self._answer_json(404, {})

    # --- the page -----------------------------------------------------------------

    def _post_say(self, path: str, data: dict) -> None:
        status, _body = self.sandbox.say(
            data["kind"], data["sender"], data["name"], data["text"]
        )
        self._answer_json(200, {"status": status})

    def _post_connect(self, path: str, data: dict) -> None:
        self.sandbox.connect(**data)
        self._answer_json(200, {})

    # --- the providers ------------------------------------------------------------

    def _post_graph(self, path: str, data: dict) -> None:
        target, _, what = path.partition("/")
        if what == "media":
            self._answer_json(200, {"id": "media-1"})
        elif what == "comments":
            call = self.sandbox.take("facebook", target, data["message"])
            self._answer_call(call, {"id": call.name})
        elif data.get("messaging_product") == "whatsapp":
            text = json.dumps(data[data["type"]], ensure_ascii=False)
            if data["type"] == "text":
                text = data["text"]["body"]
            key = data.get("biz_opaque_callback_data", "")
            call = self.sandbox.take("whatsapp", data["to"], text, key)
            self._answer_call(call, {"messages": [{"id": call.name}]})
        else:
            self._take_messenger(target, data)

    def _take_messenger(self, account: str, data: dict) -> None:
        instagram = self.sandbox.accounts.get("instagram")
        is_instagram = instagram and instagram.account == account
        recipient = data.get("recipient", {})
        key = recipient.get("id") or f"psid-of-{recipient.get('comment_id')}"
        text = data.get("message", {}).get("text", "[file]")
        kind = "instagram" if is_instagram else "messenger"
        call = self.sandbox.take(kind, key, text)
        self._answer_call(call, {"message_id": call.name, "recipient_id": key})

    def _post_x(self, path: str, data: dict) -> None:
        if path.endswith("/messages"):
            call = self.sandbox.take("x", path.split("/")[-2], data["text"])
            self._answer_call(call, {"data": {"dm_event_id": call.name}})
        else:
            answered = data.get("reply", {}).get("in_reply_to_tweet_id", "")
            call = self.sandbox.take("x_public", answered, data["text"])
            self._answer_call(call, {"data": {"id": call.name}})

    def _post_telegram(self, path: str, data: dict) -> None:
        if path.endswith(("/getMe", "/setWebhook")):
            result = {"username": "sandbox"}
            return self._answer_json(200, {"ok": True, "result": result})
        chat = str(data.get("chat_id", ""))
        call = self.sandbox.take("telegram", chat, data.get("text", "[file]"))
        result = {"message_id": int(call.name)}
        return self._answer_call(call, {"ok": True, "result": result})

    # --- answers ------------------------------------------------------------------

    def _answer_call(self, call: Call, content: dict) -> None:
        if call.status == 200:
            return self._answer_json(200, content)
        error = {"error": {"code": 0 if call.status == 401 else 1, "message": "told"}}
        return self._answer_json(call.status, error)

    def _answer_json(self, status: int, content: dict) -> None:
        self.answer(status, json.dumps(content).encode(), "application/json")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        """Answer with a body."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", str(self.sandbox.retry_after))
        self.end_headers()
        self.wfile.write(body)
