"""The cases, in the order in which they run."""

from . import (
    answers,
    assignment,
    automatic_mail,
    clocks,
    concurrency,
    conversations,
    jobs,
    kills,
    mail_order,
    outbox,
    repeated_mail,
    shapes,
    shared_cause,
    store_actions,
    stubborn_mail,
    webhooks,
)
from .base import Case, MailFamily

MODULES = (
    shapes,
    repeated_mail,
    conversations,
    automatic_mail,
    stubborn_mail,
    kills,
    mail_order,
    answers,
    shared_cause,
    jobs,
    clocks,
    assignment,
    store_actions,
    webhooks,
    outbox,
    concurrency,
)


def every_case() -> list[Case | MailFamily]:
    """Return one object a case."""
    return [case for module in MODULES for case in module.cases()]
