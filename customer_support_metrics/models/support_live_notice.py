"""Tells live boards that something has changed: seldom, and in no ticket's way."""

import time

from odoo import api, models

BUS_CHANNEL = "support_live"
BUS_MESSAGE = "support.live/changed"
# A process tells the boards of a team once in so many seconds at most. A board that is
# told looks at once, and once more when this time is over: that shows it what came in
# between, see ``live_board.js``.
QUIET_SECONDS = 5
NEVER = float("-inf")
_PENDING = "customer_support_metrics.live_teams"
# When this process told a team's boards last: (database, team id), seconds.
_told_at = {}
_CHAT_COLUMNS = frozenset(
    {
        *("support_waiting_since", "support_answered_at"),
        *("has_support_ticket", "livechat_end_dt"),
    }
)
_TEAM_COLUMNS = frozenset({"member_ids", "resource_calendar_id"})
_AGENT_COLUMNS = frozenset({"absent_from", "absent_until", "max_open_tickets"})


class SupportLive(models.AbstractModel):
    _inherit = "support.live"

    @api.model
    def _note_change(self, team_ids):
        """Tell the boards of these teams when the transaction ends well.

        However much a transaction changes, it is told once, and without any query
        until then.

        :param team_ids: ids of ``support.team``
        """
        precommit = self.env.cr.precommit
        if _PENDING not in precommit.data:
            precommit.data[_PENDING] = set()
            precommit.add(self._tell_boards)
        precommit.data[_PENDING].update(team_ids)

    @api.model
    def _tell_boards(self):
        cr, now = self.env.cr, time.monotonic()
        keys = {(cr.dbname, team_id) for team_id in cr.precommit.data.pop(_PENDING)}
        due = {key for key in keys if _told_at.get(key, NEVER) + QUIET_SECONDS <= now}
        for _database, team_id in due:
            team = self.env["support.team"].browse(team_id)
            self.env["bus.bus"]._sendone(
                (team, BUS_CHANNEL), BUS_MESSAGE, {"team_id": team_id}
            )
        if due:
            # What is rolled back was not told.
            cr.postcommit.add(lambda: _told_at.update(dict.fromkeys(due, now)))

    @api.model
    def _find_watched_teams(self):
        """The teams whose notices the present user may get; none for outsiders."""
        if not self.env.user.has_group("customer_support.group_support_agent"):
            return self.env["support.team"]
        return self._find_teams()


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """A board asks for one channel and gets those of the user's own teams."""
        others = [channel for channel in channels if channel != BUS_CHANNEL]
        if len(others) < len(channels):
            teams = self.env["support.live"]._find_watched_teams()
            others += [(team, BUS_CHANNEL) for team in teams]
        return super()._build_bus_channel_list(others)


class SupportTicketEvent(models.Model):
    _inherit = "support.ticket.event"

    @api.model_create_multi
    def create(self, vals_list):
        """Whatever moves a ticket is logged: that is when boards change."""
        events = super().create(vals_list)
        teams = {vals.get("team_id") for vals in vals_list}
        teams |= {(vals.get("payload") or {}).get("to_team") for vals in vals_list}
        self.env["support.live"]._note_change(teams - {None, False})
        return events


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def unlink(self):
        # sudo: support.ticket: which teams it was of
        teams = self.sudo().team_id
        result = super().unlink()
        self.env["support.live"]._note_change(teams.ids)
        return result


class SupportTeam(models.Model):
    _inherit = "support.team"

    def write(self, vals):
        result = super().write(vals)
        if not _TEAM_COLUMNS.isdisjoint(vals):
            self.env["support.live"]._note_change(self.ids)
        return result


class SupportAgent(models.Model):
    _inherit = "support.agent"

    def write(self, vals):
        result = super().write(vals)
        if not _AGENT_COLUMNS.isdisjoint(vals):
            # sudo: support.team: which boards the agent stands on
            teams = self.sudo().user_id.support_team_ids
            self.env["support.live"]._note_change(teams.ids)
        return result


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def write(self, vals):
        result = super().write(vals)
        # Chats with a team come with the addon of chats, where it is installed.
        if (
            not _CHAT_COLUMNS.isdisjoint(vals)
            and "support_waiting_since" in self._fields
        ):
            # sudo: im_livechat.channel: which boards the chat stands on
            teams = self.sudo().livechat_channel_id.support_team_id
            self.env["support.live"]._note_change(teams.ids)
        return result
