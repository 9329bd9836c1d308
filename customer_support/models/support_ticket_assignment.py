"""A ticket's way to an agent without anybody's click."""

from odoo import models

from ..tools.assignment import Need
from ..tools.author_kind import RULE

TEAM_GROUP = "customer_support.group_support_agent_team"
# Why a rule takes tickets from their agents.
RELEASES = ("absent", "archived", "removed")


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_actionable_domain(self):
        """Open cases on which we have to act, and that count."""
        return [
            ("closed_at", "=", False),
            ("stage_kind", "in", ("new", "open")),
            ("exclusion", "=", False),
            ("merged_into_id", "=", False),
        ]

    def _get_assignable_domain(self):
        """Cases that wait for an agent."""
        return [*self._get_actionable_domain(), ("user_id", "=", False)]

    def _assign_opened(self):
        """Give new tickets to agents, in one pass, where their team wishes so."""
        # sudo: support.team, support.agent: customers open tickets without reading
        # who answers them
        tickets = self.sudo()
        modes = {team: team.assignment_mode for team in tickets.team_id}
        if all(mode == "manual" for mode in modes.values()):
            return
        waiting = tickets.filtered(
            lambda ticket: modes[ticket.team_id] != "manual"
        ).filtered_domain(self._get_assignable_domain())
        for team, group in waiting.grouped("team_id").items():
            if self._is_kept_by_opener(team):
                group._set_agent_by_rule(self.env.uid)
            elif team._lock_assignment():
                team._assign(group)
            else:
                team._trigger_assignment()

    def _is_kept_by_opener(self, team):
        """Whether the member who opens a ticket by hand keeps it.

        Given to a colleague it would be gone before it is shown.
        """
        user = self.env.user
        return user in team.member_ids and not user.has_group(TEAM_GROUP)

    def _set_agent_by_rule(self, user_id):
        """Set the agent; nobody is mailed, the queue shows it."""
        self.with_context(
            support_author_kind=RULE, mail_auto_subscribe_no_notify=True
        ).user_id = user_id

    def _get_assignment_need(self):
        """What this ticket asks of an agent (``tools.assignment.Need``)."""
        self.ensure_one()
        reason = self.reason_id
        return Need(
            language=self.lang or "",
            reasons=frozenset(reason._get_path_ids(reason.id)),
            tags=frozenset(self.tag_ids.ids),
        )

    def _release(self, because):
        """Take tickets from their agents, and give them out again where a rule does.

        :param str because: absent, archived or removed (from the team)
        """
        if not self:
            return
        texts = {
            "absent": self.env._("%(agent)s is away: back to the queue."),
            "archived": self.env._("%(agent)s has left: back to the queue."),
            "removed": self.env._("%(agent)s left the team: back to the queue."),
        }
        for agent, tickets in self.grouped("user_id").items():
            tickets.with_context(
                support_author_kind=RULE, support_released_because=because
            ).user_id = False
            tickets.message_unsubscribe(agent.partner_id.ids)
            tickets._log_mail_note([texts[because] % {"agent": agent.name}])
        self._assign_opened()

    def _record_release(self):
        """Log which agents give these tickets up, while they still have them."""
        because = self.env.context.get("support_released_because")
        if because not in RELEASES:
            because = "unassigned"
        for agent, tickets in self.filtered("user_id").grouped("user_id").items():
            payload = {"from_agent": agent.id, "because": because}
            tickets._record_event("released", payload=payload)
