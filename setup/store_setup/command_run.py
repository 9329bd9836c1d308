"""``setup/run``: the whole store, served until Ctrl-C or, detached, ``setup/stop``."""

import argparse
import json
import time
from pathlib import Path

from . import (
    addons,
    database,
    logins,
    postgres,
    sandbox_service,
    system_packages,
)
from .console import Failure, duration, say, step
from .environment import Environment, prepare
from .paths import checkout_key, external_server, log_folder
from .processes import Service, port_is_free
from .server import OdooServer

SERVICE = "odoo"
LANGUAGE_SCRIPT = Path(__file__).parent / "odoo_scripts" / "use_language.py"


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command."""
    parser = argparse.ArgumentParser(
        prog="setup/run",
        description="Serve a whole Odoo 19 store with this repository's addons.",
    )
    add = parser.add_argument
    add("--detach", action="store_true", help="return when the store answers")
    add("--port", type=int, default=8069, help="of the store (8069)")
    add("--db", type=database.check_name, help="name of the database")
    add("--no-demo", action="store_true", help="a store without demo data")
    add("--lang", default="", help="language of the store and its users: pt_BR")
    add("--workers", type=int, default=0, help="processes behind nginx (none)")
    add("--replica", action="store_true", help="read from a PostgreSQL standby")
    add("--sandbox", action="store_true", help="try messaging without any account")
    add("--odoo", metavar="PATH", help="a checkout of Odoo 19 to be used")
    options = parser.parse_args(arguments)
    bare = "_bare" if options.no_demo else ""
    options.db = options.db or f"store_{checkout_key()}{bare}"
    return options


def main(arguments: list[str]) -> None:
    """Bring the store up, print its addresses, serve it."""
    start = time.monotonic()
    options = parse(arguments)
    if options.replica:
        postgres.check_replica()
    env = prepare([system_packages.PROXY] if options.workers else [], options.odoo)
    server = _server(env, options)
    wanted = _facts(env, options)
    begins = not _runs_already(wanted)
    try:
        if begins:
            _bring_up(env, server, options, wanted)
        print(logins.describe(server, env), flush=True)
    except BaseException:
        # What was interrupted or has failed does not go on unseen.
        if begins:
            _stop_running()
        raise
    if sandbox := Service.find(sandbox_service.SERVICE):
        say(f"  Write as the customer of a messaging network: {sandbox.options}\n")
    say(f"Ready after {duration(time.monotonic() - start)}.")
    if options.detach:
        say("setup/stop ends it.")
    else:
        _serve(env)


def _bring_up(
    env: Environment, server: OdooServer, options: argparse.Namespace, wanted: str
) -> None:
    _stop_running()
    _check_port(options)
    _prepare_database(env, options)
    if options.replica:
        server.options |= postgres.start_replica()
    with step("Starting Odoo"):
        server.start(wanted)
        server.wait("/shop")
    if options.sandbox:
        with step("Starting the sandbox of the messaging networks"):
            sandbox_service.start(env, server)


def _server(env: Environment, options: argparse.Namespace) -> OdooServer:
    return OdooServer(env, options.db, SERVICE, options.port, options.workers)


def _facts(env: Environment, options: argparse.Namespace) -> str:
    """Return all that makes a running server the wanted one."""
    facts = vars(options) | {
        "detach": None,
        "odoo": env.odoo.version,
        "server": external_server(),
        "addons": addons.fingerprint(addons.own_addons()),
    }
    return json.dumps(facts, sort_keys=True)


def _runs_already(wanted: str) -> bool:
    running = Service.find(SERVICE)
    return running is not None and running.options == wanted


def _stop_running() -> None:
    for service in Service.all():
        if service.name.startswith(SERVICE):
            service.stop()


def _check_port(options: argparse.Namespace) -> None:
    if not port_is_free(options.port):
        raise Failure(
            f"The store cannot use port {options.port}",
            "another program listens there",
            f"setup/run --port {options.port + 1}",
        )


def _prepare_database(env: Environment, options: argparse.Namespace) -> None:
    """Have the database there, with the addons as they are in the checkout."""
    own = addons.own_addons()
    state = addons.fingerprint(own)
    name = options.db
    if not database.exists(name):
        template = database.addons_template(demo=not options.no_demo)
        source = database.ensure_template(env, template)
        with step(f"Copying the template to the database {name}"):
            database.copy(source, name)
            database.note(name, f"{state} ")
    elif own and database.noted(name).split(" ")[0] != state:
        with step(f"Upgrading the addons in the database {name}") as progress:
            names = [addon.name for addon in own]
            upgrade = f"--update={','.join(names)}"
            database.install(env, name, names, upgrade, tell=progress.tell)
    _use_language(env, name, options.lang)
    database.note(name, f"{state} {options.lang}")


def _use_language(env: Environment, name: str, language: str) -> None:
    if not language or database.noted(name).endswith(f" {language}"):
        return
    with step(f"Setting the store's language to {language}"):
        env.run_odoo(
            *("shell", "-d", name, "--no-http"),
            what=f"The store cannot speak {language}",
            stdin=f"LANGUAGE = {language!r}\n{LANGUAGE_SCRIPT.read_text()}",
            mend="give a language of Odoo, for example --lang pt_BR",
        )


def _serve(env: Environment) -> None:
    say("Ctrl-C ends it.")
    try:
        while Service.find(SERVICE):
            time.sleep(1)
        raise Failure(
            "Odoo has ended",
            mend=f"see its log in {log_folder()}, then setup/run",
        )
    finally:
        _stop_running()
        env.release()
