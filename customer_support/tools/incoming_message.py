"""What every channel turns its raw input into, before a ticket is looked for."""

from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True)
class WrittenAt:
    """When a customer wrote what arrives only now (UTC without zone).

    It tells the clocks by the context: a class, for no request can bring one there.
    """

    moment: datetime


@dataclass(frozen=True)
class IncomingMessage:
    """One message of a customer, on any channel.

    ``sender_key`` names the sender within the channel (an address, a number, a
    handle); it is a claim until the identity behind it has been verified.
    ``sent_at`` is the provider's time in UTC without zone. ``attachments`` are pairs of
    file name and content. ``thread_key`` groups messages of one conversation where the
    channel knows such a thing.
    """

    sender_key: str
    body: str
    sent_at: datetime
    sender_name: str = ""
    external_id: str = ""
    email: str = ""
    phone: str = ""
    subject: str = ""
    attachments: list[tuple[str, bytes]] = field(default_factory=list)
    thread_key: str = ""

    def written_until(self, now: datetime) -> "IncomingMessage":
        """This message, written at ``now`` at the latest: other clocks run ahead."""
        return replace(self, sent_at=get_told_moment(self.sent_at, now))


def get_told_moment(told: datetime, now: datetime) -> datetime:
    """A moment that another clock tells: ``now`` at the latest, in whole seconds."""
    return min(told, now).replace(microsecond=0)
