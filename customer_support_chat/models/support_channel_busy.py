"""A provider that takes nothing of the whole account for a while."""

import random
from datetime import timedelta

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Seconds until the next call, by the number of those that were refused; then two hours.
BACKOFF = (5, 15, 60, 300, 900, 3600, 7200)
# So long it may last before a person hears of it, then once a day.
ALERT_AFTER = timedelta(hours=1)
DAY = 24 * 3600


class SupportChannel(models.Model):
    _inherit = "support.channel"

    busy_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="The provider asked us to send nothing until then.",
    )
    busy_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="Since then the provider has taken none of our answers.",
    )
    busy_count = fields.Integer(
        readonly=True,
        copy=False,
        help="How often the provider has refused us since then: each time we wait"
        " longer.",
    )

    def _hold_back(self, error):
        """Send nothing by this account for a while, each time a longer one.

        :param error: ``ProviderBusy``
        :return: until when
        """
        self.ensure_one()
        now = fields.Datetime.now()
        count = self.busy_count + 1
        until = get_next_time(count, error)
        since = self.busy_since or now
        self.write({"busy_until": until, "busy_since": since, "busy_count": count})
        if now - since >= ALERT_AFTER:
            self._alert_held_back(str(error))
        return until

    def _alert_held_back(self, reason):
        limits = self.env["support.rate.limit"]
        if not limits._hit_with_transaction("busy_alert", str(self.id), 1, DAY):
            return
        self._alert(
            _lt("%s takes no answers", self.name),
            _lt(
                "The provider has refused our answers for more than an hour: %s. They"
                " wait, and we ask again by ourselves, less and less often. Look at the"
                " provider whether the account has reached a limit or is blocked.",
                reason,
            ),
        )

    def _end_holding_back(self):
        """The provider takes our answers again."""
        # Most answers meet no refusal: they must not all write the same row.
        for channel in self.filtered("busy_count"):
            channel.write(channel._prepare_free_values())

    def _prepare_free_values(self):
        return {"busy_until": False, "busy_since": False, "busy_count": 0}


def get_next_time(attempts, error):
    """When to call again: as the provider asks, else later each time.

    :param int attempts: how often it was tried, at least 1
    :param error: ``ProviderBusy``
    """
    pause = BACKOFF[min(attempts, len(BACKOFF)) - 1] * random.uniform(1, 1.5)
    seconds = max(pause, error.wait_seconds or 0)
    return fields.Datetime.now() + timedelta(seconds=seconds)
