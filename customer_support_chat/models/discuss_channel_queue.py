"""Where a visitor stands in the queue of a live chat, and how long it takes."""

from math import ceil
from statistics import median

from odoo import api, models
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
            and not self.has_support_ticket
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
        recent = self._get_recent_wait(self.livechat_channel_id)
        return self._prepare_queue_place(position, *recent)

    @api.model
    def _prepare_queue_place(self, position, seconds, agents):
        """What a visitor at this place is told; see ``_get_support_queue``.

        :param int position: 1 is next
        :param float seconds: what recent chats waited; 0 when not known
        :param int agents: how many agents take the next ones
        """
        rounds = ceil(position / agents)
        return {"position": position, "minutes": ceil(seconds * rounds / 60)}

    def _get_queue_domain(self, livechat):
        return (
            Domain("livechat_channel_id", "=", livechat.id)
            & Domain("support_waiting_since", "!=", False)
            & Domain("support_answered_at", "=", False)
            & Domain("has_support_ticket", "=", False)
            & Domain("livechat_end_dt", "=", False)
        )

    def _get_recent_wait(self, livechat):
        """What the chats answered last tell about the wait of the next ones.

        :return: the median of their first waits in seconds (0 when there were too few
            chats to tell), and the number of agents who share the queue
        """
        waits = self.search_fetch(
            Domain("livechat_channel_id", "=", livechat.id)
            & Domain("support_answered_at", ">=", "-7d"),
            ["support_first_wait"],
            order="support_answered_at desc",
            limit=RECENT_CHATS,
        ).mapped("support_first_wait")
        if len(waits) < FEWEST_CHATS:
            return 0, 1
        return median(waits), max(len(livechat.available_operator_ids), 1)

    def _push_own_queue_place(self):
        """Tell this visitor where he stands: at the end, nobody else moves."""
        self._push_queue_place(self._get_support_queue())

    def _push_queue_places(self):
        """Tell this visitor that he waits no more, and the others that they move up."""
        self._push_queue_place(False)
        waiting = self.search(
            self._get_queue_domain(self.livechat_channel_id),
            order="support_waiting_since, id",
            limit=LONGEST_QUEUE,
        )
        if not waiting:
            return
        recent = self._get_recent_wait(self.livechat_channel_id)
        for position, channel in enumerate(waiting, start=1):
            place = self._prepare_queue_place(position, *recent)
            channel._push_queue_place(place)

    def _push_queue_place(self, place):
        Store(bus_channel=self).add(self, {"support_queue": place}).bus_send()
