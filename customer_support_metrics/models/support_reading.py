"""What changed and has to be read, and who has confirmed it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.customer_support.models.support_return_policy_period import TERMS


class SupportReading(models.Model):
    """One version of a macro or a return policy that agents read and confirm."""

    _name = "support.reading"
    _description = "To Read and Confirm"
    _inherit = ["mail.thread", "mail.activity.mixin", "support.system.written.mixin"]
    _mail_post_access = "read"
    _order = "id desc"

    name = fields.Char(required=True, translate=True)
    macro_id = fields.Many2one("support.macro", ondelete="cascade", index=True)
    policy_id = fields.Many2one(
        "support.return.policy", "Return policy", ondelete="cascade", index=True
    )
    version = fields.Integer(required=True)
    # The text by language, as it was then: a translated field would mix versions.
    texts = fields.Json(readonly=True)
    body = fields.Html("What holds now", compute="_compute_body")
    company_id = fields.Many2one("res.company")
    is_current = fields.Boolean(default=True)
    confirmation_ids = fields.One2many(
        "support.reading.confirmation", "reading_id", "Confirmations"
    )
    # By this the record rules are checked: they read what they compare with all rights,
    # and the lines of colleagues must not be left in the cache.
    asked_ids = fields.Many2many("res.users")
    confirmed_count = fields.Integer("Confirmed", compute="_compute_counts")
    missing_count = fields.Integer("Not yet confirmed", compute="_compute_counts")
    is_mine_open = fields.Boolean(compute="_compute_is_mine_open")

    _version_unique = models.UniqueIndex(
        "(coalesce(macro_id, 0), coalesce(policy_id, 0), version)",
        "This version is there already.",
    )

    @api.depends("texts")
    @api.depends_context("lang")
    def _compute_body(self):
        for reading in self:
            texts = reading.texts or {}
            first = next(iter(texts.values()), False)
            # What stands here was sanitized by the field that it was copied from.
            reading.body = texts.get(self.env.lang or "en_US", first)

    @api.depends("confirmation_ids.state")
    def _compute_counts(self):
        for reading in self:
            states = reading.confirmation_ids.mapped("state")
            reading.confirmed_count = states.count("confirmed")
            reading.missing_count = states.count("open")

    @api.depends_context("uid")
    @api.depends("confirmation_ids.state")
    def _compute_is_mine_open(self):
        for reading in self:
            reading.is_mine_open = bool(reading._find_mine())

    def _find_mine(self):
        # sudo: support.reading.confirmation: the user's own. Searched: the lines of
        # colleagues must not get into the cache.
        return (
            self.env["support.reading.confirmation"]
            .sudo()
            .search(
                [
                    ("reading_id", "in", self.ids),
                    ("user_id", "=", self.env.uid),
                    ("state", "=", "open"),
                ]
            )
        )

    def action_confirm(self):
        """The user has read this version.

        :raise UserError: if nothing is left to confirm for the user
        """
        for reading in self:
            reading.check_access("read")
            mine = reading._find_mine()
            if not mine:
                raise UserError(self.env._("There is nothing for you to confirm here."))
            mine.write({"state": "confirmed", "confirmed_at": fields.Datetime.now()})
            reading._forget_activities(self.env.user)

    def _forget_activities(self, users=None):
        # sudo: mail.activity: what is done or out of date, whoever asked for it
        activities = self.sudo().activity_ids
        if users is not None:
            activities = activities.filtered(lambda one: one.user_id in users)
        activities.unlink()

    def _supersede(self):
        """A newer version is there: nobody has to confirm this one any more."""
        self.is_current = False
        self.confirmation_ids.filtered(lambda one: one.state == "open").state = "newer"
        self._forget_activities()

    def _ask(self, users):
        """Ask people to read this version, once each."""
        self.asked_ids = users
        self.env["support.reading.confirmation"].create(
            [{"reading_id": self.id, "user_id": user.id} for user in users]
        )
        for user in users:
            told = self.with_context(lang=user.lang, mail_activity_quick_update=True)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=told.env._("Read and confirm: %s", told.name),
                user_id=user.id,
            )


class SupportReadingConfirmation(models.Model):
    """Whether one person has confirmed one version."""

    _name = "support.reading.confirmation"
    _description = "Confirmation of a Reading"
    _inherit = ["support.system.written.mixin"]
    _order = "reading_id desc, state desc, user_id"
    _rec_name = "user_id"

    reading_id = fields.Many2one(
        "support.reading", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users", "Agent", required=True, ondelete="cascade", index=True
    )
    state = fields.Selection(
        [
            ("open", "Not yet confirmed"),
            ("confirmed", "Confirmed"),
            ("newer", "Replaced by a newer version"),
        ],
        default="open",
        required=True,
    )
    confirmed_at = fields.Datetime("Confirmed on")

    _once = models.UniqueIndex(
        "(reading_id, user_id)", "This person was asked already."
    )


class SupportReadingMixin(models.AbstractModel):
    """A text that agents confirm when it changes, if whoever keeps it wishes so."""

    _name = "support.reading.mixin"
    _description = "Read and Confirm"

    # What agents have to know when it changes, and the column of a reading.
    _reading_fields = ()
    _reading_column = ""

    asks_confirmation = fields.Boolean(
        "Agents confirm changes",
        help="When it changes, the agents concerned are asked to read it and to confirm"
        " that they have.",
    )

    def write(self, vals):
        watched = self.browse()
        if not vals.keys().isdisjoint(self._reading_fields):
            watched = self.filtered("asks_confirmation")
        before = {record: record._get_reading_state() for record in watched}
        result = super().write(vals)
        for record, state in before.items():
            if record._get_reading_state() != state:
                record._open_reading()
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        result = super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )
        if field_name in self._reading_fields and translations:
            for record in self.filtered("asks_confirmation"):
                record._open_reading()
        return result

    def _get_reading_state(self):
        return [
            record_value.ids if self._fields[name].relational else record_value
            for name in self._reading_fields
            for record_value in [self[name]]
        ]

    def _open_reading(self):
        """Make a new version of this text, and ask for its confirmation."""
        self.ensure_one()
        # sudo: support.reading: written by the system, whoever changed the text
        readings = self.env["support.reading"].sudo()
        former = readings.search([(self._reading_column, "=", self.id)])
        former.filtered("is_current")._supersede()
        reading = readings.create(
            {
                self._reading_column: self.id,
                "name": self.name,
                "version": max(former.mapped("version"), default=0) + 1,
                "company_id": self.company_id.id,
            }
        )
        texts = {}
        for code, _name in self.env["res.lang"].get_installed():
            text = self.with_context(lang=code)
            reading.with_context(lang=code).name = text.name
            texts[code] = text._get_reading_text()
        reading.texts = texts
        reading._ask(self._get_reading_users() - self.env.user)

    def _get_reading_text(self):
        """What has to be read, in the language of the context.

        :return: HTML
        """
        raise NotImplementedError

    def _get_reading_users(self):
        """Who has to read it: the members of the teams concerned."""
        # sudo: support.team: whoever keeps the text need not see all teams
        teams = self.env["support.team"].sudo()
        domain = [("active", "=", True)]
        if self.company_id:
            domain = [("company_id", "=", self.company_id.id)]
        return teams.search(domain).member_ids.filtered("active")


class SupportMacro(models.Model):
    _name = "support.macro"
    _inherit = ["support.macro", "support.reading.mixin"]

    _reading_fields = ("body",)
    _reading_column = "macro_id"

    def _get_reading_text(self):
        return self.body or ""

    def _get_reading_users(self):
        # sudo: support.team: as in the mixin
        members = self.sudo().team_ids.member_ids.filtered("active")
        return members if self.team_ids else super()._get_reading_users()


class SupportReturnPolicy(models.Model):
    _name = "support.return.policy"
    _inherit = ["support.return.policy", "support.reading.mixin"]

    _reading_fields = (*TERMS, "description")
    _reading_column = "policy_id"

    def _get_reading_text(self):
        shown = self.env["ir.qweb"]._render(
            "customer_support_metrics.policy_reading",
            {"rows": self._get_reading_rows(), "description": self.description},
        )
        return shown

    def _get_reading_rows(self):
        """The terms as pairs of a label and a value, in the language of the context."""
        labels = self.fields_get([*TERMS], ["string", "selection"])
        yes, no = self.env._("Yes"), self.env._("No")
        rows = []
        for name in TERMS:
            value, field = self[name], self._fields[name]
            if field.relational:
                value = ", ".join(value.mapped("display_name"))
            elif field.type == "boolean":
                value = yes if value else no
            elif field.type == "selection":
                value = dict(labels[name]["selection"]).get(value, "")
            if value != "":
                rows.append((labels[name]["string"], value))
        return rows
