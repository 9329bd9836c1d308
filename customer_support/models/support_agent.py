"""What assignment has to know of the people who answer."""

from datetime import timedelta

import pytz
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

AGENT_GROUP = "customer_support.group_support_agent"
ONE_MINUTE = timedelta(minutes=1)


class SupportAgent(models.Model):
    """The languages, skills, limits and absences of a user who answers tickets.

    Working hours and leaves are those of the user's ``resource.resource``: the one of
    the employee where Odoo's employees are installed, else one that is made here.
    """

    _name = "support.agent"
    _description = "Support Agent"
    _rec_name = "user_id"
    _order = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Agent",
        required=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    active = fields.Boolean(related="user_id.active", store=True)
    team_ids = fields.Many2many(related="user_id.support_team_ids", string="Teams")
    resource_id = fields.Many2one("resource.resource", ondelete="set null")
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working hours",
        compute="_compute_calendar_id",
        inverse="_inverse_calendar_id",
        compute_sudo=True,
        help="When this person is on shift. Empty means the working hours of the team.",
    )
    lang_ids = fields.Many2many(
        "res.lang",
        string="Languages",
        help="Tickets in these languages come here first. Empty means any language.",
    )
    reason_ids = fields.Many2many(
        "support.reason",
        string="Reasons",
        help="Tickets with these reasons, or finer ones, come here first. Empty means"
        " any reason.",
    )
    skill_ids = fields.Many2many(
        "support.tag",
        string="Skills",
        help="Tickets with these tags come here first.",
    )
    max_open_tickets = fields.Integer(
        "Open tickets at most",
        help="Nobody is given more open tickets than that; 0 means no limit.",
    )
    # Written with each ticket that is given to somebody with a limit: whoever began to
    # give out tickets before then is told by the database that the count is old.
    given_at = fields.Datetime("Last ticket given on", readonly=True, copy=False)
    absent_from = fields.Datetime("Away from", help="Empty means at once.")
    absent_until = fields.Datetime(
        "Away until",
        help="Until then this person is given no tickets, and the open ones go to"
        " colleagues. Leaves in the person's calendar count as well.",
    )
    open_ticket_count = fields.Integer(
        "Open tickets", compute="_compute_open_ticket_count"
    )
    is_on_shift = fields.Boolean(
        "On shift",
        compute="_compute_is_on_shift",
        help="Whether this person is given tickets right now.",
    )

    _user_unique = models.UniqueIndex("(user_id)", "This person is an agent already.")

    @api.depends("resource_id.calendar_id")
    def _compute_calendar_id(self):
        for agent in self:
            agent.calendar_id = agent.resource_id.calendar_id

    def _inverse_calendar_id(self):
        for agent in self:
            # sudo: resource.resource: whoever may edit agents plans their hours
            agent.sudo().resource_id.calendar_id = agent.calendar_id

    def _compute_open_ticket_count(self):
        counts = self.user_id._count_open_support_tickets()
        for agent in self:
            agent.open_ticket_count = counts.get(agent.user_id.id, 0)

    def _compute_is_on_shift(self):
        now = fields.Datetime.now()
        for agent in self:
            # sudo: support.team: the hours of teams that the reader may not see
            agent.is_on_shift = any(
                agent._filter_on_shift(team.resource_calendar_id, now)
                for team in agent.user_id.sudo().support_team_ids
            )

    @api.constrains("max_open_tickets")
    def _check_max_open_tickets(self):
        if any(agent.max_open_tickets < 0 for agent in self):
            raise ValidationError(
                self.env._("The limit of open tickets is 0 (none) or more.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        agents = super().create(vals_list)
        agents._link_resources()
        return agents

    # --- records ------------------------------------------------------------------

    @api.model
    def _ensure_for(self, users):
        """Make the missing records of ``users``.

        :return: the ``support.agent`` of all of them
        """
        # sudo: support.agent: made along with a role or a place in a team, by whoever
        # may give these
        agents = self.sudo().with_context(active_test=False)
        known = agents.search([("user_id", "in", users.ids)])
        missing = users - known.user_id
        return known | agents.create([{"user_id": user.id} for user in missing])

    @api.model
    def _ensure_all(self):
        """Make the missing records of everybody with a role in support."""
        self._ensure_for(self.env.ref(AGENT_GROUP).all_user_ids.filtered("active"))

    def _link_resources(self):
        """Give each agent the user's resource, or a new one without own hours."""
        # sudo: resource.resource: as in _ensure_for
        resources = self.env["resource.resource"].sudo()
        known = resources.search([("user_id", "in", self.user_id.ids)], order="id desc")
        by_user = {resource.user_id: resource for resource in known}
        missing = [agent.user_id for agent in self if agent.user_id not in by_user]
        created = resources.create(
            [
                {
                    "name": user.name or user.login,
                    "user_id": user.id,
                    "company_id": user.company_id.id,
                    "calendar_id": False,
                    "tz": user.tz or "UTC",
                }
                for user in missing
            ]
        )
        by_user.update(zip(missing, created, strict=True))
        for agent in self:
            agent.resource_id = by_user[agent.user_id]

    # --- presence -----------------------------------------------------------------

    def _filter_on_shift(self, calendar, now):
        """The agents who work at a moment.

        :param calendar: ``resource.calendar`` of the team, for those who have no hours
            of their own; empty means day and night
        :param datetime now: UTC, naive
        """
        # sudo: resource.calendar, resource.resource: whether somebody works now, for a
        # ticket that a customer opens
        agents, calendar = self.sudo(), calendar.sudo()
        working = {}
        on_shift = self.browse()
        for agent in agents - agents._filter_absent(now):
            own = agent.calendar_id
            key = (own, agent.resource_id.tz) if own else (calendar, calendar.tz)
            if key not in working:
                working[key] = _is_working(*key, now)
            if working[key]:
                on_shift += agent
        return on_shift.sudo(self.env.su)

    def _filter_absent(self, now, hours=0):
        """The agents who are away at a moment, for at least ``hours`` in a row."""
        on_leave = self._find_leaves(now, hours).resource_id
        return self.filtered(
            lambda agent: agent.resource_id in on_leave or agent._is_marked_absent(now)
        )

    def _is_marked_absent(self, now):
        started = not self.absent_from or self.absent_from <= now
        return bool(self.absent_until) and started and now < self.absent_until

    def _find_leaves(self, now, hours):
        """The leaves at a moment that are at least ``hours`` long."""
        # sudo: resource.calendar.leaves: only whether somebody is away
        leaves = self.env["resource.calendar.leaves"].sudo()
        resources = self.sudo().resource_id
        if not resources:
            return leaves
        least = timedelta(hours=hours)
        return leaves.search(
            [
                ("resource_id", "in", resources.ids),
                ("date_from", "<=", now),
                ("date_to", ">", now),
                ("time_type", "=", "leave"),
            ]
        ).filtered(lambda leave: leave.date_to - leave.date_from >= least)

    # --- limits -------------------------------------------------------------------

    def _lock_limits(self):
        """Be the only one who gives tickets to those of these who have a limit.

        The tickets of all teams count, while each team gives out its own. Nobody waits
        for a lock: who cannot be locked is left out, and gets tickets from the job.

        :return: the agents who may be given tickets now
        """
        limited = self._filter_limited()
        if not limited:
            return self
        query = SQL(
            "SELECT id FROM support_agent WHERE id IN %s FOR NO KEY UPDATE SKIP LOCKED",
            tuple(limited.ids),
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
                locked = self.browse(row[0] for row in self.env.cr.fetchall())
        except SerializationFailure:
            # Somebody was given a ticket since this transaction began, so that the
            # counts that it sees are old.
            locked = self.browse()
        if limited - locked:
            self.env["support.team"]._trigger_assignment(timedelta(seconds=10))
        return self - (limited - locked)

    def _filter_limited(self):
        return self.filtered("max_open_tickets")

    @api.model
    def _note_given(self, user_ids):
        """Let others see that these were given tickets, see ``_lock_limits``."""
        if user_ids:
            agents = self.search([("user_id", "in", [*user_ids])])
            agents.given_at = fields.Datetime.now()


def _is_working(calendar, zone, now):
    """Whether a moment is within working hours and no holiday; always without hours."""
    if not calendar:
        return True
    start = pytz.utc.localize(now)
    intervals = calendar._work_intervals_batch(
        start, start + ONE_MINUTE, tz=pytz.timezone(zone or "UTC")
    )
    return bool(intervals[False])
