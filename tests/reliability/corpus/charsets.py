"""B01, B02: charsets that are unknown, wrong or missing, and NUL bytes."""

import base64
import quopri
from collections.abc import Iterator

from ..mail import ANY, Shape, Stamp

KNOWN = {
    "us-ascii": "Hello",
    "utf-8": "Olá, café, 日本",
    "iso-8859-1": "Não chegou, ação",
    "iso-8859-15": "São 12 €",
    "windows-1252": "“Olá” – €",
    "windows-1251": "Лампа разбита",
    "koi8-r": "Лампа разбита",
    "koi8-u": "Лампа розбита",
    "gb18030": "灯坏了 𠮷",
    "gb2312": "灯坏了",
    "big5": "燈壞了",
    "shift_jis": "ランプが壊れた",
    "iso-2022-jp": "ランプが壊れた",
    "euc-kr": "램프가 고장",
    "utf-7": "Olá, café",
    "utf-16": "Olá, café",
}
UNKNOWN = (
    "foo-bar",
    "x-unknown",
    "unknown-8bit",
    "unicode-1-1-utf-7x",
    "utf8mb4x",
    "x-mac-croatian-x",
    "cp-850x",
    "_iso-2022-jp$ESC",
    "default",
    "binary",
    "hex",
    "rot13",
    "base64",
    "zlib",
    "idna",
    "undefined",
    "unicode_escape",
    "",
    '"',
    "utf-8; charset=foo",
    "ü",
    "a" * 300,
)
LIES = (
    ("us-ascii", "utf-8"),
    ("us-ascii", "windows-1252"),
    ("utf-8", "windows-1252"),
    ("utf-8", "koi8-r"),
    ("utf-8", "gb18030"),
    ("iso-2022-jp", "shift_jis"),
    ("utf-16", "utf-8"),
    ("utf-7", "utf-8"),
    ("gb2312", "gb18030"),
    ("euc-kr", "utf-8"),
    ("big5", "windows-1252"),
)


def shapes() -> Iterator[Shape]:
    """Yield every charset in every transfer encoding, and what is wrong with them."""
    for charset in KNOWN:
        for encoding in ("8bit", "quoted-printable", "base64"):
            yield Shape("B01", f"{charset} {encoding}", _known(charset, encoding))
    for number, charset in enumerate(UNKNOWN):
        for kind in ("plain", "html"):
            yield Shape("B01", f"unknown {number} {kind}", _unknown(charset, kind))
        yield Shape("B01", f"unknown {number} subject", _unknown_subject(charset))
    for declared, real in LIES:
        yield Shape("B01", f"{real} called {declared}", _lie(declared, real))
    for real in ("utf-8", "windows-1252", "koi8-r", "gb18030"):
        yield Shape("B01", f"undeclared {real}", _undeclared(real))
        yield Shape("B01", f"raw {real} in headers", _raw_headers(real))
    yield from _nul_shapes()


def _encode(data: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(data)
    return quopri.encodestring(data) if encoding == "quoted-printable" else data


def _known(charset: str, encoding: str):
    def build(stamp: Stamp) -> bytes:
        data = f"{KNOWN[charset]}\n{stamp.text}".encode(charset)
        return stamp.mail(
            _encode(data, encoding),
            {
                "Content-Type": f"text/plain; charset={charset}",
                "Content-Transfer-Encoding": encoding,
            },
        )

    return build


def _unknown(charset: str, kind: str):
    def build(stamp: Stamp) -> bytes:
        text = stamp.text if kind == "plain" else f"<p>{stamp.text}</p>"
        return stamp.mail(
            f"Olá. {text}".encode("iso-8859-1"),
            {"Content-Type": f"text/{kind}; charset={charset}".encode()},
        )

    return build


def _unknown_subject(charset: str):
    return lambda stamp: stamp.mail(
        headers={"Subject": f"=?{charset}?Q?L=E2mpada_quebrada?= {stamp.uuid}".encode()}
    )


def _lie(declared: str, real: str):
    def build(stamp: Stamp) -> bytes:
        data = f"{KNOWN[real]}\n{stamp.text}".encode(real)
        return stamp.mail(data, {"Content-Type": f"text/plain; charset={declared}"})

    return build


def _undeclared(real: str):
    return lambda stamp: stamp.mail(
        f"{KNOWN[real]}\n{stamp.text}".encode(real), {"Content-Type": None}
    )


def _raw_headers(real: str):
    def build(stamp: Stamp) -> bytes:
        words = KNOWN[real].encode(real)
        sender = b'"' + words + b'" <' + stamp.sender.encode() + b">"
        return stamp.mail(headers={"From": sender, "Subject": words})

    return build


def _nul_shapes() -> Iterator[Shape]:
    def attachment(stamp: Stamp) -> bytes:
        return stamp.mail(
            f"--b\r\n\r\n{stamp.text}\r\n--b\r\nContent-Type: image/png\r\n"
            'Content-Disposition: attachment; filename="lamp\0.png"\r\n\r\n'
            "\0\0\0\r\n--b--",
            {"Content-Type": "multipart/mixed; boundary=b"},
        )

    encoded = "=?utf-8?Q?broken=00lamp?="
    html = {"Content-Type": "text/html; charset=utf-8"}
    yield Shape("B02", "body", lambda s: s.mail(s.text.replace("Hello", "He\0llo")))
    yield Shape("B02", "html", lambda s: s.mail(f"<p>a\0b {s.text}</p>", html))
    yield Shape("B02", "html entity", lambda s: s.mail(f"<p>&#0; {s.text}</p>", html))
    yield Shape("B02", "subject", lambda s: s.mail(headers={"Subject": "broken\0lamp"}))
    yield Shape("B02", "coded subject", lambda s: s.mail(headers={"Subject": encoded}))
    yield Shape(
        "B02",
        "sender's name",
        lambda s: s.mail(headers={"From": f"{encoded} <{s.sender}>"}),
    )
    yield Shape("B02", "file name", attachment)
    yield Shape(
        "B02",
        "utf-16 without saying so",
        lambda s: s.mail(s.text.encode("utf-16-le")),
        expect=ANY,
        well_formed=False,
    )
    yield Shape(
        "B02",
        "Message-Id",
        lambda s: s.mail(headers={"Message-Id": f"<{s.uuid}\0@customer.example>"}),
        well_formed=False,
    )
