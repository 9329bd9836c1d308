"""Planning the deadlines of many tickets: some at once, the others by a job.

A ticket carries the version of its team's deadlines that it was planned with. What is
left to do therefore stands in the database: the open tickets with another version. So
the job may stop at any time and goes on with these, nothing is planned twice, and a
ticket that somebody changed with the old hours still in mind is found as well.
"""

import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .support_due_job_mixin import conflicts_left_to_the_next_run

_logger = logging.getLogger(__name__)

# More open tickets than these are left to the job.
PLANNED_AT_ONCE = 500
PLANNED_A_COMMIT = 200


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _record_event(self, kind, *args, **kwargs):
        # A target is judged by its deadline: it must not wait for the job.
        # sudo: support.team: a customer's message moves the clock too
        outdated = self.sudo().filtered(
            lambda ticket: (
                not ticket.closed_at
                and ticket.deadline_version != ticket.team_id.deadline_version
            )
        )
        if outdated:
            outdated._refresh_deadlines()
        return super()._record_event(kind, *args, **kwargs)

    def _replan_soon(self):
        """Plan the deadlines anew: of a few at once, of many by the job."""
        if len(self) <= PLANNED_AT_ONCE:
            self._refresh_deadlines()
            return
        # sudo: support.ticket: which teams have them, whoever changed a policy
        groups = self.sudo()._read_group([("id", "in", self.ids)], ["team_id"])
        teams = self.env["support.team"].union(*(team for (team,) in groups))
        teams._plan_deadlines_anew()

    @api.model
    def _plan_outdated(self, teams):
        """Plan the open tickets of these teams whose deadlines are out of date.

        When they are many, nobody waits for it: the job is started.
        """
        # sudo: support.ticket, ir.cron: it concerns every open ticket of the team, also
        # those that whoever changed its hours may not see
        tickets = self.sudo()
        outdated = tickets.search(
            Domain.OR(tickets._get_outdated_domain(team) for team in teams),
            limit=PLANNED_AT_ONCE + 1,
        )
        planned = tickets.browse()
        if len(outdated) <= PLANNED_AT_ONCE:
            # What a colleague is writing just now is left to the job as well.
            planned = outdated.try_lock_for_update(allow_referencing=True)
            planned._refresh_deadlines()
        if planned != outdated:
            tickets.env.ref("customer_support.ir_cron_support_planning")._trigger()

    @api.model
    def _get_outdated_domain(self, team):
        """The open tickets of a team whose deadlines have to be planned anew."""
        return (
            Domain("team_id", "=", team._origin.id)
            & Domain("closed_at", "=", False)
            & Domain("deadline_version", "!=", team.deadline_version)
        )

    # --- the job ----------------------------------------------------------------------

    @api.model
    def _cron_plan_outdated(self):
        """Plan the deadlines that are out of date; some tickets share a commit."""
        # Nothing has changed yet where the version is 0.
        teams = self.env["support.team"].with_context(active_test=False)
        teams = teams.search([("deadline_version", ">", 0)])
        total = sum(
            self.search_count(self._get_outdated_domain(team)) for team in teams
        )
        time_left = self.env["ir.cron"]._commit_progress(remaining=total)
        for team in teams:
            last_id = 0
            while time_left:
                domain = self._get_outdated_domain(team) & Domain("id", ">", last_id)
                batch = self.search(domain, order="id", limit=PLANNED_A_COMMIT)
                if not batch:
                    break
                last_id = batch[-1].id
                time_left = batch._plan_and_commit()

    def _plan_and_commit(self):
        """Plan those of these tickets that nobody else holds, and commit.

        :return: seconds left for the job
        """
        progress = self.env["ir.cron"]
        with conflicts_left_to_the_next_run(self.env):
            tickets = self.try_lock_for_update(allow_referencing=True)
            tickets.invalidate_recordset()
            tickets._plan_safely()
            return progress._commit_progress(len(tickets))
        return progress._commit_progress()

    def _plan_safely(self):
        """Plan these tickets; one that fails is written to the log and left alone."""
        try:
            with self.env.cr.savepoint():
                self._refresh_deadlines()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(self) > 1:
                for ticket in self:
                    ticket._plan_safely()
                return
            # What a person wrote may stand in the error: its kind has to do.
            _logger.warning("%s: planning failed: %s", self, type(error).__name__)
            # Or the job would come back to it again and again. It is planned when it is
            # due, and with its next event.
            self.deadline_version = self.team_id.deadline_version
