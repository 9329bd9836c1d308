"""An SMTP server for tests that keeps every mail and sends none on."""

import email
import email.policy
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from .console import Failure
from .processes import free_port


@dataclass(frozen=True)
class Delivery:
    """One mail as it came in, with the addresses of its envelope."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def text(self) -> str:
        """The mail's readable text, HTML when it has no plain one."""
        body = self.message.get_body(preferencelist=("plain", "html"))
        return body.get_content() if body else ""


class SmtpSink:
    """Keeps what is sent to ``127.0.0.1:port`` in `deliveries`, in order.

    A context manager.
    """

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.port = free_port()
        self.deliveries: list[Delivery] = []
        self._arrived = threading.Condition()
        self._controller = Controller(
            self, hostname=self.host, port=self.port, decode_data=False
        )

    def __enter__(self) -> "SmtpSink":
        self._controller.start()
        return self

    def __exit__(self, *_error) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        """Take one mail; the name is that of aiosmtpd's hook."""
        delivery = Delivery(
            envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content
        )
        with self._arrived:
            self.deliveries.append(delivery)
            self._arrived.notify_all()
        return "250 Message accepted for delivery"

    def to(self, address: str) -> list[Delivery]:
        """Return what came for `address`, in order."""
        return [one for one in self.deliveries if address in one.recipients]

    def wait_for(self, address: str, count: int = 1, patience: float = 60) -> Delivery:
        """Return the mail number `count` for `address`, waiting until it comes.

        :raise Failure: when it does not come in `patience` seconds
        """
        deadline = time.monotonic() + patience
        with self._arrived:
            while len(found := self.to(address)) < count:
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise Failure(
                        f"No mail number {count} came for {address}",
                        f"{len(self.deliveries)} came for others",
                    )
        return found[count - 1]
