"""The networks in the timeline of a customer."""

from odoo import api, models
from odoo.tools import SQL

ICONS = {
    "livechat": "commenting-o",
    "whatsapp": "whatsapp",
    "messenger": "facebook-square",
    "instagram": "instagram",
    "facebook": "facebook",
    "x": "twitter",
    "x_public": "twitter",
    "telegram": "telegram",
}


class SupportTimeline(models.Model):
    _inherit = "support.timeline"

    @api.model
    def _get_channel_sql(self):
        """The channel by which the message came or left, else that of the case."""
        return SQL(
            """COALESCE(
                   (SELECT told.channel_id
                      FROM support_channel_event told
                     WHERE told.message_id = message.id
                     LIMIT 1),
                   %s)""",
            super()._get_channel_sql(),
        )

    @api.model
    def _get_channel_icons(self):
        return {**super()._get_channel_icons(), **ICONS}
