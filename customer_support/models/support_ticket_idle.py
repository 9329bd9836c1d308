"""Tickets whose customer does not answer: a reminder, then the end."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools.author_kind import RULE
from ..tools.mail_classification import is_no_reply_address
from .support_due_job_mixin import conflicts_left_to_the_next_run

BATCH = 100
# What shows that the wait is over, or begins again.
_ENDING_KINDS = ("reply", "customer_message", "stage")


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    idle_warned_at = fields.Datetime(
        "Reminded on",
        readonly=True,
        copy=False,
        help="When the customer was reminded during the present wait.",
    )
    closed_by = fields.Selection(
        [("idle", "No answer from the customer")],
        "Closed because",
        readonly=True,
        copy=False,
        help="Empty when somebody closed the ticket.",
    )

    _idle_idx = models.Index("(team_id, stage_since) WHERE stage_kind = 'waiting'")

    def _record_event(self, kind, *args, **kwargs):
        result = super()._record_event(kind, *args, **kwargs)
        if kind in _ENDING_KINDS:
            self._end_idle_wait()
        return result

    def _end_idle_wait(self):
        """Forget the reminder, and why a case that goes on was closed."""
        # sudo: support.ticket: a customer's message ends the wait as well
        tickets = self.sudo().with_context(tracking_disable=True)
        tickets.filtered("idle_warned_at").idle_warned_at = False
        reopened = tickets.filtered(lambda t: t.closed_by and not t.closed_at)
        reopened.closed_by = False

    # --- the job ----------------------------------------------------------------------

    @api.model
    def _cron_idle(self):
        """Close what a reminder did not help, and remind customers who do not answer.

        Nothing is closed in the run that reminds.
        """
        for team in self.env["support.team"].search([("idle_warning_days", ">", 0)]):
            for domain, step in (
                (self._get_idle_close_domain(team), "_close_idle"),
                (self._get_idle_warning_domain(team), "_warn_idle"),
            ):
                if domain and not self._run_idle(domain, step):
                    return

    @api.model
    def _run_idle(self, domain, step):
        """Do a step to all tickets of a domain, batch by batch, each committed.

        :param str step: the method
        :return: whether there is time left
        """
        progress, last_id = self.env["ir.cron"], 0
        while True:
            later = [*domain, ("id", ">", last_id)]
            due = self.search(later, order="id", limit=BATCH)
            if not due:
                return True
            # What cannot be done now is not tried again in this run.
            last_id = due[-1].id
            with (
                conflicts_left_to_the_next_run(self.env),
                self.env.cr.savepoint(),
            ):
                free = due.try_lock_for_update(allow_referencing=True)
                getattr(free, step)()
            if not progress._commit_progress(len(due)):
                return False

    @api.model
    def _get_idle_domain(self, team):
        return [
            ("team_id", "=", team.id),
            ("stage_kind", "=", "waiting"),
            ("exclusion", "=", False),
            ("snoozed_until", "=", False),
        ]

    @api.model
    def _get_idle_warning_domain(self, team):
        """Tickets whose customer has not answered for the days that the team gives."""
        since = fields.Datetime.now() - timedelta(days=team.idle_warning_days)
        return [
            *self._get_idle_domain(team),
            ("stage_since", "<=", since),
            ("idle_warned_at", "=", False),
            ("email_normalized", "!=", False),
            "|",
            ("last_reply_at", "=", False),
            ("last_reply_at", "<=", since),
        ]

    @api.model
    def _get_idle_close_domain(self, team):
        """Tickets whose reminder was not answered either; None when none is closed."""
        if not team.idle_close_days:
            return None
        since = fields.Datetime.now() - timedelta(days=team.idle_close_days)
        return [*self._get_idle_domain(team), ("idle_warned_at", "<=", since)]

    def _warn_idle(self):
        """Remind the customers of these tickets, each in the own language."""
        self._record_event("idle_warning", author_kind="rule")
        tickets = self.with_context(tracking_disable=True)
        tickets.idle_warned_at = fields.Datetime.now()
        reachable = self.filtered(
            lambda ticket: (
                email_normalize(ticket.email_from)
                and not is_no_reply_address(ticket.email_normalized)
            )
        )
        for team, group in reachable.grouped("team_id").items():
            mails = group._create_acknowledgements(team._get_idle_template())
            group._hold_notices(mails)

    def _close_idle(self):
        """Close these tickets; a solution counts from our last reply."""
        for ticket in self.with_context(support_author_kind=RULE):
            kind = ticket.team_id.idle_stage_kind
            ticket.closed_by = "idle"
            ticket._record_event(
                "stage",
                author_kind="rule",
                payload={
                    "stage_kind": kind,
                    "closed_by": "idle",
                    "confirms_reply": True,
                },
            )
            # The log says it already: the column follows.
            ticket._set_stage_kind(kind)
