"""What happens at the desk this moment, for a supervisor or a screen on the wall."""

from odoo import api, fields, models
from odoo.tools import SQL

from .support_metric_source_ticket import COUNTED

MOST_WAITING = 10
# In which order people are shown.
_AGENT_STATES = ("available", "full", "absent", "off")


class SupportLive(models.AbstractModel):
    """The live board: open cases, who waits, who works. Nothing of it is stored.

    It names no customer and no subject: a screen on the wall is read by everybody.
    """

    _name = "support.live"
    _description = "Live Board of Support"

    @api.model
    @api.readonly
    def get_board(self):
        """What stands on the board of the present user.

        An agent sees the own teams as in the figures (``support.metric``), a manager
        all. Moments are UTC.

        :return: dict with ``now``, ``next_change_at`` (when a deadline comes into sight
            or passes, or somebody comes or goes; False for never), ``teams``,
            ``oldest`` (tickets that wait for us), ``agents`` and ``has_chat``
        :raise AccessError: for others than support staff
        """
        teams, now = self._find_teams(), fields.Datetime.now()
        counts = self._count_tickets(teams, now)
        chats, agents = self._count_chats(teams), self._find_agents(teams)
        changes = [row["next_change_at"] for row in counts.values()]
        changes += self._get_people_changes(teams, agents, now)
        return {
            "now": _to_text(now),
            "next_change_at": _to_text(min(filter(None, changes), default=None)),
            "teams": [
                self._prepare_team(team, counts.get(team.id), chats) for team in teams
            ],
            "oldest": self._prepare_oldest(teams, now),
            "agents": self._prepare_agents(teams, agents, now),
            "has_chat": chats is not None,
        }

    @api.model
    def _find_teams(self):
        """The teams on the user's board, in sudo."""
        allowed = self.env["support.metric"]._get_allowed_team_ids()
        domain = [("company_id", "in", self.env.companies.ids)]
        if allowed is not None:
            domain.append(("id", "in", allowed))
        # sudo: support.team: those that the user may see figures of
        return self.env["support.team"].sudo().search(domain)

    # --- tickets --------------------------------------------------------------------

    @api.model
    def _count_tickets(self, teams, now):
        """The open cases of each team: one query on the index of open cases.

        :return: dict of team id and counts
        """
        self.env.flush_all()
        query = SQL(
            """
            SELECT ticket.team_id, count(*) AS open,
                   count(ticket.waiting_since) AS waiting,
                   min(ticket.waiting_since) AS waiting_since,
                   count(*) FILTER (WHERE ticket.user_id IS NULL) AS unassigned,
                   count(*) FILTER (WHERE ticket.due_at < %(now)s) AS late,
                   count(*) FILTER (WHERE ticket.due_at >= %(now)s
                                      AND ticket.at_risk_at <= %(now)s) AS at_risk,
                   min(least(
                       CASE WHEN ticket.due_at >= %(now)s THEN ticket.due_at END,
                       CASE WHEN ticket.at_risk_at > %(now)s THEN ticket.at_risk_at END
                   )) AS next_change_at
              FROM support_ticket ticket
             WHERE ticket.closed_at IS NULL AND ticket.team_id IN %(teams)s
               AND %(counted)s
             GROUP BY ticket.team_id
            """,
            now=now,
            teams=tuple(teams.ids) or (0,),
            counted=COUNTED,
        )
        return {row["team_id"]: row for row in self.env.execute_query_dict(query)}

    @api.model
    def _prepare_team(self, team, counts, chats):
        numbers = ("open", "waiting", "unassigned", "late", "at_risk")
        counts = counts or {}
        return {
            "id": team.id,
            "name": team.name,
            **{name: counts.get(name, 0) for name in numbers},
            "waiting_since": _to_text(counts.get("waiting_since")),
            **(chats or {}).get(team.id, self._get_no_chats()),
        }

    @api.model
    def _prepare_oldest(self, teams, now):
        """Who has waited longest for us, without a word of what it is about."""
        # sudo: support.ticket: number, reason and agent of cases of the user's teams
        tickets = self.env["support.ticket"].sudo()
        waiting = tickets.search(
            [
                ("team_id", "in", teams.ids),
                ("closed_at", "=", False),
                ("waiting_since", "!=", False),
                ("exclusion", "=", False),
                ("merged_into_id", "=", False),
            ],
            order="waiting_since, id",
            limit=MOST_WAITING,
        )
        return [
            {
                "id": ticket.id,
                "number": ticket.number,
                "team": ticket.team_id.name,
                "agent": ticket.user_id.name or "",
                "reason": ticket.reason_id.display_name or "",
                "waiting_since": _to_text(ticket.waiting_since),
                "deadline": _get_deadline_state(ticket, now),
            }
            for ticket in waiting
        ]

    # --- chats ----------------------------------------------------------------------

    @api.model
    def _count_chats(self, _teams):
        """The live chats of each team.

        :return: dict of team id and the keys of ``_get_no_chats``; None without chats
        """
        return None

    @api.model
    def _get_no_chats(self):
        return {"chats_waiting": 0, "chats_running": 0, "chat_since": False}

    # --- people ---------------------------------------------------------------------

    @api.model
    def _find_agents(self, teams):
        """The members of these teams, in sudo; who works for several of them once."""
        # sudo: support.agent: which colleagues of the user's teams work now
        agents = self.env["support.agent"].sudo()
        return agents.search([("user_id", "in", teams.member_ids.ids)])

    @api.model
    def _prepare_agents(self, teams, agents, now):
        """Who of these agents is given tickets now, and who has how many."""
        absent, working = agents._filter_absent(now), agents.browse()
        for calendar, group in teams.grouped("resource_calendar_id").items():
            members = group.member_ids
            working |= agents.filtered(
                lambda agent, members=members: agent.user_id in members
            )._filter_on_shift(calendar, now)
        counts = agents.user_id._count_open_support_tickets()
        rows = [
            {
                "id": agent.id,
                "name": agent.user_id.name,
                "open": counts.get(agent.user_id.id, 0),
                "limit": agent.max_open_tickets,
                "state": _get_agent_state(
                    agent, absent, working, counts.get(agent.user_id.id, 0)
                ),
            }
            for agent in agents
        ]
        return sorted(
            rows, key=lambda row: (_AGENT_STATES.index(row["state"]), row["name"])
        )


def _get_agent_state(agent, absent, working, count):
    if agent in absent:
        return "absent"
    if agent not in working:
        return "off"
    limit = agent.max_open_tickets
    return "full" if limit and count >= limit else "available"


def _get_deadline_state(ticket, now):
    if ticket.due_at and ticket.due_at < now:
        return "late"
    return "at_risk" if ticket.at_risk_at and ticket.at_risk_at <= now else "good"


def _to_text(moment):
    return fields.Datetime.to_string(moment) if moment else False
