"""Who speaks on a ticket, as our own code says in the context.

A browser may send a context along with each call: what it holds is plain text, which
nobody believes here.
"""


class AuthorKind(str):
    """Who speaks in what follows: the value of ``support_author_kind``."""


BOT = AuthorKind("bot")
CUSTOMER = AuthorKind("customer")
RULE = AuthorKind("rule")
# The value of ``support_no_clock``: what follows is no answer and no question.
NO_CLOCK = object()


def get_told_author_kind(env) -> AuthorKind | None:
    """Who speaks, if our code has said so."""
    told = env.context.get("support_author_kind")
    return told if isinstance(told, AuthorKind) else None


def is_without_clock(env) -> bool:
    """Whether our code has said that no clock moves."""
    return env.context.get("support_no_clock") is NO_CLOCK
