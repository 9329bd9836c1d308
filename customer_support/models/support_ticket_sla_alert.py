"""What a warning or an escalation level does to a ticket, once."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..tools import sla_target

DEADLINE_ACTIVITY = "customer_support.mail_activity_deadline"


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    sla_alert_ids = fields.One2many(
        "support.sla.alert", "ticket_id", "Warnings and escalations"
    )
    at_risk_at = fields.Datetime(
        "At risk from",
        readonly=True,
        copy=False,
        help="From then on a deadline is near. Empty where no policy warns.",
    )

    # --- planning -----------------------------------------------------------------

    @api.model
    def _prepare_deadlines(self, state, team, targets):
        deadlines = super()._prepare_deadlines(state, team, targets)
        deadlines["at_risk_at"] = False
        if targets.get("policies"):
            columns = sla_target.DEADLINES.items()
            running = [kind for kind, column in columns if deadlines[column]]
            steps = self._plan_sla_steps(state, team, targets, running)
            warnings = [moment for moment, _kind, step in steps if step.is_warning]
            deadlines["at_risk_at"] = min(warnings, default=False)
            moments = [deadlines["sla_check_at"], *(moment for moment, *_ in steps)]
            deadlines["sla_check_at"] = min(filter(None, moments), default=False)
        return deadlines

    @api.model
    def _plan_sla_steps(self, state, team, targets, running):
        """The moments of all warnings and levels of the targets that run.

        :param running: the kinds whose deadlines run
        :return: list of ``(moment, kind, tools.sla_policy.Step)``
        """
        policies = self.env["support.sla.policy"]
        planned = []
        for kind in running:
            left = targets[kind] - sla_target.get_used(kind, state)
            for step in policies._get_steps(kind, targets):
                seconds = left + step.get_offset(targets[kind])
                moment = state.clock_at
                if seconds > 0:
                    moment = team._plan_business_seconds(state.clock_at, seconds)
                if moment:
                    planned.append((moment, kind, step))
        return planned

    # --- raising --------------------------------------------------------------------

    def _raise_sla_alert(self, kind, key, step):
        """Write down that the ticket had this warning or level, and carry it out.

        The row comes first: its unique key lets nobody carry it out twice.
        """
        # sudo: support.sla.alert: written by the job alone
        alert = (
            self.env["support.sla.alert"]
            .sudo()
            .create(self._prepare_sla_alert_values(kind, key, step))
        )
        level = alert.escalation_id
        self._record_event(
            "escalated",
            payload={"target": kind, "level": level.id or 0},
        )
        if level:
            level._escalate(self, kind)
        else:
            self._warn_of_deadline(kind)
        return alert

    def _prepare_sla_alert_values(self, kind, key, step):
        return {
            **self._prepare_moment_values(),
            "ticket_id": self.id,
            "kind": kind,
            "target_key": key,
            "step_key": step.key,
            "policy_id": step.policy_id,
            "escalation_id": step.escalation_id or False,
            "agent_id": self.user_id.id,
            "raised_at": fields.Datetime.now(),
        }

    def _warn_of_deadline(self, kind):
        """Tell the agent, or the team leader of a free ticket, that time runs out."""
        self._notify_of_deadline(self.user_id or self.team_id.leader_id, kind)

    def _notify_of_deadline(self, users, kind, by_activity=False):
        """Tell users about the deadline; those who may not read the ticket are left
        out.

        :param bool by_activity: a to-do for each, which goes when the deadline does
        """
        for user in self._filter_readers(users):
            ticket = self.with_context(lang=user.lang)
            text = ticket._get_deadline_text(kind, user)
            if by_activity:
                ticket.activity_schedule(
                    DEADLINE_ACTIVITY, user_id=user.id, summary=text
                )
            else:
                ticket.message_notify(
                    partner_ids=user.partner_id.ids,
                    subject=ticket.display_name,
                    body=text,
                    force_send=False,
                )

    def _filter_readers(self, users):
        """Those of these users who may read this ticket."""
        return users.filtered(
            lambda user: (
                user.active
                and self.with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .has_access("read")
            )
        )

    def _get_deadline_text(self, kind, user):
        """One sentence for staff: what is due when, or since when it is late."""
        deadline = self._get_running_deadlines(
            self._get_clock_state(), self._get_target_seconds()
        ).get(kind, fields.Datetime.now())
        zone = user.tz or self.team_id.resource_calendar_id.tz or "UTC"
        moment = format_datetime(self.env, deadline, tz=zone, dt_format="short")
        late = deadline < fields.Datetime.now()
        texts = {
            ("response", False): self.env._("First reply due: %s", moment),
            ("response", True): self.env._("First reply late since %s", moment),
            ("next_reply", False): self.env._("Reply due: %s", moment),
            ("next_reply", True): self.env._("Reply late since %s", moment),
            ("resolution", False): self.env._("Solution due: %s", moment),
            ("resolution", True): self.env._("Solution late since %s", moment),
        }
        return texts[kind, late]

    def _record_ended_targets(self, moves):
        result = super()._record_ended_targets(moves)
        for ticket, _before, _event, after, _agent in moves:
            running = {
                sla_target.get_key(kind, after)
                for kind in sla_target.get_running(after)
            }
            alerts = ticket.sla_alert_ids
            if alerts and running.isdisjoint(alerts.mapped("target_key")):
                ticket.activity_unlink([DEADLINE_ACTIVITY])
        return result
