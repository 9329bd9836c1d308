"""Proofs of who sent a webhook, compared in constant time.

All work on the raw bytes of the body: a body that was read and written again has
other bytes, and another signature.
"""

import base64
import hashlib
import hmac


def sign_hex(secret: str, body: bytes) -> str:
    """HMAC-SHA256 as Meta writes it after ``sha256=`` in X-Hub-Signature-256."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def sign_base64(secret: str, body: bytes) -> str:
    """HMAC-SHA256 as X writes it after ``sha256=`` in x-twitter-webhooks-signature."""
    return base64.b64encode(
        hmac.new(secret.encode(), body, hashlib.sha256).digest()
    ).decode()


def is_equal(given: str | None, expected: str) -> bool:
    """Whether two texts are equal, without telling where they differ."""
    return hmac.compare_digest((given or "").encode(), expected.encode())


def is_signed(given: str | None, secrets: list[str], body: bytes, sign) -> bool:
    """Whether ``given`` is ``sha256=`` and a signature made with one of the secrets.

    :param secrets: the valid ones; two of them while a secret is being replaced, none
        when nothing is set up, and then nothing is accepted
    :param sign: ``sign_hex`` or ``sign_base64``
    """
    proofs = [f"sha256={sign(secret, body)}" for secret in secrets if secret]
    # No short way out: each is compared, whichever fits.
    return any([is_equal(given, proof) for proof in proofs])
