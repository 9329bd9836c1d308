"""Visitors and agents of the live chat, by the same calls as their browsers."""

import contextlib
import itertools
import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import requests
import websocket

from .clients import PATIENCE, Client, Refused
from .prepare_store import find_id

AGENT_GROUPS = (
    "base.group_user",
    "customer_support.group_support_agent_team",
    "im_livechat.im_livechat_group_user",
)
NEW_MESSAGE = "discuss.channel/new_message"
# A word that tells one line from all others: ``f16-12.3.``
MARK = re.compile(r"\b[a-z]+\d\d-\d+-\d+(?=\.)")
RECONNECT_SECONDS = 0.3


class Socket:
    """A websocket of Odoo's bus; it connects again when it was cut, as a browser does.

    What came while it was cut is asked for by the last number that was heard.

    :param url: the store's address
    :param cookies: of the session, read anew for each connection
    :param is_staff: tell that a person sits before it, as the back office does
    """

    def __init__(
        self, url: str, cookies: Mapping[str, str], *, is_staff: bool = False
    ) -> None:
        self.url = url.replace("http", "ws", 1) + "/websocket"
        self.origin, self.cookies, self.is_staff = url, cookies, is_staff
        self.connections = 0
        # By mark: the messages that hold it, and when the first one was heard.
        self.messages: dict[str, set[int]] = defaultdict(set)
        self.heard_at: dict[str, float] = {}
        self.is_open = threading.Event()
        self._last = 0
        self._closing = False
        self._socket: websocket.WebSocket | None = None
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def subscribe(self) -> None:
        """Ask for the news of all chats that one is a member of now."""
        data = {"channels": [], "last": self._last}
        self._send("subscribe", data)
        if self.is_staff:
            self._send("update_presence", {"inactivity_period": 0})

    def close(self) -> None:
        """Leave, as somebody who closes the page."""
        self._closing = True
        if self._socket:
            with contextlib.suppress(OSError, websocket.WebSocketException):
                self._socket.close()
        self._thread.join(timeout=10)

    def _send(self, event: str, data: dict) -> None:
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self._socket.send(json.dumps({"event_name": event, "data": data}))

    def _listen(self) -> None:
        while not self._closing:
            try:
                self._connect()
                while not self._closing:
                    self._take(json.loads(self._socket.recv()))
            except (OSError, ValueError, websocket.WebSocketException):
                self.is_open.clear()
                time.sleep(RECONNECT_SECONDS)

    def _connect(self) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._socket = websocket.create_connection(
            self.url, origin=self.origin, cookie=cookie, timeout=PATIENCE
        )
        self.connections += 1
        self.subscribe()
        self.is_open.set()

    def _take(self, news: list[dict]) -> None:
        now = time.monotonic()
        for one in news:
            self._last = max(self._last, one["id"])
            if one["message"]["type"] != NEW_MESSAGE:
                continue
            for message in one["message"]["payload"]["data"].get("mail.message", ()):
                for mark in MARK.findall(json.dumps(message.get("body") or "")):
                    self.messages[mark].add(message["id"])
                    self.heard_at.setdefault(mark, now)


