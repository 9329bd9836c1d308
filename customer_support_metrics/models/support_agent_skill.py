"""What agents are good at, how good, and until when that is known."""

from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

WARN_DAYS = 14
# The column of each kind of skill.
SUBJECTS = {
    "reason": "reason_id",
    "category": "category_id",
    "channel": "channel_id",
    "language": "lang_id",
}


class SupportAgentSkill(models.Model):
    """One cell of the skill matrix: an agent, a subject, a level."""

    _name = "support.agent.skill"
    _description = "Skill of an Agent"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _order = "agent_id, kind, id"

    agent_id = fields.Many2one(
        "support.agent", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        related="agent_id.user_id", string="Person", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("reason", "Reason"),
            ("category", "Product category"),
            ("channel", "Channel"),
            ("language", "Language"),
        ],
        "Skill in",
        default="reason",
        required=True,
    )
    reason_id = fields.Many2one(
        "support.reason", ondelete="cascade", help="Finer reasons are meant too."
    )
    category_id = fields.Many2one(
        "product.category",
        "Product category",
        ondelete="cascade",
        help="Categories below it are meant too.",
    )
    channel_id = fields.Many2one("support.channel", ondelete="cascade")
    lang_id = fields.Many2one("res.lang", "Language", ondelete="cascade")
    subject = fields.Char(compute="_compute_subject", store=True)
    level = fields.Selection(
        [("1", "Learns"), ("2", "Knows"), ("3", "Expert")],
        default="2",
        required=True,
        help="Of those on shift, whoever knows most gets the ticket first.",
    )
    level_number = fields.Integer(
        "Level (1 to 3)",
        compute="_compute_level_number",
        store=True,
        aggregator="max",
    )
    valid_until = fields.Date(
        help="From the next day on the skill does not count any more; the team leader"
        " is warned two weeks before. Empty means for good.",
    )
    is_expired = fields.Boolean("Expired", compute="_compute_is_expired")
    warned_on = fields.Date(readonly=True, copy=False)

    _subject_unique = models.UniqueIndex(
        "(agent_id, kind, coalesce(reason_id, 0), coalesce(category_id, 0),"
        " coalesce(channel_id, 0), coalesce(lang_id, 0))",
        "This person has this skill already.",
    )

    @api.depends("kind", "reason_id", "category_id", "channel_id", "lang_id")
    def _compute_subject(self):
        for skill in self:
            skill.subject = skill._get_subject().display_name or ""

    @api.depends("subject", "agent_id")
    def _compute_display_name(self):
        for skill in self:
            skill.display_name = f"{skill.agent_id.display_name}: {skill.subject}"

    @api.depends("level")
    def _compute_level_number(self):
        for skill in self:
            skill.level_number = int(skill.level)

    @api.depends("valid_until")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for skill in self:
            skill.is_expired = bool(skill.valid_until and skill.valid_until < today)

    def _get_subject(self):
        """The record that this skill is about."""
        return self[SUBJECTS[self.kind or "reason"]]

    @api.constrains("kind", *SUBJECTS.values())
    def _check_subject(self):
        for skill in self:
            if not skill._get_subject():
                raise ValidationError(self.env._("Say what this person is good at."))
            if any(
                skill[name] for kind, name in SUBJECTS.items() if kind != skill.kind
            ):
                raise ValidationError(
                    self.env._("A skill is about one thing. Add a line for another.")
                )

    @api.onchange("kind")
    def _onchange_kind(self):
        for kind, name in SUBJECTS.items():
            if kind != self.kind:
                self[name] = False

    # --- records --------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        skills = super().create(vals_list)
        self.env.registry.clear_cache()
        return skills

    def write(self, vals):
        if "valid_until" in vals:
            # Prolonged: the next end is worth a warning of its own.
            vals = {**vals, "warned_on": False}
        result = super().write(vals)
        if "kind" in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # --- for assignment -------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_kinds_in_use(self):
        """The kinds of which anybody has a skill: nothing else is looked up."""
        # sudo: support.agent.skill: customers open tickets without reading skills
        return frozenset(kind for (kind,) in self.sudo()._read_group([], ["kind"], []))

    @api.model
    def _get_valid(self, users):
        """The skills of some users that count today."""
        # sudo: support.agent.skill: as in _get_kinds_in_use
        return self.sudo().search(
            [
                ("user_id", "in", users.ids),
                "|",
                ("valid_until", "=", False),
                ("valid_until", ">=", fields.Date.context_today(self)),
            ]
        )

    # --- the warning ----------------------------------------------------------------

    @api.model
    def _cron_warn(self):
        """Warn once before each skill expires."""
        today = fields.Date.context_today(self)
        domain = [
            ("valid_until", ">=", today),
            ("valid_until", "<=", today + timedelta(days=WARN_DAYS)),
            ("warned_on", "=", False),
        ]
        progress = self.env["ir.cron"]
        skills = self.search(domain, limit=200)
        progress._commit_progress(remaining=len(skills))
        for skill in skills:
            with self.env.cr.savepoint():
                skill.try_lock_for_update(allow_referencing=True)._warn(today)
            if not progress._commit_progress(1):
                break

    def _warn(self, today):
        """Tell the agent and the leaders of the agent's teams."""
        for skill in self:
            skill.warned_on = today
            leaders = skill.user_id.support_team_ids.leader_id
            for user in (leaders | skill.user_id).filtered("active"):
                told = skill.with_context(
                    lang=user.lang, mail_activity_quick_update=True
                )
                told.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=skill.valid_until,
                    summary=told.env._("Skill expires: %s", skill.display_name),
                    user_id=user.id,
                )
