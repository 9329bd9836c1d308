#!/usr/bin/env python3
"""Hand one mail from the mail server (MTA) to Odoo, byte by byte.

    support: "|/opt/support-mailgate.py --config /etc/support-mailgate.conf"

reads the mail from standard input. It exits with 0 when Odoo has stored the mail and
with 75 (EX_TEMPFAIL) in every other case, so that the mail server keeps it and tries
again: no failure here ever turns into a lost or returned mail.

The configuration is a file that only the mail server's user can read, or environment
variables; a password on the command line could be read by every user of the machine.

    [support-mailgate]                    SUPPORT_MAILGATE_...
    url = https://odoo.example.com        URL
    database = store                      DATABASE
    user = mailgate@example.com           USER
    password = password or API key        PASSWORD
    timeout = 120                         TIMEOUT (seconds)
"""

import argparse
import configparser
import os
import sys
import xmlrpc.client
from http.client import HTTPException

EX_OK = 0
EX_TEMPFAIL = 75
SECTION = "support-mailgate"
REQUIRED = ("url", "database", "user", "password")


class ConfigurationError(Exception):
    """A value is missing."""


def read_configuration(path):
    """Return the settings of a file (may be None), completed from the environment."""
    parser = configparser.ConfigParser(interpolation=None)
    parser[SECTION] = {"timeout": "120"}
    if path:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    section = parser[SECTION]
    for name in (*REQUIRED, "timeout"):
        value = os.environ.get(f"SUPPORT_MAILGATE_{name.upper()}")
        if value:
            section[name] = value
    missing = [name for name in REQUIRED if not section.get(name)]
    if missing:
        raise ConfigurationError(f"missing settings: {', '.join(missing)}")
    return section


def add_recipient(raw, recipient):
    """Note the envelope's recipient: the mail's own headers need not name it."""
    if not recipient:
        return raw
    line = f"X-Original-To: {''.join(recipient.split())}\n".encode()
    if raw.startswith((b"From ", b">From ")):
        first, _, rest = raw.partition(b"\n")
        return first + b"\n" + line + rest
    return line + raw


def make_transport(url, timeout):
    """Return a transport that gives up after `timeout` seconds."""
    is_secure = url.startswith("https:")
    base = xmlrpc.client.SafeTransport if is_secure else xmlrpc.client.Transport

    class TimedTransport(base):
        def make_connection(self, host):
            connection = super().make_connection(host)
            connection.timeout = timeout
            return connection

    return TimedTransport()


def connect(url, service, timeout):
    """Return the proxy of an XML-RPC service."""
    address = f"{url.rstrip('/')}/xmlrpc/2/{service}"
    transport = make_transport(url, timeout)
    return xmlrpc.client.ServerProxy(address, transport=transport, allow_none=True)


def deliver(settings, raw, model):
    """Store a mail in Odoo; raises when it is not stored."""
    timeout = float(settings["timeout"])
    credentials = settings["database"], settings["user"], settings["password"]
    database, user, password = credentials
    common = connect(settings["url"], "common", timeout)
    uid = common.authenticate(database, user, password, {})
    if not uid:
        raise ConfigurationError("Odoo refuses the user or the password")
    objects = connect(settings["url"], "object", timeout)
    arguments = [model, xmlrpc.client.Binary(raw)]
    objects.execute_kw(
        database, uid, password, "mail.thread", "message_process", arguments
    )


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--config", help="configuration file")
    parser.add_argument(
        "--model",
        default="support.ticket",
        help="what becomes of mail that no alias claims (default: %(default)s; "
        "empty: the mail is refused)",
    )
    parser.add_argument(
        "--recipient",
        default=os.environ.get("ORIGINAL_RECIPIENT"),
        help="address of the envelope (default: Postfix's ORIGINAL_RECIPIENT)",
    )
    return parser.parse_args()


def main():
    """Deliver standard input."""
    arguments = parse_arguments()
    settings = read_configuration(arguments.config)
    raw = add_recipient(sys.stdin.buffer.read(), arguments.recipient)
    deliver(settings, raw, arguments.model or False)


if __name__ == "__main__":
    try:
        main()
    except SystemExit as stop:
        # argparse: --help is no failure, a wrong option is.
        sys.exit(EX_TEMPFAIL if stop.code else EX_OK)
    except xmlrpc.client.Fault as fault:
        # The text of a fault may hold the mail's words: only its last line leaves.
        reason = (fault.faultString.strip().splitlines() or [""])[-1]
        sys.stderr.write(f"support-mailgate: Odoo refused the mail: {reason[:200]}\n")
        sys.exit(EX_TEMPFAIL)
    except (
        ConfigurationError,
        HTTPException,
        OSError,
        ValueError,
        configparser.Error,
        xmlrpc.client.ProtocolError,
    ) as error:
        sys.stderr.write(f"support-mailgate: {type(error).__name__}: {error}\n")
        sys.exit(EX_TEMPFAIL)
    except Exception as error:  # the mail must stay with the mail server
        sys.stderr.write(f"support-mailgate: {type(error).__name__}\n")
        sys.exit(EX_TEMPFAIL)
