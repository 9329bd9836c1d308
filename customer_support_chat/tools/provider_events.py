"""What a provider's webhook tells, in the words that all providers share."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class ProviderEvent:
    """One thing that happened in an account of ours.

    ``account_key`` names the account as the provider does: a phone number's id, a
    page's id; it is empty where a webhook serves one account alone. ``kind`` is that of
    the channel it belongs to, when another one than that of the webhook.
    """

    account_key: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class ProviderMessage(ProviderEvent):
    """A message or a public comment.

    ``sent_at`` is the provider's time in UTC without zone. ``media`` holds triples of
    the provider's key for a file, its name and its type. ``text`` is plain; it is empty
    when there is only a file. ``placeholder`` names what cannot be shown, such as
    "sticker". ``thread_key`` is the post under which a public comment stands.
    ``comment_key`` is the provider's name of a public comment that was edited: the
    edit has a name of its own. ``is_echo``: the store itself wrote it, in the
    provider's own app.
    """

    external_id: str
    sender_key: str
    sent_at: datetime
    text: str = ""
    sender_name: str = ""
    phone: str = ""
    media: tuple[tuple[str, str, str], ...] = ()
    placeholder: str = ""
    thread_key: str = ""
    comment_key: str = ""
    is_public: bool = False
    is_echo: bool = False


@dataclass(frozen=True, kw_only=True)
class PhoneCall(ProviderMessage):
    """A call: answered, missed or ended on the voicemail.

    ``duration`` is in seconds; ``agent`` the login or address of who spoke;
    ``request_key`` our name of the call, when an agent started it from a ticket.
    """

    outcome: str
    is_outgoing: bool = False
    duration: int = 0
    recording_url: str = ""
    agent: str = ""
    request_key: str = ""


@dataclass(frozen=True, kw_only=True)
class DeliveryReceipt(ProviderEvent):
    """What became of a message of ours: sent, delivered, read or failed.

    ``external_id`` is the provider's name of the message; ``our_key`` ours, where the
    provider gives it back.
    """

    external_id: str
    status: str
    error: str = ""
    our_key: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadUntil(ProviderEvent):
    """Everything that we sent to somebody until a moment (UTC) has been read."""

    sender_key: str
    until: datetime
    status: str = "read"


@dataclass(frozen=True, kw_only=True)
class Reaction(ProviderEvent):
    """A sign that somebody put on a message; an empty one takes it back."""

    external_id: str
    sender_key: str
    emoji: str


@dataclass(frozen=True, kw_only=True)
class Removal(ProviderEvent):
    """A message that its author or the network has deleted or hidden."""

    external_id: str


@dataclass(frozen=True, kw_only=True)
class BrokenEntry(ProviderEvent):
    """An entry of the body that could not be understood."""

    error: str
    entry: str


def write_message(message: ProviderMessage) -> str:
    """JSON of a message, for the row that keeps it until it is processed."""
    return json.dumps(asdict(message) | {"sent_at": message.sent_at.isoformat()})


def read_message(text: str) -> ProviderMessage:
    """The message, or the call, that ``write_message`` wrote."""
    values = json.loads(text)
    kind = PhoneCall if "outcome" in values else ProviderMessage
    values["sent_at"] = datetime.fromisoformat(values["sent_at"])
    values["media"] = tuple(map(tuple, values["media"]))
    return kind(**values)


@dataclass(frozen=True)
class Sent:
    """What a provider says of a message that it took.

    ``external_id`` is its name there; ``recipient_key`` that of the recipient, when the
    provider tells one that we did not know.
    """

    external_id: str
    recipient_key: str = ""
