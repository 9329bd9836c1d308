"""Where a visitor stands in the queue of a live chat, and how long it takes."""

from math import ceil
from statistics import median

from odoo import models
from odoo.fields import Domain

from odoo.addons.im_livechat.models.discuss_channel import is_livechat_channel
from odoo.addons.mail.tools.discuss import Store

# From fewer chats no figure is told: it would be a guess.
FEWEST_CHATS = 3
RECENT_CHATS = 20
LONGEST_QUEUE = 100


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + [
            Store.Attr(
                "support_queue",
                # sudo: discuss.channel: how many wait before this one, no more
                lambda channel: channel.sudo()._get_support_queue(),
                predicate=is_livechat_channel,
            ),
        ]

    def _is_in_support_queue(self):
        return bool(
            self.support_waiting_since
            and not self.support_answered_at
            and not self.livechat_end_dt
        )

    def _get_support_queue(self):
        """What a waiting visitor is told.

        :return: dict with "position" (1 is next) and "minutes" (0 when not known);
            False for a chat that waits for nobody
        """
        if not self._is_in_support_queue():
            return False
        queue = self._get_queue_domain(self.livechat_channel_id)
        since = self.support_waiting_since
        before = self.search_count(
            queue
            & (
                Domain("support_waiting_since", "<", since)
                | (
                    Domain("support_waiting_since", "=", since)
                    & Domain("id", "<", self.id)
                )
            )
        )
        position = before + 1
        seconds = self._get_expected_wait(self.livechat_channel_id, position)
        return {"position": position, "minutes": ceil(seconds / 60)}

    def _get_queue_domain(self, livechat):
        return (
            Domain("livechat_channel_id", "=", livechat.id)
            & Domain("support_waiting_since", "!=", False)
            & Domain("support_answered_at", "=", False)
            & Domain("livechat_end_dt", "=", False)
        )

    def _get_expected_wait(self, livechat, position):
        """The seconds a visitor probably waits, from the chats answered last.

        The median of their first waits, times the rounds until it is the visitor's
        turn when each free agent takes one. 0 when there were too few chats to tell.
        """
        waits = self.search_fetch(
            Domain("livechat_channel_id", "=", livechat.id)
            & Domain("support_answered_at", ">=", "-7d"),
            ["support_first_wait"],
            order="support_answered_at desc",
            limit=RECENT_CHATS,
        ).mapped("support_first_wait")
        if len(waits) < FEWEST_CHATS:
            return 0
        agents = max(len(livechat.available_operator_ids), 1)
        return median(waits) * ceil(position / agents)

    def _push_support_queue(self):
        """Tell this visitor and all who wait in the same queue where they stand."""
        waiting = self.search(
            self._get_queue_domain(self.livechat_channel_id), limit=LONGEST_QUEUE
        )
        for channel in self | waiting:
            Store(bus_channel=channel).add(
                channel, {"support_queue": channel._get_support_queue()}
            ).bus_send()
