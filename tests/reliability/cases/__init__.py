"""The cases, in the order in which they run."""

from . import (
    answers,
    assignment,
    automatic_mail,
    bots,
    chats,
    clocks,
    concurrency,
    conversations,
    jobs,
    kills,
    links,
    mail_order,
    outbox,
    questions,
    repeated_mail,
    shapes,
    shared_cause,
    store_actions,
    stubborn_mail,
    webhook_content,
    webhook_doors,
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
    questions,
    store_actions,
    webhook_doors,
    webhook_content,
    webhooks,
    outbox,
    links,
    bots,
    chats,
    concurrency,
)

# Cases of the catalogue that have no line of their own here: where they are shown.
ELSEWHERE = {
    "W02": "W08",
    "W03": "W04",
    "K02": "K01, customer_support_chat/tests/test_bot_injections.py",
    "K03": "K01, customer_support_chat/tests/test_bot_abuse.py",
    "K05": "customer_support_chat/tests/test_bot_injections.py",
    "L04": "setup/bench",
    "A21": "customer_support_chat/tests/test_chat_isolation.py",
    "A22": "customer_support_chat/tests/test_chat_isolation.py",
    "A23": "customer_support_chat/tests/test_chat_isolation.py",
    "A24": "tests/journeys/test_live_chat.py",
    "A25": "customer_support_chat/tests/test_chat_isolation.py",
    "A26": "customer_support_chat/tests/test_chat_isolation.py",
    "A19": "customer_support_metrics/tests/test_rate_page.py",
    "A20": "customer_support_metrics/tests/test_survey_links.py, "
    "customer_support_metrics/tests/test_unsubscribe.py",
    "A29": "customer_support_metrics/tests/test_team_isolation.py, "
    "customer_support_metrics/tests/test_metric_access.py",
    "P10": "customer_support/tests/test_masking.py, customer_support_chat/tests/"
    "test_masked_events.py",
    "P11": "customer_support/tests/test_audit.py",
    "P12": "customer_support/tests/test_privacy_lookup.py",
    "P13": "customer_support/tests/test_audit.py",
}


def every_case() -> list[Case | MailFamily]:
    """Return one object a case."""
    return [case for module in MODULES for case in module.cases()]
