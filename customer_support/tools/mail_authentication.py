"""Judge the sender by the trusted mail server's Authentication-Results (RFC 8601)."""

import re

from .mail_headers import Envelope, Headers

PASS, FAIL, NONE, UNCONFIGURED = "pass", "fail", "none", "unconfigured"

_COMMENT = re.compile(r"\([^()]*\)")
_DMARC = re.compile(r"\bdmarc\s*=\s*([a-z]+)", re.IGNORECASE)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?<?([^\s;\">]+)", re.IGNORECASE)


def get_dmarc_result(envelope: Envelope, trusted_servers: str) -> str:
    """Return pass, fail, none, or unconfigured when no server is trusted.

    :param trusted_servers: comma separated authserv-ids of the store's own servers;
        what any other server says counts for nothing.
    """
    servers = {name.strip().lower() for name in trusted_servers.split(",")} - {""}
    if not servers:
        return UNCONFIGURED
    domain = envelope.sender.rpartition("@")[2]
    results = {
        _read_result(value, domain)
        for value in _find_trusted(envelope.headers, servers)
    }
    if FAIL in results:
        return FAIL
    # Two senders in one mail: the check was made for one of them only.
    return PASS if PASS in results and envelope.sender_count == 1 else NONE


def _find_trusted(headers: Headers, servers: set[str]) -> list[str]:
    """Only what our server put on top: below its trace line the sender may write."""
    found: list[str] = []
    for name, value in headers:
        if name == "received" and found:
            break
        if name == "authentication-results" and _server_of(value) in servers:
            found.append(_COMMENT.sub(" ", value))
    return found


def _server_of(value: str) -> str:
    words = _COMMENT.sub(" ", value).partition(";")[0].split()
    return words[0].lower() if words else ""


def _read_result(value: str, sender_domain: str) -> str:
    for clause in value.split(";")[1:]:
        match = _DMARC.match(clause.strip())
        if not match:
            continue
        verdict = match[1].lower()
        checked = _HEADER_FROM.search(clause)
        if checked and checked[1].lower().rpartition("@")[2] != sender_domain:
            return NONE
        return verdict if verdict in (PASS, FAIL) else NONE
    return NONE