class Person:
    """Somebody who chats: a session, and the socket that hears the answers."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self.url, self.session = url, session
        self.socket: Socket | None = None
        self._ids = itertools.count(1)

    def call(self, route: str, **params):
        """Call a JSON-RPC route as the page's script does.

        :raise Refused: with the server's words
        """
        answer = self.session.post(
            self.url + route,
            json={"jsonrpc": "2.0", "id": next(self._ids), "params": params},
            timeout=PATIENCE,
        )
        answer.raise_for_status()
        content = answer.json()
        if "error" in content:
            raise Refused(content["error"]["data"]["message"])
        return content.get("result")

    def listen(self, *, is_staff: bool = False) -> Socket:
        """Open the socket."""
        self.socket = Socket(self.url, self.session.cookies, is_staff=is_staff)
        return self.socket

    def say(self, chat: int, text: str) -> None:
        """Write one line."""
        post = {
            "body": text,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
        }
        self.call(
            "/mail/message/post",
            thread_model="discuss.channel",
            thread_id=chat,
            post_data=post,
        )

    def insist(self, chat: int, text: str) -> None:
        """Write one line, again while no answer comes: a person presses once more."""
        for _attempt in range(20):
            try:
                return self.say(chat, text)
            except requests.ConnectionError:
                time.sleep(0.5)
        raise RuntimeError("The store takes no line")


class Visitor(Person):
    """A guest of the store's site who opens a chat.

    :param options: of the route that opens it, for example ``chatbot_script_id``
    """

    def __init__(self, url: str, livechat: int, **options) -> None:
        super().__init__(url, requests.Session())
        answer = self.call(
            "/im_livechat/get_session", channel_id=livechat, persisted=True, **options
        )
        self.chat = answer["channel_id"]

    def speak(self, text: str) -> None:
        """Write one line in the own chat."""
        self.say(self.chat, text)


class Agent(Person):
    """An agent in the back office, online as soon as the socket is open."""

    def __init__(self, client: Client) -> None:
        super().__init__(client.url, client.session)
        self.client = client


class LiveChat:
    """A live chat of the rig's store, answered by agents of its own.

    :param rig: with ``rpc``, ``client`` and ``ids``
    :param logins: of the agents, who are made
    :param values: of the ``im_livechat.channel``
    """

    def __init__(self, rig, logins: Sequence[str], **values) -> None:
        self.rig = rig
        groups = [find_id(rig.rpc, name) for name in AGENT_GROUPS]
        self.users = rig.rpc(
            "res.users",
            "create",
            [
                {
                    "name": login.title(),
                    "login": login,
                    "password": login,
                    "email": f"{login}@store.example",
                    "group_ids": [(6, 0, groups)],
                }
                for login in logins
            ],
        )
        # Without hours: somebody is on shift, whenever it runs.
        team = {"name": logins[0], "member_ids": [(6, 0, self.users)]}
        [team] = rig.rpc(
            "support.team", "create", [team | {"resource_calendar_id": False}]
        )
        wanted = {
            "name": f"Rig chat {logins[0]}",
            "user_ids": [(6, 0, self.users)],
            "support_team_id": team,
            "support_answer_seconds": 0,
        }
        [self.id] = rig.rpc("im_livechat.channel", "create", [wanted | values])
        self.agents = [Agent(rig.client(login)) for login in logins]

    def go_online(self) -> None:
        """Let every agent be there, and wait until the store knows."""
        for agent in self.agents:
            agent.listen(is_staff=True)
        self.rig.wait(lambda: self.count_online() == len(self.users), 60)

    def count_online(self) -> int:
        """Return how many agents the store takes for present."""
        return self.rig.store.count(
            "SELECT count(*) FROM mail_presence"
            " WHERE user_id = ANY(%s) AND status = 'online'",
            self.users,
        )

    def visitors(self, count: int, **options) -> list[Visitor]:
        """Let so many visitors open a chat each, and listen."""
        url = self.rig.server.url
        with ThreadPoolExecutor(8) as pool:
            found = list(
                pool.map(lambda _n: Visitor(url, self.id, **options), range(count))
            )
        for visitor in found:
            visitor.listen()
        for agent in self.agents:
            agent.socket.subscribe()
        for visitor in found:
            visitor.socket.is_open.wait(PATIENCE)
        return found

    def close(self, *visitors: Visitor) -> None:
        """Let everybody leave."""
        for person in (*visitors, *self.agents):
            if person.socket:
                person.socket.close()


def wait_until(is_done: Callable[[], object], patience: float) -> bool:
    """Wait until a condition holds; tell whether it came to hold."""
    deadline = time.monotonic() + patience
    while not is_done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
