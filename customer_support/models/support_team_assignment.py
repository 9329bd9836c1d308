"""Who of a team gets which ticket, and when."""

from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.assignment import Seat, distribute
from .support_due_job_mixin import conflicts_left_to_the_next_run

BATCH = 200
LOCK_TRIES = 5
AFTER_CONFLICT = timedelta(seconds=10)
CRON = "customer_support.ir_cron_support_assignment"


class SupportTeam(models.Model):
    _inherit = "support.team"

    assignment_mode = fields.Selection(
        [
            ("manual", "By hand"),
            ("turn", "In turn"),
            ("load", "Least loaded"),
        ],
        "New tickets go to",
        default="manual",
        required=True,
        help="By hand: agents take tickets from the queue. In turn: each member on"
        " shift gets the next one. Least loaded: whoever has the fewest open tickets."
        " Language, skills and reason decide first; when nobody fits, anybody on shift"
        " gets it. Tickets wait while nobody is on shift or all are at their limit.",
    )
    handover_hours = fields.Float(
        "Hand over after",
        default=8,
        help="When an agent is away for at least this many hours, the open tickets on"
        " which we have to act go to colleagues. 0 means they stay.",
    )
    # The turn in which each member was given a ticket last, by user id.
    assignment_turns = fields.Json(copy=False)

    @api.constrains("handover_hours")
    def _check_handover_hours(self):
        if any(team.handover_hours < 0 for team in self):
            raise ValidationError(
                self.env._("Tickets are handed over after 0 (never) or more hours.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        self.env["support.agent"]._ensure_for(teams.sudo().member_ids)
        return teams

    def write(self, vals):
        if "member_ids" not in vals:
            return super().write(vals)
        before = {team: team.member_ids for team in self}
        result = super().write(vals)
        self.env["support.agent"]._ensure_for(self.member_ids)
        for team in self:
            gone = before[team] - team.member_ids
            if gone:
                gone._hand_over_support_tickets("removed", team)
        return result

    # --- giving out -----------------------------------------------------------------

    def _assign(self, tickets):
        """Give tickets of this team to members who are on shift.

        The caller holds the lock of ``_lock_assignment``.

        :return: the tickets that have an agent now
        """
        self.ensure_one()
        seats = self._get_seats()
        turns = self.assignment_turns or {}
        chosen = distribute(
            [ticket._get_assignment_need() for ticket in tickets],
            seats,
            self.assignment_mode,
            max(turns.values(), default=0),
        )
        for user_id in {*chosen} - {None}:
            tickets.browse(
                ticket.id
                for ticket, to_user in zip(tickets, chosen, strict=True)
                if to_user == user_id
            )._set_agent_by_rule(user_id)
        assigned = tickets.filtered("user_id")
        if assigned:
            limited = {seat.user_id for seat in seats if seat.limit} & {*chosen}
            self.env["support.agent"]._note_given(limited)
            members = {str(user_id) for user_id in self.member_ids.ids}
            kept = {user: turn for user, turn in turns.items() if user in members}
            self.assignment_turns = kept | {str(s.user_id): s.turn for s in seats}
        return assigned

    def _get_seats(self):
        """The members who are on shift, as ``tools.assignment.Seat``."""
        self.ensure_one()
        agents = self.env["support.agent"].search(
            [("user_id", "in", self.member_ids.ids)], order="user_id"
        )
        on_shift = agents._filter_on_shift(
            self.resource_calendar_id, fields.Datetime.now()
        )
        on_shift = on_shift._lock_limits()
        loads = on_shift.user_id._count_open_support_tickets()
        turns = self.assignment_turns or {}
        return [
            Seat(
                user_id=agent.user_id.id,
                languages=frozenset(agent.lang_ids.mapped("code")),
                reasons=frozenset(agent.reason_ids.ids),
                skills=frozenset(agent.skill_ids.ids),
                limit=agent.max_open_tickets,
                load=loads.get(agent.user_id.id, 0),
                turn=turns.get(str(agent.user_id.id), 0),
            )
            for agent in on_shift
        ]

    def _lock_assignment(self):
        """Be the only transaction that gives out tickets of this team.

        Nobody waits for the lock, and a customer's message never fails for it: who
        does not get it leaves the tickets to the job.

        :return: whether this transaction has the lock, and sees the latest turns
        """
        self.ensure_one()
        self.flush_recordset(["assignment_turns"])
        query = SQL(
            "SELECT id FROM support_team WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
            self.id,
        )
        try:
            with self.env.cr.savepoint(flush=False):
                # A conflict is no fault: it says that a colleague's turn has passed
                # since this transaction began.
                self.env.cr.execute(query, log_exceptions=False)
                locked = bool(self.env.cr.fetchall())
        except SerializationFailure:
            return False
        self.invalidate_recordset(["assignment_turns"])
        return locked

    # --- the job ----------------------------------------------------------------------

    @api.model
    def _cron_assign(self):
        """Hand over what absent people hold, and give out what waits."""
        teams = self.search([("assignment_mode", "!=", "manual")])
        progress = self.env["ir.cron"]
        for team in teams:
            with conflicts_left_to_the_next_run(self.env):
                team._hand_over_absent()
                progress._commit_progress()
            while team._assign_queue():
                if not progress._commit_progress(1):
                    return
            progress._commit_progress()

    def _assign_queue(self):
        """Give out a batch of what waits, the first due first.

        :return: whether there may be more to give out
        """
        for _try in range(LOCK_TRIES):
            if self._lock_assignment():
                break
            # Only a new transaction sees what the other one has done.
            self.env["ir.cron"]._commit_progress()
        else:
            self._trigger_assignment(AFTER_CONFLICT)
            return False
        tickets = self.env["support.ticket"]
        waiting = tickets.search(
            [("team_id", "=", self.id), *tickets._get_assignable_domain()],
            order="due_at, id",
            limit=BATCH,
        )
        with conflicts_left_to_the_next_run(self.env):
            # Whoever takes one of them right now keeps it.
            free = waiting.try_lock_for_update(allow_referencing=True)
            return len(self._assign(free)) == BATCH
        self._trigger_assignment(AFTER_CONFLICT)
        return False

    def _hand_over_absent(self):
        """Put open tickets of members who are away back into the queue."""
        if not self.handover_hours:
            return
        members = self.env["support.agent"].search(
            [("user_id", "in", self.member_ids.ids)]
        )
        absent = members._filter_absent(fields.Datetime.now(), self.handover_hours)
        tickets = self.env["support.ticket"].search(
            [
                ("team_id", "=", self.id),
                ("user_id", "in", absent.user_id.ids),
                *self.env["support.ticket"]._get_actionable_domain(),
            ],
            limit=BATCH,
        )
        tickets.try_lock_for_update(allow_referencing=True)._release("absent")

    @api.model
    def _trigger_assignment(self, delay=timedelta()):
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron:
            # sudo: ir.cron: whoever opens a ticket may wake the job that gives it out
            cron.sudo()._trigger(fields.Datetime.now() + delay)
