"""Fixtures for tests that need a real server, real mail or a browser."""

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from playwright.sync_api import sync_playwright

from store_setup import OdooServer, database, paths, prepare, system_packages
from store_setup.imap_server import ImapServer
from store_setup.processes import find_program
from store_setup.smtp_sink import SmtpSink

# Odoo's website theme asks a font service: no test goes outside of this machine.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

# The first page of a fresh database builds its scripts and styles.
PATIENCE_MS = 120_000


@dataclass
class LiveServer:
    """A real Odoo server on a copy of the database; its mail goes to `sink`."""

    env: object
    server: OdooServer
    sink: SmtpSink

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def db(self) -> str:
        return self.server.database

    @property
    def log(self) -> Path:
        return self.server.log

    def rpc(self, login="admin", password="admin"):
        """Return a client that acts as `login`: ``rpc(model, method, *args)``."""
        return self.server.rpc(login, password)


@contextlib.contextmanager
def database_copy(env, name, **template):
    """Make a copy of the store with our addons; drop it at the end."""
    wanted = database.addons_template(tests=True, **template)
    source = database.ensure_template(env, wanted)
    try:
        yield database.copy(source, name)
    finally:
        database.drop(name)


@pytest.fixture(scope="session")
def environment():
    """Odoo, Python, PostgreSQL and the programs that tests need."""
    return prepare(system_packages.TESTS)


@pytest.fixture(scope="session")
def live_server(environment):
    """One real server for the whole session, with a database of its own."""
    name = f"support_live_{paths.checkout_key()}_{os.getpid()}"
    with contextlib.ExitStack() as stack:
        stack.enter_context(database_copy(environment, name))
        sink = stack.enter_context(SmtpSink())
        mail = {"smtp_server": sink.host, "smtp_port": sink.port}
        server = OdooServer(environment, name, name=name, options=mail)
        yield LiveServer(environment, stack.enter_context(server), sink)


@pytest.fixture
def smtp_sink(live_server):
    """The mail that left the live server during this test."""
    live_server.sink.deliveries.clear()
    return live_server.sink


@pytest.fixture
def imap_server(environment):
    """An IMAP server with empty mailboxes."""
    with ImapServer(f"imap-{os.getpid()}") as server:
        yield server


@pytest.fixture
def sql(live_server):
    """A connection to the live server's database that sees what is committed."""
    connection = psycopg2.connect(**live_server.env.connection(live_server.db))
    connection.autocommit = True
    with contextlib.closing(connection):
        yield connection


@pytest.fixture(scope="session")
def browser(environment):
    """Chromium, driven by Playwright."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_program("chromium"), args=CHROMIUM_OPTIONS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def screenshots():
    """The folder for pictures; the end of the run prints where it is."""
    folder = paths.state_folder() / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def new_page(browser, live_server, screenshots, request):
    """Open pages on the live server: ``new_page(locale="pt-BR")``.

    Every page has cookies of its own. An error in a page's script fails the test,
    and each page is photographed at the end.
    """
    pages, errors = [], []

    def open_page(**options):
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        pages.append(page)
        return page

    yield open_page
    for number, page in enumerate(pages):
        name = re.sub(r"\W+", "_", request.node.name)
        page.screenshot(path=screenshots / f"{name}_{number}.png")
        page.context.close()
    assert not errors


@pytest.fixture
def page(new_page):
    """One page on the live server."""
    return new_page()


@pytest.fixture
def sign_in():
    """Sign in on a page: ``sign_in(page, "portal", "portal")``."""

    def do(page, login, password, redirect="/odoo"):
        page.goto(f"/web/login?redirect={redirect}")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click("form.oe_login_form button[type=submit]")
        page.wait_for_url(lambda url: "/web/login" not in url)

    return do
