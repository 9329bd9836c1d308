"""What the rig knows about a mail: its bytes, its mark, and what may become of it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate

TICKET = "ticket"
APPENDED = "appended"
SUPPRESSED = "suppressed"
QUARANTINED = "quarantined"
PASSED = "passed"
DUPLICATE = "duplicate"
# What a sane reader may do with a mail that is broken on purpose.
ANY = frozenset((TICKET, APPENDED, SUPPRESSED, QUARANTINED))

MAIL_DOMAIN = "store.example"
SUPPORT = f"desk@{MAIL_DOMAIN}"
LEAD = f"quotes@{MAIL_DOMAIN}"

NAMES = (
    "Ana Souza",
    "João Lima",
    "Marta Pires",
    "Rafael Costa",
    "Helena Duarte",
    "Tom Becker",
)
PROBLEMS = (
    "The lamp arrived with a broken shade",
    "Where is my order",
    "One chair is missing from the delivery",
    "I was charged twice",
    "The voucher does not work",
    "Can I exchange the rug for the blue one",
)

Value = str | bytes | None


@dataclass(frozen=True)
class Stamp:
    """The identity of one mail; every mail carries its own UUID in the body."""

    uuid: str
    number: int
    recipient: str = SUPPORT
    sender: str = ""

    @classmethod
    def make(cls, number: int, recipient: str = SUPPORT, sender: str = "") -> "Stamp":
        """Return a new stamp; each sender is a person of its own unless given."""
        mark = str(uuid.uuid4())
        return cls(mark, number, recipient, sender or f"c{mark[:8]}@customer.example")

    @property
    def name(self) -> str:
        """The customer's name."""
        return NAMES[self.number % len(NAMES)]

    @property
    def subject(self) -> str:
        """What the customer writes about."""
        return PROBLEMS[self.number % len(PROBLEMS)]

    @property
    def text(self) -> str:
        """The words of the mail; plain ASCII, so that any charset can hold them."""
        return f"Hello, {self.subject.lower()}. Please help.\nMark {self.uuid}\n"

    @property
    def message_id(self) -> str:
        """The Message-Id that the sender's program gives."""
        return f"<{self.uuid}@customer.example>"

    def mail(
        self,
        body: str | bytes | None = None,
        headers: Mapping[str, Value | tuple[Value, ...]] | None = None,
    ) -> bytes:
        """Return the raw mail.

        :param body: the bytes after the empty line, by default the plain words
        :param headers: replace or add to the ordinary ones; ``None`` leaves one
            out, a tuple repeats it
        """
        fields: dict = {
            "Received": "from customer.example by mx.store.example; "
            + formatdate(1763800000 + self.number),
            "From": f'"{self.name.encode("ascii", "ignore").decode()}" <{self.sender}>',
            "To": self.recipient,
            "Subject": self.subject,
            "Date": formatdate(1763800000 + self.number),
            "Message-Id": self.message_id,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "X-Rig": self.uuid,
            **(headers or {}),
        }
        lines = [
            _bytes(name) + b": " + _bytes(one)
            for name, value in fields.items()
            for one in (value if isinstance(value, tuple) else (value,))
            if one is not None
        ]
        content = _bytes(self.text if body is None else body)
        return b"\r\n".join([*lines, b"", b""]) + content


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


@dataclass(frozen=True)
class Shape:
    """One way in which a mail can be made.

    :param case: the case of the catalogue that it belongs to, for example ``B01``
    :param build: makes the raw bytes for a stamp
    :param expect: what may become of it
    :param well_formed: whether a person's mail program may send such a mail
    :param acknowledged: whether the sender gets an acknowledgement; ``None``: either
    :param only_mailbox: nothing in it names the store, so that it can only come from
        the mailbox
    """

    case: str
    name: str
    build: Callable[[Stamp], bytes]
    expect: frozenset[str] = frozenset((TICKET,))
    well_formed: bool = True
    acknowledged: bool | None = None
    only_mailbox: bool = False

    def make(self, number: int, recipient: str = SUPPORT, sender: str = "") -> "Mail":
        """Return a mail of this shape with a stamp of its own."""
        stamp = Stamp.make(number, recipient, sender)
        return Mail(stamp.uuid, self, self.build(stamp), stamp.sender)


@dataclass(frozen=True)
class Mail:
    """One mail that is sent, once or several times.

    :param again: what is handed over besides, the same mail that came another way
    """

    uuid: str
    shape: Shape
    raw: bytes = field(repr=False)
    sender: str
    again: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def copies(self) -> int:
        """How many times it is handed over."""
        return 1 + len(self.again)

    def repeated(self, times: int = 2) -> "Mail":
        """Return the mail as it comes when `times` ways lead to the store."""
        trace = b"Received: from relay%d.example; Sat, 22 Nov 2025 09:00:00 +0000\r\n"
        again = tuple(trace % number + self.raw for number in range(1, times))
        return replace(self, again=again)
