"""Raw mails for the tests, from files and made to measure."""

from pathlib import Path

MAILS = Path(__file__).parent / "mails"
ADDRESS = "suporte@example.com"


def read_mail(name, **values):
    """Return a mail of the corpus with its @@PLACEHOLDERS@@ filled in."""
    raw = (MAILS / f"{name}.eml").read_bytes()
    for key, value in values.items():
        raw = raw.replace(f"@@{key.upper()}@@".encode(), value.encode())
    return raw


def make_mail(
    sender="Ana Souza <ana@example.com>",
    to=ADDRESS,
    subject="Luminária chegou quebrada",
    body=b"A luminaria chegou quebrada.",
    message_id="<made-1@example.com>",
    charset="utf-8",
    content_type="text/plain",
    extra=None,
):
    """Return the bytes of a mail; ``extra`` holds further headers."""
    headers = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": "Mon, 16 Nov 2026 09:00:00 -0300",
        "Message-ID": message_id,
        "MIME-Version": "1.0",
        "Content-Type": f"{content_type}; charset={charset}",
        "Content-Transfer-Encoding": "8bit",
        **(extra or {}),
    }
    head = "".join(f"{name}: {value}\n" for name, value in headers.items() if value)
    content = body if isinstance(body, bytes) else body.encode()
    return head.encode() + b"\n" + content + b"\n"
