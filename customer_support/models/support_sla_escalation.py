from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import sla_policy
from .support_sla_result import TARGET_KINDS

HIGHEST_PRIORITY = "3"


class SupportSlaEscalation(models.Model):
    """What happens to a ticket before or after a deadline of its policy, once."""

    _name = "support.sla.escalation"
    _description = "SLA Escalation Level"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "support.sla.policy",
        "SLA policy",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        "Level", compute="_compute_name", help="What it does and when, in words."
    )
    kind = fields.Selection(
        TARGET_KINDS, "Only for", help="Empty means each deadline of the policy."
    )
    minutes = fields.Integer(
        "Working minutes",
        default=60,
        required=True,
        help="How many working minutes of the team before or after the deadline.",
    )
    when = fields.Selection(
        [("before", "before the deadline"), ("after", "after the deadline")],
        default="after",
        required=True,
    )
    notify_leader = fields.Boolean("Tell the team leader", default=True)
    notify_user_ids = fields.Many2many(
        "res.users",
        string="Tell",
        domain=[("share", "=", False)],
        help="Colleagues who are told too. Who may not see the ticket is not told.",
    )
    notify_by = fields.Selection(
        [("activity", "To-do"), ("inbox", "Message")],
        "Told by",
        default="activity",
        required=True,
        help="A to-do stays until the deadline is met; a message goes to the inbox or"
        " the mailbox, as each colleague has chosen.",
    )
    reassign = fields.Selection(
        [("leader", "Team leader"), ("user", "Colleague")],
        "Hand over to",
        help="Who gets the ticket. Empty leaves it where it is.",
    )
    reassign_user_id = fields.Many2one(
        "res.users", "Colleague", domain=[("share", "=", False)]
    )
    raise_priority = fields.Boolean(
        help="One step up, until the ticket is urgent. Other policies may count then."
    )

    _minutes_positive = models.Constraint(
        "CHECK(minutes >= 0)", "Choose before or after instead of minutes below 0."
    )

    @api.depends("minutes", "when")
    def _compute_name(self):
        labels = dict(self._fields["when"]._description_selection(self.env))
        for level in self:
            level.name = self.env._(
                "%(minutes)s minutes %(when)s",
                minutes=level.minutes,
                when=labels.get(level.when, ""),
            )

    @api.constrains(
        "notify_leader",
        "notify_user_ids",
        "reassign",
        "reassign_user_id",
        "raise_priority",
    )
    def _check_does_something(self):
        for level in self:
            if level.reassign == "user" and not level.reassign_user_id:
                raise ValidationError(
                    self.env._("Choose the colleague who gets the ticket.")
                )
            if not (
                level.notify_leader
                or level.notify_user_ids
                or level.reassign
                or level.raise_priority
            ):
                raise ValidationError(
                    self.env._(
                        "An escalation level has to do something: tell somebody, hand"
                        " the ticket over, or raise its priority."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels._replan()
        return levels

    def write(self, vals):
        policies = self.policy_id
        result = super().write(vals)
        if {"policy_id", "kind", "minutes", "when"}.intersection(vals):
            self._replan(policies)
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        self._replan(policies)
        return result

    def _replan(self, policies=None):
        """The tickets of the policies look at their levels anew."""
        self.env.registry.clear_cache()
        policies = (policies or self.env["support.sla.policy"]) | self.policy_id
        policies._find_open_tickets()._replan_soon()

    def _to_plain(self):
        """This level as ``tools.sla_policy.Step``."""
        seconds = self.minutes * 60
        return sla_policy.Step(
            key=f"level/{self.id}",
            policy_id=self.policy_id.id,
            escalation_id=self.id,
            kind=self.kind or "",
            seconds=-seconds if self.when == "before" else seconds,
        )

    # --- doing ------------------------------------------------------------------------

    def _escalate(self, ticket, kind):
        """Carry this level out for a ticket whose target ``kind`` is near or late."""
        self.ensure_one()
        self._raise_priority_of(ticket)
        self._hand_over(ticket)
        users = self.notify_user_ids
        if self.notify_leader:
            users |= ticket.team_id.leader_id
        ticket._notify_of_deadline(users, kind, self.notify_by == "activity")
        self._log_on(ticket, kind)

    def _log_on(self, ticket, kind):
        reader = ticket.team_id.leader_id or ticket.user_id
        lang = reader.lang or ticket.company_id.partner_id.lang
        ticket = ticket.with_context(lang=lang)
        text = ticket._get_deadline_text(kind, reader)
        ticket._message_log(body=ticket.env._("Escalated. %s", text))

    def _raise_priority_of(self, ticket):
        if self.raise_priority and ticket.priority < HIGHEST_PRIORITY:
            ticket.priority = str(int(ticket.priority) + 1)

    def _hand_over(self, ticket):
        """Give the ticket to whom this level names, if that person may read it."""
        if not self.reassign:
            return
        user = self.reassign_user_id
        if self.reassign == "leader":
            user = ticket.team_id.leader_id
        user = ticket._filter_readers(user)
        if user and user != ticket.user_id:
            ticket.user_id = user
