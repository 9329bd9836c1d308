"""Mails that belong, or pretend to belong, to a conversation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..mail import APPENDED, QUARANTINED, TICKET, Mail, Shape, Stamp

HELD = frozenset((QUARANTINED,))
JOINED = frozenset((APPENDED,))
NEW = frozenset((TICKET,))


@dataclass(frozen=True)
class Conversation:
    """A ticket that a customer opened by mail and an agent has answered.

    :param message_id: of the agent's answer, as the customer's program saw it
    :param reply_to: where the customer's program sends the reply
    """

    ticket_id: int
    number: str
    customer: str
    opening_id: str
    message_id: str
    reply_to: str

    def reply(
        self,
        shape: Shape,
        sender: str = "",
        number: int = 0,
    ) -> Mail:
        """Return a mail of this shape from the customer, or from `sender`."""
        return shape.make(number, self.reply_to, sender or self.customer)


def reply_shape(
    case: str,
    name: str,
    conversation: Conversation,
    expect: Iterable[str] = JOINED,
    headers: Callable[[Stamp], dict] | None = None,
    **fields: str,
) -> Shape:
    """Return the shape of a reply to the agent's answer.

    :param headers: what differs from an honest reply
    """

    def build(stamp: Stamp) -> bytes:
        honest = {
            "Subject": f"Re: {stamp.subject}",
            "In-Reply-To": conversation.message_id,
            "References": f"{conversation.opening_id} {conversation.message_id}",
        }
        extra = {key.replace("_", "-"): value for key, value in fields.items()}
        return stamp.mail(headers=honest | extra | (headers(stamp) if headers else {}))

    return Shape(case, name, build, frozenset(expect), acknowledged=None)


def honest(case: str, conversation: Conversation) -> list[Shape]:
    """Return the ways in which honest programs answer."""
    of, message_id = conversation, conversation.message_id
    return [
        reply_shape(case, "reply", of),
        reply_shape(case, "reply without In-Reply-To", of, In_Reply_To=None),
        reply_shape(case, "reply without References", of, References=None),
        reply_shape(case, "reply with only ours", of, References=message_id),
        reply_shape(
            case,
            "reply to the Reply-To of another name",
            of,
            headers=lambda s: {"From": f'"Somebody" <{s.sender.upper()}>'},
        ),
    ]


def forged(case: str, conversation: Conversation, other: Conversation) -> list[Shape]:
    """Return the ways in which a stranger may try to get into a conversation."""
    many = " ".join(f"<m{number}@customer.example>" for number in range(40))
    of, message_id = conversation, conversation.message_id
    return [
        reply_shape(case, "stranger", of, HELD),
        reply_shape(case, "stranger, In-Reply-To only", of, HELD, References=None),
        reply_shape(case, "stranger, References only", of, HELD, In_Reply_To=None),
        reply_shape(
            case,
            "stranger, 40 references",
            of,
            HELD,
            References=f"{many} {message_id}",
        ),
        reply_shape(
            case,
            "stranger, two tickets",
            of,
            HELD,
            References=f"{message_id} {other.message_id}",
        ),
        reply_shape(
            case,
            "stranger, customer in the name",
            of,
            HELD,
            headers=lambda s: {"From": f'"{conversation.customer}" <{s.sender}>'},
        ),
        reply_shape(
            case,
            "stranger, customer in Reply-To",
            of,
            HELD,
            Reply_To=conversation.customer,
        ),
        reply_shape(
            case,
            "stranger, customer as second sender",
            of,
            HELD,
            headers=lambda s: {"From": f"{s.sender}, {conversation.customer}"},
        ),
    ]
