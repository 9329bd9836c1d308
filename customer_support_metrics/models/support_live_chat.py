"""Live chats on the board, where the addon of chats is installed."""

from odoo import api, models
from odoo.tools import SQL


class SupportLive(models.AbstractModel):
    _inherit = "support.live"

    @api.model
    def _count_chats(self, teams):
        if "support_waiting_since" not in self.env["discuss.channel"]._fields:
            return super()._count_chats(teams)
        self.env.flush_all()
        query = SQL(
            """
            SELECT livechat.support_team_id AS team_id,
                   count(*) FILTER (WHERE %(waits)s) AS chats_waiting,
                   count(*) FILTER (WHERE chat.support_answered_at IS NOT NULL)
                       AS chats_running,
                   min(chat.support_waiting_since) FILTER (WHERE %(waits)s)
                       AS chat_since
              FROM discuss_channel chat
              JOIN im_livechat_channel livechat
                ON livechat.id = chat.livechat_channel_id
             WHERE chat.channel_type = 'livechat' AND chat.livechat_end_dt IS NULL
               AND livechat.support_team_id IN %(teams)s
             GROUP BY livechat.support_team_id
            """,
            # The queue that visitors are told of.
            waits=SQL(
                """chat.support_waiting_since IS NOT NULL
                   AND chat.support_answered_at IS NULL
                   AND chat.has_support_ticket IS NOT TRUE"""
            ),
            teams=tuple(teams.ids) or (0,),
        )
        chats = {}
        for row in self.env.execute_query_dict(query):
            since = row["chat_since"]
            row["chat_since"] = str(since.replace(microsecond=0)) if since else False
            chats[row.pop("team_id")] = row
        return chats
