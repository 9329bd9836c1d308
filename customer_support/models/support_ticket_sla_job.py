"""What happens at the deadlines of a ticket: warning, breach, escalation."""

from odoo import models

from ..tools import sla_target

# A ticket whose levels start each other ends here; the next run goes on.
MAX_ALERTS_A_RUN = 20


class SupportTicket(models.Model):
    _name = "support.ticket"
    _inherit = ["support.ticket", "support.due.job.mixin"]

    _due_job_column = "sla_check_at"

    def _run_due(self, now):
        self.ensure_one()
        self._refresh_deadlines()
        self._record_missed_targets(now)
        for _ in range(MAX_ALERTS_A_RUN):
            alert = self._find_due_alert(now)
            if not alert:
                break
            # What a level changes may move the deadlines: look anew after each.
            self._raise_sla_alert(*alert)
        self.sla_check_at = self._find_next_sla_check(now)

    def _record_missed_targets(self, now):
        """Record the targets that run and whose deadlines have passed."""
        state, targets = self._get_clock_state(), self._get_target_seconds()
        rows = [
            self._prepare_missed_values(
                kind, sla_target.get_key(kind, state), targets, deadline
            )
            for kind, deadline in self._get_running_deadlines(state, targets).items()
            if deadline < now
        ]
        return self._create_sla_results(rows)

    def _get_running_deadlines(self, state, targets):
        """The deadlines of this ticket that run now, by kind."""
        if self.exclusion:
            return {}
        deadlines = {
            kind: self[sla_target.DEADLINES[kind]]
            for kind in sla_target.get_running(state)
            if targets[kind]
        }
        return {kind: deadline for kind, deadline in deadlines.items() if deadline}

    def _get_open_alerts(self):
        """The warnings and levels that this ticket has not had yet.

        :return: list of ``(moment, kind, target key, tools.sla_policy.Step)`` in the
            order of the moments
        """
        state, targets = self._get_clock_state(), self._get_target_seconds()
        running = self._get_running_deadlines(state, targets)
        if not running or not targets.get("policies"):
            return []
        had = {(alert.target_key, alert.step_key) for alert in self.sla_alert_ids}
        alerts = [
            (moment, kind, sla_target.get_key(kind, state), step)
            for moment, kind, step in self._plan_sla_steps(
                state, self.team_id, targets, running
            )
        ]
        alerts = [alert for alert in alerts if (alert[2], alert[3].key) not in had]
        return sorted(alerts, key=lambda alert: alert[0])

    def _find_due_alert(self, now):
        """The first warning or level that is due as ``(kind, key, step)``, or False."""
        for moment, *alert in self._get_open_alerts():
            return alert if moment < now else False
        return False

    def _find_next_sla_check(self, now):
        """When this ticket is due for the job again; False when it is not."""
        deadlines = self._get_running_deadlines(
            self._get_clock_state(), self._get_target_seconds()
        )
        moments = [moment for moment in deadlines.values() if moment >= now]
        moments += [moment for moment, *_alert in self._get_open_alerts()]
        return min(moments, default=False)
