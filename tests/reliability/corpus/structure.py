"""B03, B04, B06: parts that are nested, broken, or swallowed by a sanitiser."""

import base64
from collections.abc import Iterator

from ..mail import ANY, Shape, Stamp

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


def shapes() -> Iterator[Shape]:
    """Yield the shapes of a mail's parts."""
    yield from _nested()
    yield from _html()
    yield from _broken()


def part(content: bytes | str, kind: str = "text/plain; charset=utf-8", **headers):
    """Return one part of a mail as bytes; binary content is coded as base64."""
    fields = {"Content-Type": kind}
    fields |= {key.replace("_", "-"): value for key, value in headers.items()}
    if isinstance(content, bytes):
        fields["Content-Transfer-Encoding"] = "base64"
        content = base64.encodebytes(content).decode()
    lines = [f"{key}: {value}" for key, value in fields.items() if value is not None]
    return ("\r\n".join(lines) + f"\r\n\r\n{content}").encode()


def multipart(stamp: Stamp, kind: str, *parts: bytes, **headers) -> bytes:
    """Return a mail of several parts."""
    body = b"".join(b"--b\r\n" + one + b"\r\n" for one in parts) + b"--b--\r\n"
    fields = {key.replace("_", "-"): value for key, value in headers.items()}
    return stamp.mail(body, {"Content-Type": f"{kind}; boundary=b", **fields})


def with_file(stamp: Stamp, data: bytes, name: str, kind: str) -> bytes:
    """Return an ordinary mail with one file."""
    file = part(data, kind, Content_Disposition=f'attachment; filename="{name}"')
    return multipart(stamp, "multipart/mixed", part(stamp.text), file)


def _nested() -> Iterator[Shape]:
    for depth in (20, 100, 900, 3000):
        fine = depth == 20
        expect = frozenset(("ticket",)) if fine else ANY
        yield Shape("B04", f"{depth} multiparts", _deep(depth), expect, fine)
        yield Shape("B04", f"{depth} mails in mails", _matryoshka(depth), expect, fine)


def _deep(depth: int):
    def build(stamp: Stamp) -> bytes:
        start = "".join(
            f"--b{level}\r\n"
            f"Content-Type: multipart/mixed; boundary=b{level + 1}\r\n\r\n"
            for level in range(depth)
        )
        end = "".join(f"\r\n--b{level}--" for level in range(depth, -1, -1))
        body = f"{start}--b{depth}\r\n\r\n{stamp.text}{end}"
        return stamp.mail(body, {"Content-Type": "multipart/mixed; boundary=b0"})

    return build


def _matryoshka(depth: int):
    def build(stamp: Stamp) -> bytes:
        inner = "Content-Type: message/rfc822\r\n\r\n" * depth
        return multipart(
            stamp,
            "multipart/mixed",
            part(stamp.text),
            f"{inner}Subject: in the middle\r\n\r\nwords".encode(),
        )

    return build


def _html() -> Iterator[Shape]:
    def html(markup: str):
        return lambda stamp: stamp.mail(
            markup.replace("TEXT", stamp.text),
            {"Content-Type": "text/html; charset=utf-8"},
        )

    for depth in (100, 255, 300, 5000):
        markup = "<div>" * depth + "TEXT" + "</div>" * depth
        yield Shape("B06", f"{depth} nested tags", html(markup))
    for name, markup in {
        "nothing but script": "<script>alert('TEXT')</script><p>TEXT</p>",
        "unclosed": "<table><tr><td><b>TEXT",
        "only a comment": "<!-- nothing --><p>TEXT</p>",
        "conditional comment": "<!--[if mso]><p>Outlook</p><![endif]--><p>TEXT</p>",
        "style": "<style>p{color:red}</style><p style='x:expression(1)'>TEXT</p>",
        "svg": "<svg onload=alert(1)><p>TEXT</p></svg>",
        "base and meta": "<base href=//x.example><meta http-equiv=refresh><p>TEXT</p>",
        "remote picture": "<img src='http://x.example/pixel.png'><p>TEXT</p>",
        "quoted Gmail": "<p>TEXT</p><div class='gmail_quote'>"
        "<blockquote>old</blockquote></div>",
        "quoted Outlook": "<p>TEXT</p><div id='divRplyFwdMsg'><b>From:</b> x</div>old",
        "xml header": "<?xml version='1.0' encoding='foo'?><html><p>TEXT</p></html>",
        "lying meta": "<html><meta charset='utf-16'><p>Olá TEXT</p></html>",
    }.items():
        yield Shape("B06", f"html: {name}", html(markup))


def _broken() -> Iterator[Shape]:
    def of(name: str, build) -> Shape:
        return Shape("B03", name, build, ANY, False)

    def typed(kind: str):
        return lambda stamp: stamp.mail(headers={"Content-Type": kind})

    yield of("no boundary", typed("multipart/mixed"))
    yield of("boundary that never comes", typed("multipart/mixed; boundary=zz"))
    yield of("empty boundary", typed('multipart/mixed; boundary=""'))
    yield of(
        "boundary that never ends",
        lambda s: multipart(s, "multipart/mixed", part(s.text)).replace(b"--b--", b""),
    )
    yield of("multipart without parts", lambda s: multipart(s, "multipart/mixed"))
    yield of("broken type", typed('; charset="'))
    yield of("type without subtype", typed("text; charset=utf-8"))
    yield of("unknown type", typed("lamp/broken"))
    yield of("empty type", typed(""))
    yield of("type twice", typed(("text/plain", "text/html")))
    for encoding in ("x-uuencode", "foo", "", "base64 base64", "bäse64"):
        yield of(
            f"coding {encoding!r}",
            lambda s, value=encoding: s.mail(
                headers={"Content-Transfer-Encoding": value}
            ),
        )
    yield of(
        "broken base64",
        lambda s: s.mail(f"!!!{s.text}A", {"Content-Transfer-Encoding": "base64"}),
    )
    yield of(
        "broken quoted-printable",
        lambda s: s.mail(
            f"=ZZ={s.text}=", {"Content-Transfer-Encoding": "quoted-printable"}
        ),
    )
    yield of(
        "coded multipart",
        lambda s: multipart(
            s, "multipart/mixed", part(s.text), Content_Transfer_Encoding="base64"
        ),
    )
    yield of(
        "cut in the middle",
        lambda s: with_file(s, PNG * 50, "a.png", "image/png")[:-3000],
    )
    yield of("headers only", lambda s: s.mail("").rstrip())
