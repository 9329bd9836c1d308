"""B17 to B19: what machines write: auto-replies, bounces, receipts, lists."""

from collections.abc import Iterator

from ..mail import APPENDED, QUARANTINED, SUPPRESSED, TICKET, Shape, Stamp
from .structure import multipart, part

# A machine's mail may be put aside or kept; it is never lost and never answered.
AUTOMATIC = frozenset((SUPPRESSED, APPENDED, TICKET))
NO_TICKET = frozenset((SUPPRESSED, APPENDED, QUARANTINED))

AUTO_HEADERS = {
    "auto-replied": {"Auto-Submitted": "auto-replied"},
    "auto-generated": {"Auto-Submitted": "auto-generated; owner=x"},
    "auto-notified": {"Auto-Submitted": "auto-notified"},
    "X-Autoreply": {"X-Autoreply": "yes"},
    "X-Autorespond": {"X-Autorespond": "out of office"},
    "Precedence auto_reply": {"Precedence": "auto_reply"},
    "Precedence bulk": {"Precedence": "bulk"},
    "Precedence junk": {"Precedence": "junk"},
    "X-Auto-Response-Suppress": {"X-Auto-Response-Suppress": "All"},
    "X-Loop": {"X-Loop": "customer.example"},
    "X-POST-MessageClass": {"X-POST-MessageClass": "9; Autoresponder"},
    "empty Return-Path": {"Return-Path": "<>", "Auto-Submitted": "auto-replied"},
}
AWAY = {
    "en": "Automatic reply: Out of office",
    "pt": "Resposta automática: fora do escritório",
    "es": "Respuesta automática: fuera de la oficina",
}
REPORTS = {
    "postfix": ("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender"),
    "exchange": ("postmaster@outlook.example", "Undeliverable: your order"),
    "gmail": (
        "mailer-daemon@googlemail.example",
        "Delivery Status Notification (Failure)",
    ),
    "exim": ("Mailer-Daemon@mx.example", "Mail delivery failed"),
    "delay": ("postmaster@mx.example", "Delivery Status Notification (Delay)"),
}


def shapes() -> Iterator[Shape]:
    """Yield what is not written by a person, and what only looks so."""
    for name, headers in AUTO_HEADERS.items():
        yield _auto(f"auto-reply: {name}", headers)
    for language, subject in AWAY.items():
        headers = {"Subject": subject, "Auto-Submitted": "auto-replied"}
        yield _auto(f"away: {language}", headers)
    yield Shape(
        "B17",
        "Auto-Submitted: no",
        lambda s: s.mail(headers={"Auto-Submitted": "no"}),
        acknowledged=True,
    )
    yield from _lists()
    yield from _reports()


def _auto(name: str, headers: dict[str, str]) -> Shape:
    def build(stamp: Stamp) -> bytes:
        return stamp.mail(headers=headers)

    return Shape("B17", name, build, AUTOMATIC, acknowledged=False)


def _lists() -> Iterator[Shape]:
    for name, headers in {
        "List-Id": {"List-Id": "<support.store.example>"},
        "Precedence list": {"Precedence": "list", "List-Id": "<a.customer.example>"},
        "List-Unsubscribe": {"List-Unsubscribe": "<mailto:off@customer.example>"},
        "Google group": {
            "List-Id": "<support.store.example>",
            "X-Google-Group-Id": "1",
            "Sender": "support@googlegroups.example",
        },
    }.items():
        yield Shape(
            "B19",
            f"list: {name}",
            lambda s, headers=headers: s.mail(headers=headers),
            acknowledged=False,
        )


def _reports() -> Iterator[Shape]:
    for style, (sender, subject) in REPORTS.items():
        for return_path in ("<>", f"<{sender}>"):
            yield Shape(
                "B18",
                f"report: {style}, Return-Path {return_path}",
                _report(sender, subject, return_path),
                NO_TICKET,
                acknowledged=False,
            )
    yield Shape("B18", "read receipt", _receipt, NO_TICKET, acknowledged=False)
    yield Shape(
        "B18",
        "report without structure",
        lambda s: s.mail(
            f"User unknown. Mark {s.uuid}",
            {"From": "MAILER-DAEMON@mx.example", "Return-Path": "<>"},
        ),
        NO_TICKET,
        acknowledged=False,
    )


def _report(sender: str, subject: str, return_path: str):
    def build(stamp: Stamp) -> bytes:
        status = (
            "Reporting-MTA: dns; mx.example\r\n\r\n"
            f"Final-Recipient: rfc822; {stamp.sender}\r\n"
            "Action: failed\r\nStatus: 5.1.1"
        )
        return multipart(
            stamp,
            "multipart/report; report-type=delivery-status",
            part(f"It could not be delivered. Mark {stamp.uuid}"),
            part(status, "message/delivery-status"),
            part("Subject: Your ticket", "text/rfc822-headers"),
            From=sender,
            Subject=subject,
            Return_Path=return_path,
            Auto_Submitted="auto-replied",
        )

    return build


def _receipt(stamp: Stamp) -> bytes:
    return multipart(
        stamp,
        "multipart/report; report-type=disposition-notification",
        part(f"Your mail was read. Mark {stamp.uuid}"),
        part(
            f"Final-Recipient: rfc822; {stamp.sender}\r\n"
            "Disposition: manual-action/MDN-sent-manually; displayed",
            "message/disposition-notification",
        ),
        Subject="Read: Your order",
    )
