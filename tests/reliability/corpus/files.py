"""B07, B24, B33: files that are hostile, oddly named, or all that there is."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from ..mail import Shape, Stamp
from .structure import PNG, multipart, part, with_file


def shapes() -> Iterator[Shape]:
    """Yield the shapes of mails with files, and of those that are little else."""
    yield from _hostile_files()
    yield from _unusual()
    yield from _file_names()


def _hostile_files() -> Iterator[Shape]:
    def file(name: str, data: bytes, filename: str, kind: str) -> Shape:
        return Shape("B07", name, lambda s: with_file(s, data, filename, kind))

    zipped = _zip({"zeros": bytes(30 * 2**20)})
    entries = _zip({f"f{number}": b"" for number in range(5000)})
    yield file("zip bomb", zipped, "photos.zip", "application/zip")
    yield file("many entries", entries, "photos.zip", "application/zip")
    yield file("document bomb", zipped, "claim.docx", "application/msword")
    yield file("huge picture", _picture(30000), "lamp.png", "image/png")
    yield file("hostile svg", b"<svg onload='alert(1)'/>", "a.svg", "image/svg+xml")
    yield file("hostile pdf", b"%PDF-1.4\n/OpenAction", "a.pdf", "application/pdf")
    yield file("hostile html", b"<script>alert(1)</script>", "a.html", "text/html")
    yield file("unknown text", b"\xff\xfe\x00", "a.txt", "text/plain; charset=foo-bar")


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _picture(size: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def _unusual() -> Iterator[Shape]:
    def of(name: str, build) -> Shape:
        return Shape("B33", name, build)

    ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR"

    def marked_mail(body: str | bytes, kind: str = "text/plain"):
        def build(stamp: Stamp) -> bytes:
            subject = f"{stamp.subject} {stamp.uuid}"
            return stamp.mail(body, {"Content-Type": kind, "Subject": subject})

        return build

    yield of("empty", marked_mail(""))
    yield of("only spaces", marked_mail(" \r\n \r\n"))
    yield of("empty html", marked_mail("<html></html>", "text/html"))
    yield of(
        "only an image",
        marked_mail(part(PNG).split(b"\r\n\r\n", 1)[1], "image/png"),
    )
    yield of(
        "winmail.dat",
        lambda s: with_file(
            s, b"\x78\x9f\x3e\x22" + bytes(200), "winmail.dat", "application/ms-tnef"
        ),
    )
    yield of("only winmail.dat", marked_mail("x", "application/ms-tnef"))
    yield of(
        "signed",
        lambda s: multipart(
            s,
            'multipart/signed; protocol="application/pkcs7-signature"',
            part(s.text),
            part(bytes(200), "application/pkcs7-signature; name=smime.p7s"),
        ),
    )
    yield of("encrypted", marked_mail("AAAA", "application/pkcs7-mime; name=smime.p7m"))
    yield of(
        "PGP",
        lambda s: multipart(
            s,
            "multipart/encrypted",
            part("Version: 1", "application/pgp-encrypted"),
            part(f"-----BEGIN PGP-----{s.uuid}", "application/octet-stream"),
        ),
    )
    yield of(
        "invitation",
        lambda s: multipart(
            s, "multipart/alternative", part(s.text), part(ics, "text/calendar")
        ),
    )
    yield of("only an invitation", marked_mail(ics, "text/calendar; method=REQUEST"))
    yield of(
        "500 files",
        lambda s: multipart(
            s,
            "multipart/mixed",
            part(s.text),
            *(
                part(
                    b"x",
                    "text/plain",
                    Content_Disposition=f"attachment; filename={n}.txt",
                )
                for n in range(500)
            ),
        ),
    )
    yield of(
        "forwarded mail",
        lambda s: multipart(
            s,
            "multipart/mixed",
            part(s.text),
            part("From: b@x.example\r\nSubject: old\r\n\r\nold", "message/rfc822"),
        ),
    )
    yield of(
        "picture in the text",
        lambda s: multipart(
            s,
            "multipart/related",
            part(f"<p>{s.text}<img src='cid:lamp'></p>", "text/html; charset=utf-8"),
            part(PNG, "image/png", Content_ID="<lamp>"),
        ),
    )
    yield of(
        "text and html",
        lambda s: multipart(
            s,
            "multipart/alternative",
            part(s.text),
            part(f"<p>{s.text}</p>", "text/html; charset=utf-8"),
        ),
    )
    yield of(
        "text and empty html",
        lambda s: multipart(
            s, "multipart/alternative", part(s.text), part("", "text/html")
        ),
    )
    yield of(
        "flowed",
        lambda s: s.mail(
            s.text, {"Content-Type": "text/plain; format=flowed; delsp=yes"}
        ),
    )
    yield of(
        "enriched",
        lambda s: s.mail(f"<bold>{s.text}</bold>", {"Content-Type": "text/enriched"}),
    )
    yield of("markdown", lambda s: s.mail(s.text, {"Content-Type": "text/markdown"}))
    yield of(
        "uuencoded",
        lambda s: s.mail(f"{s.text}\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n"),
    )
    yield of(
        "Apple double",
        lambda s: multipart(
            s,
            "multipart/mixed",
            part(s.text),
            part(bytes(80), "application/applefile"),
            part(PNG, "image/png; name=lamp.png"),
        ),
    )
    yield of(
        "text after text",
        lambda s: multipart(
            s, "multipart/mixed", part("first"), part(PNG, "image/png"), part(s.text)
        ),
    )
    yield of(
        "no MIME",
        lambda s: s.mail(headers={"MIME-Version": None, "Content-Type": None}),
    )
    yield of(
        "external body",
        lambda s: multipart(
            s,
            "multipart/mixed",
            part(s.text),
            part("", "message/external-body; access-type=URL; URL=http://x.example/"),
        ),
    )
    yield of("partial", marked_mail("x", "message/partial; number=1; total=9; id=a"))


def _file_names() -> Iterator[Shape]:
    for name, value in {
        "missing": "",
        "path": "../../etc/passwd",
        "right to left": "lamp\u202egnp.exe",
        "zero width": "\u200b.htaccess",
        "5 thousand letters": "a" * 5000 + ".png",
        "reserved": "CON",
        "slash": "/",
        "percent": "a%00.png",
        "quotes": 'a\\"b.png',
        "coded": "=?foo-bar?Q?l=E2mpada.png?=",
    }.items():
        yield Shape(
            "B24",
            f"file name: {name}",
            lambda stamp, value=value: with_file(stamp, PNG, value, "image/png"),
        )
    yield Shape(
        "B24",
        "file name: 2231 in an unknown charset",
        lambda s: multipart(
            s,
            "multipart/mixed",
            part(s.text),
            part(
                PNG,
                "image/png",
                Content_Disposition="attachment; filename*=foo-bar'en'l%E2mp.png",
            ),
        ),
    )
    yield Shape(
        "B24",
        "file name: 2231 broken",
        lambda s: multipart(
            s,
            "multipart/mixed",
            part(s.text),
            part(
                PNG, "image/png", Content_Disposition="attachment; filename*=%%%'; x*0="
            ),
        ),
    )
