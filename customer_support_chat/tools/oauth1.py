"""The signature of OAuth 1.0a (RFC 5849, 3.4), which X wants for an account's calls."""

import base64
import hashlib
import hmac
import secrets
import time
from urllib.parse import quote


def get_header(method, url, keys, params=None, nonce=None, timestamp=None):
    """The Authorization header of a call.

    :param keys: consumer key, consumer secret, token and token secret
    :param params: those of the address or of a form; a JSON body is not signed
    """
    consumer_key, consumer_secret, token, token_secret = keys
    oauth = {
        "oauth_consumer_key": consumer_key,
        "oauth_nonce": nonce or secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(timestamp or int(time.time())),
        "oauth_token": token,
        "oauth_version": "1.0",
    }
    signed = sorted(
        (_quote(name), _quote(value))
        for name, value in {**oauth, **(params or {})}.items()
    )
    pairs = "&".join(f"{name}={value}" for name, value in signed)
    base = "&".join((method.upper(), _quote(url), _quote(pairs)))
    key = f"{_quote(consumer_secret)}&{_quote(token_secret)}"
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    oauth["oauth_signature"] = base64.b64encode(digest).decode()
    parts = (f'{_quote(name)}="{_quote(oauth[name])}"' for name in sorted(oauth))
    return "OAuth " + ", ".join(parts)


def _quote(text):
    return quote(str(text or ""), safe="-._~")
