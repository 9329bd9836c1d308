from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import ormcache

from ..tools import sla_policy
from .support_reason import get_path_ids


class SupportSlaPolicy(models.Model):
    """By when tickets of some sort are answered and solved.

    The rule which policy counts is in ``tools/sla_policy``.
    """

    _name = "support.sla.policy"
    _description = "SLA Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10,
        help="The policies are read from top to bottom. For each target the first"
        " policy that fits the ticket and has hours for it counts; where none has, the"
        " team's own target does. Put the special cases on top.",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Empty means all companies.",
    )
    team_ids = fields.Many2many(
        "support.team",
        string="Teams",
        check_company=True,
        help="Only tickets of these teams. Empty means all.",
    )
    reason_ids = fields.Many2many(
        "support.reason",
        string="Reasons",
        help="Only tickets with these reasons or finer ones below them. Empty means"
        " all.",
    )
    priority = fields.Selection(
        selection=lambda self: self.env["support.reason"]._get_priorities(),
        help="Only tickets of this priority. Empty means all.",
    )
    partner_category_ids = fields.Many2many(
        "res.partner.category",
        string="Customer tags",
        help="Only tickets of customers, or of their companies, with one of these"
        " tags. Empty means all.",
    )
    channel_ids = fields.Many2many(
        "support.channel",
        string="Channels",
        help="Only tickets that came in this way. Empty means all.",
    )
    response_hours = fields.Float(
        "First reply within",
        help="In working hours of the team, until a person answers for the first time."
        " 0 leaves it to the next policy that fits, in the end to the team.",
    )
    next_reply_hours = fields.Float(
        "Next reply within",
        help="In working hours of the team, for each later message of the customer."
        " 0 leaves it to the next policy that fits, in the end to the team.",
    )
    resolution_hours = fields.Float(
        "Solved within",
        help="In working hours of the team; it pauses while we wait for the customer"
        " or a third party. 0 leaves it to the next policy that fits, in the end to"
        " the team.",
    )

    warn_before = fields.Integer(
        "Warn before",
        default=20,
        help="The agent, or the team leader of a ticket that nobody has, is told once"
        " so long before a deadline, and the ticket is listed as at risk. 0 warns"
        " nobody.",
    )
    warn_unit = fields.Selection(
        [
            ("percent", "% of the time promised"),
            ("minutes", "working minutes"),
        ],
        default="percent",
        required=True,
    )
    escalation_ids = fields.One2many(
        "support.sla.escalation", "policy_id", "Escalation levels", copy=True
    )

    _warn_before_positive = models.Constraint(
        "CHECK(warn_before >= 0 AND (warn_unit <> 'percent' OR warn_before <= 100))",
        "Warn at most 100 % before, and not less than 0.",
    )
    _targets_positive = models.Constraint(
        "CHECK(response_hours >= 0 AND next_reply_hours >= 0"
        " AND resolution_hours >= 0)",
        "A target cannot be less than 0 hours.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        policies._find_open_tickets()._replan_soon()
        return policies

    def write(self, vals):
        if not self._get_planning_fields().intersection(vals):
            return super().write(vals)
        tickets = self._find_open_tickets()
        result = super().write(vals)
        self.env.registry.clear_cache()
        (tickets | self._find_open_tickets())._replan_soon()
        return result

    def unlink(self):
        tickets = self._find_open_tickets()
        result = super().unlink()
        self.env.registry.clear_cache()
        tickets._replan_soon()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        # sudo: support.sla.result: whether there are any, also of other companies
        results = self.env["support.sla.result"].sudo()
        if results.search_count([("policy_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Results were recorded under this policy. Archive it instead: then"
                    " it counts for no ticket any more and the results stay."
                )
            )

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", policy.name)}
            for policy, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model
    def _get_planning_fields(self):
        """The fields that say which tickets are due when."""
        return {
            "active",
            "sequence",
            "company_id",
            "team_ids",
            "reason_ids",
            "priority",
            "partner_category_ids",
            "channel_ids",
            "response_hours",
            "next_reply_hours",
            "resolution_hours",
            "warn_before",
            "warn_unit",
        }

    # --- which policy counts ------------------------------------------------------

    @api.model
    def _decide_targets(self, case, team):
        """The targets of a case (``tools.sla_policy.decide``)."""
        own = team._get_target_seconds()
        return sla_policy.decide(self._get_plain_policies(), case, own)

    @api.model
    @ormcache()
    def _get_plain_policies(self):
        """All policies that are in force as ``tools.sla_policy.Policy``, in order."""
        # sudo: support.sla.policy: customers open tickets without reading policies
        return tuple(policy._to_plain() for policy in self.sudo().search([]))

    def _to_plain(self):
        hours = (self.response_hours, self.next_reply_hours, self.resolution_hours)
        return sla_policy.Policy(
            id=self.id,
            company=self.company_id.id or 0,
            teams=frozenset(self.team_ids.ids),
            channels=frozenset(self.channel_ids.ids),
            priority=self.priority or "",
            reasons=frozenset(self.reason_ids.ids),
            tags=frozenset(self.partner_category_ids.ids),
            seconds=tuple(round(number * 3600) for number in hours),
            steps=self._to_plain_steps(),
        )

    def _to_plain_steps(self):
        """The warning and the escalation levels as ``tools.sla_policy.Step``."""
        steps = [level._to_plain() for level in self.escalation_ids]
        if self.warn_before and self.warn_unit == "percent":
            share = {"percent": self.warn_before}
            steps.append(sla_policy.Step("warning", self.id, **share))
        elif self.warn_before:
            before = {"seconds": -60 * self.warn_before}
            steps.append(sla_policy.Step("warning", self.id, **before))
        return tuple(steps)

    @api.model
    def _get_steps(self, kind, targets):
        """The warning and the levels of the policy that decided a target.

        :param dict targets: what ``_decide_targets`` gave
        :return: list of ``tools.sla_policy.Step``
        """
        policy_id = targets["policies"][sla_policy.KINDS.index(kind)]
        return [
            step
            for policy in self._get_plain_policies()
            if policy.id == policy_id
            for step in policy.steps
            if step.kind in ("", kind)
        ]

    @api.model
    def _uses_customer_tags(self):
        """Whether a policy in force asks for the tags of customers."""
        return any(policy.tags for policy in self._get_plain_policies())

    @api.model
    def _prepare_case(self, team, reason, priority, partner, channel_id):
        """The ``tools.sla_policy.Case`` of a ticket with these values."""
        tags = ()
        if self._uses_customer_tags():
            tags = partner.category_id | partner.commercial_partner_id.category_id
        return sla_policy.Case(
            company=team.company_id.id or 0,
            team=team.id or 0,
            channel=channel_id or 0,
            priority=priority or "",
            reasons=frozenset(reason._get_path_ids(reason.id)),
            tags=frozenset().union(*map(get_path_ids, tags)),
        )

    # --- which tickets a policy concerns ---------------------------------------------

    def _find_open_tickets(self):
        """The open tickets that fit one of these policies."""
        domain = Domain.OR(
            policy._get_ticket_domain() for policy in self.filtered("active")
        )
        # sudo: support.ticket: a policy concerns also tickets that its editor may not
        # see
        return (
            self.env["support.ticket"]
            .sudo()
            .search(domain & Domain("closed_at", "=", False))
        )

    def _get_ticket_domain(self):
        """Tickets that fit this policy, as ``tools.sla_policy.Policy.fits`` says."""
        conditions = {
            "company_id": ("in", self.company_id.ids),
            "team_id": ("in", self.team_ids.ids),
            "channel_id": ("in", self.channel_ids.ids),
            "priority": ("in", [self.priority] if self.priority else []),
            "reason_id": ("child_of", self.reason_ids.ids),
        }
        domain = Domain.AND(
            Domain(name, operator, values)
            for name, (operator, values) in conditions.items()
            if values
        )
        if self.partner_category_ids:
            tags = self.partner_category_ids.ids
            domain &= Domain("partner_id.category_id", "child_of", tags) | Domain(
                "partner_id.commercial_partner_id.category_id", "child_of", tags
            )
        return domain
