"""The cases, in the order in which they run."""

from . import (
    assignment,
    automatic_mail,
    concurrency,
    conversations,
    kills,
    repeated_mail,
    shapes,
    store_actions,
    stubborn_mail,
)
from .base import Case, MailFamily

MODULES = (
    shapes,
    repeated_mail,
    conversations,
    automatic_mail,
    stubborn_mail,
    kills,
    assignment,
    store_actions,
    concurrency,
)


def every_case() -> list[Case | MailFamily]:
    """Return one object a case."""
    return [case for module in MODULES for case in module.cases()]
