"""A client that calls Odoo's models over HTTP, as its back office does."""

import itertools
import json
import urllib.request
from http.cookiejar import CookieJar

TIMEOUT = 180


class RpcError(Exception):
    """Odoo refused a call.

    :param name: the exception's name in Odoo, ``odoo.exceptions.AccessError``
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class Rpc:
    """A session of the user `login`; every thread needs one of its own."""

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        self._url = url
        self._numbers = itertools.count(1)
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        session = self.post(
            "/web/session/authenticate", db=database, login=login, password=password
        )
        self.uid = session["uid"]

    def __call__(self, model: str, method: str, *args, **kwargs):
        """Call `method` of `model` and return its result.

        :param args: for a method of records, their ids as a list come first
        :raise RpcError: when Odoo refuses
        """
        return self.post(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs=kwargs,
        )

    def post(self, path: str, **params):
        """Call the JSON-RPC route `path` and return its result."""
        body = {"jsonrpc": "2.0", "id": next(self._numbers), "params": params}
        request = urllib.request.Request(
            self._url + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=TIMEOUT) as response:
            answer = json.load(response)
        if error := answer.get("error"):
            data = error.get("data", error)
            raise RpcError(data.get("name", "error"), data.get("message", ""))
        # A method that returns nothing answers without a result.
        return answer.get("result")
