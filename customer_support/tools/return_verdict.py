"""What a return policy says about one line of an order. No ORM here."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from pytz import timezone, utc

Payer = Literal["customer", "store"]
Way = Literal["refund", "exchange", "voucher"]
ALL_WAYS: tuple[Way, ...] = ("refund", "exchange", "voucher")


@dataclass(frozen=True)
class Verdict:
    """Whether an order line may be returned, until when and on which terms.

    ``explanation``: one translated sentence, for staff and customers alike;
    ``policy_id``: the policy that decided, False when none applies;
    ``last_day``: the last day on which a return may be asked for, None when no period
    runs (not delivered, final sale, no policy);
    ``payer``: who pays the way back; ``self_service``: customers may do it themselves;
    ``ways``: what customers may get for the goods; ``summary``: the verdict in two or
    three translated words.
    """

    allowed: bool
    explanation: str
    policy_id: int | Literal[False] = False
    last_day: date | None = None
    payer: Payer = "customer"
    self_service: bool = False
    ways: tuple[Way, ...] = ()
    summary: str = field(default="", compare=False)


def get_day(moment: datetime, zone: str) -> date:
    """Return the day that a clock in ``zone`` shows at ``moment`` (UTC, naive)."""
    return utc.localize(moment).astimezone(timezone(zone)).date()


def get_last_day(delivered_at: datetime, days: int, zone: str) -> date:
    """Return the last day of a period that begins with a delivery.

    The day of the delivery does not count, the last day counts until midnight. Days
    are those of the calendar in ``zone``, so the hour that clocks lose or gain between
    winter and summer never moves the end.
    """
    return get_day(delivered_at, zone) + timedelta(days=days)
