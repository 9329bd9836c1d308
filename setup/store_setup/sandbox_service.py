"""The sandbox beside the store: a server that plays the messaging providers."""

import json
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from .console import Failure
from .environment import Environment
from .paths import ROOT
from .processes import Service, free_port
from .server import OdooServer

SERVICE = "odoo-sandbox"
SECRET = "for-trying-out"
ACCOUNTS = {
    "whatsapp": ("WhatsApp", "100"),
    "messenger": ("Messenger", "200"),
    "facebook": ("Facebook page", "200"),
    "instagram": ("Instagram", "300"),
    "x": ("X messages", "400"),
    "x_public": ("X mentions", "400"),
    "telegram": ("Telegram", "500"),
}
API_PATHS = {"x": "/x", "x_public": "/x", "telegram": "/telegram"}
PATIENCE = 20


def start(env: Environment, server: OdooServer) -> str:
    """Start the sandbox, give the store a channel for each network.

    :return: the address of the page where one types as the customer
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    Service.start(
        SERVICE,
        [env.python, "-m", "sandbox", "--port", str(port)],
        env=env.process_variables | {"PYTHONPATH": str(ROOT / "tests")},
        options=url,
    )
    _wait(url)
    admin = server.rpc()
    for kind, (name, account) in ACCOUNTS.items():
        channel = _have_channel(admin, url, kind, name, account)
        webhook = server.url + urlsplit(channel["webhook_url"]).path
        _tell(url, kind=kind, account=account, webhook=webhook, secret=SECRET)
    return url


def _wait(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise Failure(
        "The sandbox does not answer", f"nothing came for {PATIENCE} s", "setup/run"
    )


def _have_channel(admin, url: str, kind: str, name: str, account: str) -> dict:
    """Have one channel of this kind that speaks with the sandbox."""
    channels, domain = "support.channel", [("kind", "=", kind)]
    values = {
        "account_key": account,
        "app_secret": SECRET,
        "access_token": SECRET,
        "access_secret": SECRET,
        "consumer_key": SECRET,
        "api_url": url + API_PATHS.get(kind, "/graph"),
    }
    found = admin(channels, "search", [*domain, ("account_key", "=", account)], limit=1)
    if found:
        admin(channels, "write", found, values)
    else:
        values |= {"name": f"{name} (sandbox)", "kind": kind}
        found = admin(channels, "create", [values])
    return admin(channels, "read", found, ["webhook_url"])[0]


def _tell(url: str, **told: str) -> None:
    """Let the sandbox post what customers write to an account."""
    request = urllib.request.Request(f"{url}/connect", json.dumps(told).encode())
    with urllib.request.urlopen(request, timeout=PATIENCE):
        return
