"""People who use the store by HTTP, each with a session of their own."""

import itertools
import re

import requests
from lxml import html

# Seconds; many clients at once have to wait for each other on a small machine.
PATIENCE = 300
TOKEN = re.compile(r"""csrf_token["']?\s*(?:value=|:)\s*["']([0-9a-fo]+)["']""")


class Refused(Exception):
    """The server's answer to something that may not be done, in its words."""


class Client:
    """A browser without the pictures.

    :param url: the store's address
    :param login: the rig's users have their login as password; empty for a guest
    """

    def __init__(self, url: str, login: str = "") -> None:
        self.url = url
        self.session = requests.Session()
        self._ids = itertools.count(1)
        if login:
            self._log_in(login)

    def _log_in(self, login: str) -> None:
        token = self.csrf_token("/web/login")
        answer = self.post("/web/login", login=login, password=login, csrf_token=token)
        if "/web/login" in answer.url:
            raise Refused(f"{login} could not log in")

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self.session.get(self.url + path, timeout=PATIENCE)

    def post(self, path: str, **form) -> requests.Response:
        """Send a form."""
        return self.session.post(self.url + path, data=form, timeout=PATIENCE)

    def csrf_token(self, path: str) -> str:
        """Return the token that stands on a page."""
        found = TOKEN.search(self.get(path).text)
        if not found:
            raise LookupError(f"There is no token on {path}")
        return found.group(1)

    def hidden_fields(self, page: str, action: str) -> dict[str, str]:
        """Return the hidden fields of the form on `page` that posts to `action`."""
        tree = html.fromstring(self.get(page).text)
        for form in tree.xpath("//form[@action]"):
            if form.get("action").split("?")[0].endswith(action):
                fields = form.xpath(".//input[@type='hidden']")
                return {one.get("name"): one.get("value") or "" for one in fields}
        raise LookupError(f"There is no form to {action} on {page}")

    def first_option(self, page: str, name: str) -> str:
        """Return the first value that the list `name` on `page` offers."""
        tree = html.fromstring(self.get(page).text)
        return tree.xpath("//select[@name=$name]//option/@value[.!='']", name=name)[0]

    def twin(self) -> "Client":
        """Return a client of its own that shares the login: a second tab."""
        other = Client(self.url)
        other.session.cookies.update(self.session.cookies)
        return other

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a method as the back office does.

        :raise Refused: with the server's words
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.session.post(
            f"{self.url}/web/dataset/call_kw/{model}/{method}",
            json={"jsonrpc": "2.0", "id": next(self._ids), "params": params},
            timeout=PATIENCE,
        ).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer.get("result")
