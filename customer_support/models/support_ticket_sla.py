"""What a ticket is measured by: the policies that concern it and their results."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import sla_policy, sla_target
from .support_sla_result import OUTCOMES

# A change of these may put a ticket under other policies.
_DECIDING = {"priority", "reason_id", "partner_id", "channel_id"}
# Where a ticket keeps how its first target of a kind ended.
OUTCOME_COLUMNS = {
    "response": "response_sla_met",
    "resolution": "resolution_sla_met",
}


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    sla_result_ids = fields.One2many(
        "support.sla.result", "ticket_id", "Results of targets"
    )
    response_sla_met = fields.Selection(
        OUTCOMES,
        "First reply in time",
        readonly=True,
        copy=False,
        help="Empty until it is decided; kept then.",
    )
    resolution_sla_met = fields.Selection(
        OUTCOMES,
        "Solved in time",
        readonly=True,
        copy=False,
        help="Of the first time that the case was solved. Empty until it is decided;"
        " kept then.",
    )
    sla_check_at = fields.Datetime(
        "Deadline job due",
        readonly=True,
        copy=False,
        help="When the next thing happens to its deadlines.",
    )

    _sla_check_idx = models.Index("(sla_check_at) WHERE sla_check_at IS NOT NULL")

    def _check_clock_untouched(self, vals):
        touched = sorted(_SYSTEM_COLUMNS.intersection(vals))
        if touched and not self.env.su:
            raise AccessError(
                self.env._(
                    "The deadlines of a ticket follow from its policies and cannot be"
                    " set by hand: %(columns)s",
                    columns=", ".join(touched),
                )
            )
        return super()._check_clock_untouched(vals)

    # --- targets ------------------------------------------------------------------

    def _get_target_seconds(self):
        policies = self.env["support.sla.policy"]
        if not policies._get_plain_policies():
            return super()._get_target_seconds()
        return policies._decide_targets(self._get_sla_case(), self.team_id)

    def _get_sla_case(self):
        """What policies ask of this ticket: ``tools.sla_policy.Case``."""
        self.ensure_one()
        return self.env["support.sla.policy"]._prepare_case(
            self.team_id,
            self.reason_id,
            self.priority,
            self.partner_id,
            self.channel_id.id,
        )

    @api.model
    def _prepare_opening(self, vals_list):
        if self.env["support.sla.policy"]._get_plain_policies():
            self._prepare_sla_opening(vals_list)
        return super()._prepare_opening(vals_list)

    @api.model
    def _prepare_sla_opening(self, vals_list):
        """Add the defaults that decide targets; read all customers' tags at once."""
        defaults = self.default_get(["priority", "reason_id", "partner_id"])
        for vals in vals_list:
            for name, value in defaults.items():
                vals.setdefault(name, value)
        if self.env["support.sla.policy"]._uses_customer_tags():
            # sudo: res.partner: customers and guests open tickets too
            partners = self.env["res.partner"].sudo()
            partners = partners.browse({vals.get("partner_id") for vals in vals_list})
            partners = partners.filtered("id")
            (partners | partners.commercial_partner_id).category_id.mapped(
                "parent_path"
            )

    @api.model
    def _get_opening_targets(self, vals, team):
        policies = self.env["support.sla.policy"]
        if not policies._get_plain_policies():
            return super()._get_opening_targets(vals, team)
        # sudo: res.partner, support.reason: as in _prepare_sla_opening
        env = self.sudo().env
        case = policies._prepare_case(
            team,
            env["support.reason"].browse(vals.get("reason_id") or ()),
            vals.get("priority"),
            env["res.partner"].browse(vals.get("partner_id") or ()),
            vals["channel_id"],
        )
        return policies._decide_targets(case, team)

    @api.model
    def _filter_due_change(self, vals):
        tickets = super()._filter_due_change(vals)
        if "exclusion" in vals or (
            _DECIDING.intersection(vals)
            and self.env["support.sla.policy"]._get_plain_policies()
        ):
            tickets |= self.filtered(lambda ticket: not ticket.closed_at)
        return tickets

    # --- planning -----------------------------------------------------------------

    @api.model
    def _prepare_deadlines(self, state, team, targets):
        deadlines = super()._prepare_deadlines(state, team, targets)
        return {**deadlines, "sla_check_at": deadlines["due_at"]}

    def _refresh_deadlines(self):
        result = super()._refresh_deadlines()
        # sudo: support.ticket: as in the method that is extended
        excluded = self.sudo().filtered(lambda t: t.exclusion and t.sla_check_at)
        excluded.sla_check_at = False
        return result

    # --- results ------------------------------------------------------------------

    def _record_ended_targets(self, moves):
        result = super()._record_ended_targets(moves)
        rows = []
        for ticket, before, event, after, agent in moves:
            if ticket.exclusion:
                continue
            targets = ticket._get_target_seconds()
            for ended in sla_target.find_ended(before, event, after):
                if targets[ended.kind]:
                    rows += ticket._prepare_ended_values(ended, event, targets, agent)
        self._create_sla_results(rows)
        return result

    def _prepare_ended_values(self, ended, event, targets, agent):
        """The result of a target that has ended as a list of one or none.

        One that was given up before its deadline has none: it is out of the figures.
        """
        deadline = self[sla_target.DEADLINES[ended.kind]]
        if not deadline:  # it paused
            left = targets[ended.kind] - ended.used
            deadline = self.team_id._plan_business_seconds(ended.at, left)
        if deadline and ended.at > deadline:
            return [
                self._prepare_missed_values(ended.kind, ended.key, targets, deadline)
            ]
        if not ended.is_reached:
            return []
        return [
            {
                **self._prepare_sla_result_values(ended.kind, ended.key, targets),
                "deadline": deadline,
                "ended_at": ended.at,
                "business_seconds": ended.used,
                "outcome": "met",
                "agent_id": agent.id,
            }
        ]

    def _prepare_missed_values(self, kind, key, targets, deadline):
        """The result of a target whose deadline has passed."""
        return {
            **self._prepare_sla_result_values(kind, key, targets),
            "deadline": deadline,
            "ended_at": deadline,
            "business_seconds": targets[kind],
            "outcome": "missed",
            "agent_id": self.user_id.id,
        }

    def _prepare_sla_result_values(self, kind, key, targets):
        policies = targets.get("policies") or (0, 0, 0)
        return {
            **self._prepare_moment_values(),
            "ticket_id": self.id,
            "kind": kind,
            "target_key": key,
            "target_seconds": targets[kind],
            "policy_id": policies[sla_policy.KINDS.index(kind)] or False,
        }

    @api.model
    def _create_sla_results(self, rows):
        """Record results; a target that has one already keeps it.

        Whoever records a result writes the ticket too, so two at once cannot both.
        """
        # sudo: support.sla.result: written by the system alone
        results = self.env["support.sla.result"].sudo()
        if not rows:
            return results
        tickets = self.browse({row["ticket_id"] for row in rows}).sudo()
        known = {
            (result.ticket_id.id, result.target_key)
            for result in tickets.sla_result_ids
            if not result.withdrawn_at
        }
        results = results.create(
            [row for row in rows if (row["ticket_id"], row["target_key"]) not in known]
        )
        for result in results:
            column = OUTCOME_COLUMNS.get(result.kind)
            if column and not result.ticket_id[column]:
                result.ticket_id.with_context(tracking_disable=True).write(
                    {column: result.outcome}
                )
        return results


_SYSTEM_COLUMNS = {
    *sla_target.DEADLINES.values(),
    *OUTCOME_COLUMNS.values(),
    "at_risk_at",
    "deadline_version",
    "due_at",
    "sla_check_at",
}
