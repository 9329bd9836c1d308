"""Calls to providers: always with time-outs, and each failure in one of our words."""

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from time import monotonic
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from .provider_errors import (
    ProviderBusy,
    ProviderError,
    ProviderRevoked,
    ProviderSilent,
)

# Seconds to connect, and between two bytes of the answer.
TIMEOUT = 15
MEDIA_SECONDS = 30
CHUNK = 64 * 1024
MAX_WAIT = 24 * 3600


def call(method, url, **options):
    """Make a call that changes something at the provider.

    :param options: as ``requests.request`` takes them
    :return: the JSON of the answer, ``{}`` when it has none
    :raise ProviderBusy: nothing was done, try later
    :raise ProviderRevoked: the account's access is not valid any more
    :raise ProviderSilent: sent, and no answer
    :raise ProviderError: refused for good
    """
    try:
        response = requests.request(
            method, url, timeout=TIMEOUT, allow_redirects=False, **options
        )
    except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
        raise ProviderBusy(type(error).__name__) from error
    except requests.ConnectionError as error:
        if _was_never_sent(error):
            raise ProviderBusy("ConnectionError") from error
        raise ProviderSilent("ConnectionError") from error
    except requests.RequestException as error:
        raise ProviderSilent(type(error).__name__) from error
    _raise_for_status(response)
    return read_json(response)


def _was_never_sent(error):
    """Whether the connection failed before anything was written to it."""
    return "NewConnectionError" in repr(error) or "NameResolution" in repr(error)


def _raise_for_status(response):
    status = response.status_code
    if status < 300:
        return
    text, codes = describe(response), get_codes(response)
    if status == 429:
        raise ProviderBusy(text, get_wait(response), whole_account=True, **codes)
    if status == 401:
        raise ProviderRevoked(text, **codes)
    if status >= 500:
        wait = get_retry_after(response.headers.get("Retry-After"))
        raise ProviderBusy(text, wait, **codes)
    raise ProviderError(text, **codes)


def describe(response):
    """The status and the provider's own words about a failure, in short."""
    body = read_json(response)
    error = body.get("error") or body.get("description") or body.get("detail") or ""
    if isinstance(error, dict):
        error = f"{error.get('code', '')} {error.get('message', '')}"
    return f"{response.status_code} {error}".strip()[:300]


def get_codes(response):
    """The numbers by which Meta names the reason of a failure.

    :return: dict with the keys code and subcode, each a whole number or None
    """
    error = read_json(response).get("error")
    error = error if isinstance(error, dict) else {}
    names = {"code": "code", "subcode": "error_subcode"}
    return {key: _read_number(error.get(name)) for key, name in names.items()}


def get_wait(response, now=None):
    """Seconds that a provider asks to wait before the next call, if it does.

    It stands in a header; with Telegram in the answer; with X as the moment at which
    it counts anew. A day at most: nobody would see that what it says is nonsense.
    """
    parameters = read_json(response).get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    told = (
        get_retry_after(response.headers.get("Retry-After"), now),
        _read_number(parameters.get("retry_after")),
        _get_seconds_until(response.headers.get("x-rate-limit-reset"), now),
    )
    return next((min(wait, MAX_WAIT) for wait in told if wait is not None), None)


def _get_seconds_until(value, now):
    """Seconds until a moment that is given as Unix time."""
    moment = _read_number(value)
    now = now or datetime.now(timezone.utc)
    return None if moment is None else max(0, moment - int(now.timestamp()))


def _read_number(value):
    """A whole number that is not negative, also one that is written as a text."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def read_json(response):
    """The answer's JSON object; an empty one when it is something else."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def get_retry_after(value, now=None):
    """Seconds of a Retry-After header: a number, or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    if value.strip().isdigit():
        return int(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0, int((moment - (now or datetime.now(timezone.utc))).total_seconds()))


def is_host_allowed(url, hosts):
    """Whether an address is https at one of these hosts or below one of them.

    :param hosts: names such as ``whatsapp.net``; a full address such as
        ``http://127.0.0.1:8100`` allows just that scheme, host and port
    """
    parts = urlsplit(url)
    if any(f"{parts.scheme}://{parts.netloc}" == host for host in hosts):
        return True
    name = parts.hostname or ""
    is_plain = parts.scheme == "https" and parts.port in (None, 443)
    return is_plain and any(
        name == host or name.endswith(f".{host}") for host in hosts if "/" not in host
    )


def fetch(url, hosts, max_bytes, headers=None):
    """Fetch a file from a provider's own hosts.

    :param hosts: as ``is_host_allowed`` takes them
    :return: the file's bytes and its type
    :raise ProviderBusy: try later
    :raise ProviderError: another host, a redirect, too large, too slow, or not there
    """
    if not is_host_allowed(url, hosts):
        raise ProviderError("host")
    try:
        with requests.get(
            url, headers=headers, timeout=TIMEOUT, stream=True, allow_redirects=False
        ) as response:
            if response.is_redirect:
                raise ProviderError("redirect")
            _raise_for_status(response)
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
            return _read_limited(response, max_bytes), kind
    except (requests.RequestException, HTTPError) as error:
        raise ProviderBusy(type(error).__name__) from error


def _read_limited(response, max_bytes):
    """The body, unless it is too large or drips for too long."""
    if int(response.headers.get("Content-Length") or 0) > max_bytes:
        raise ProviderError("size")
    # Reads what is there and does not wait for a full chunk (newer urllib3 only): else
    # a byte now and then would keep the time-out between two bytes from striking.
    read = getattr(response.raw, "read1", response.raw.read)
    content, end = bytearray(), monotonic() + MEDIA_SECONDS
    while chunk := read(CHUNK, decode_content=True):
        content += chunk
        if len(content) > max_bytes:
            raise ProviderError("size")
        if monotonic() > end:
            raise ProviderError("time")
    return bytes(content)
