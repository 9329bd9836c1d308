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
    text = describe(response)
    if status == 429:
        wait = get_retry_after(response.headers.get("Retry-After"))
        raise ProviderBusy(text, wait, whole_account=True)
    if status == 401:
        raise ProviderRevoked(text)
    if status >= 500:
        raise ProviderBusy(text, get_retry_after(response.headers.get("Retry-After")))
    raise ProviderError(text)


def describe(response):
    """The status and the provider's own words about a failure, in short."""
    body = read_json(response)
    error = body.get("error") or body.get("description") or body.get("detail") or ""
    if isinstance(error, dict):
        error = f"{error.get('code', '')} {error.get('message', '')}"
    return f"{response.status_code} {error}".strip()[:300]


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
