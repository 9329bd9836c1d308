from odoo import api, fields, models
from odoo.tools import email_normalize, ormcache

# What the record rules of staff compare.
_RULE_FIELDS = dict.fromkeys(("company_id", "team_id", "user_id"))
# What the name of a customer is made of.
_NAME_FIELDS = (
    *("name", "company_name", "parent_id", "type", "is_company"),
    "commercial_company_name",
)
PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]


class SupportTicket(models.Model):
    """A customer's case: who asks, who answers, and where it stands."""

    _name = "support.ticket"
    _description = "Ticket"
    _inherit = [
        "support.commerce.mixin",
        "support.clock.mixin",
        "support.deadline.mixin",
        "support.exported.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _primary_email = "email_from"
    _mail_post_access = "read"
    _mail_thread_customer = True
    _rec_names_search = ["number", "name"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, required=True, default="")
    name = fields.Char("Subject", required=True, index="trigram")
    description = fields.Html(
        sanitize=True,
        strip_classes=True,
        help="Background for colleagues; the conversation itself is below.",
    )

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        tracking=True,
        help="Set when it is proven who writes.",
    )
    claimed_partner_id = fields.Many2one(
        "res.partner",
        "Claimed customer",
        index="btree_not_null",
        copy=False,
        help="Who the sender says to be; not proven yet.",
    )
    partner_name = fields.Char("Name given")
    email_from = fields.Char(
        "E-mail",
        compute="_compute_contact",
        precompute=True,
        store=True,
        readonly=False,
    )
    email_normalized = fields.Char(
        compute="_compute_email_normalized", precompute=True, store=True
    )
    phone = fields.Char(
        compute="_compute_contact", precompute=True, store=True, readonly=False
    )
    lang = fields.Selection(
        "_get_languages",
        "Language",
        compute="_compute_lang",
        precompute=True,
        store=True,
        readonly=False,
        help="The customer is written to in this language.",
    )
    identity_id = fields.Many2one(
        "support.identity", "Sender", index="btree_not_null", copy=False
    )

    team_id = fields.Many2one(
        "support.team",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self._get_default_team_id(),
    )
    user_id = fields.Many2one(
        "res.users",
        "Agent",
        tracking=True,
        domain=[("share", "=", False)],
        help="Who takes care of this ticket.",
    )
    stage_id = fields.Many2one(
        "support.stage",
        compute="_compute_stage_id",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
        ondelete="restrict",
        tracking=True,
        copy=False,
        group_expand="_read_group_stage_ids",
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]",
    )
    stage_kind = fields.Selection(related="stage_id.kind", store=True, precompute=True)
    priority = fields.Selection(PRIORITIES, default="1", required=True, tracking=True)
    reason_id = fields.Many2one("support.reason", tracking=True)
    tag_ids = fields.Many2many("support.tag", string="Tags")
    channel_id = fields.Many2one(
        "support.channel",
        required=True,
        default=lambda self: self._get_channel_id("backoffice"),
        help="How the customer reached us first.",
    )
    company_id = fields.Many2one(
        "res.company", related="team_id.company_id", store=True, precompute=True
    )
    website_id = fields.Many2one("website")
    exclusion = fields.Selection(
        [
            ("spam", "Spam"),
            ("test", "Test"),
            ("duplicate", "Duplicate"),
            ("internal", "Internal"),
        ],
        "Left out of figures",
        copy=False,
        help="Such tickets never enter a report.",
    )
    merged_into_id = fields.Many2one(
        "support.ticket", "Merged into", copy=False, index="btree_not_null"
    )
    parent_id = fields.Many2one("support.ticket", index="btree_not_null")
    child_ids = fields.One2many("support.ticket", "parent_id", "Children")
    properties = fields.Properties(
        definition="team_id.ticket_properties_definition", copy=True
    )

    _number_unique = models.UniqueIndex("(number)", "This number is taken.")
    # The company stands in each record rule: with it a count reads the index alone.
    _open_idx = models.Index("(id DESC) INCLUDE (company_id) WHERE closed_at IS NULL")
    _open_stage_idx = models.Index(
        "(stage_id, id DESC) INCLUDE (company_id) WHERE closed_at IS NULL"
    )
    _open_team_idx = models.Index("(team_id, id DESC) WHERE closed_at IS NULL")
    _open_agent_idx = models.Index("(user_id, id DESC) WHERE closed_at IS NULL")
    _due_idx = models.Index("(due_at) WHERE due_at IS NOT NULL")
    _partner_idx = models.Index("(partner_id, id DESC) WHERE partner_id IS NOT NULL")
    _order_idx = models.Index("(sale_order_id) WHERE sale_order_id IS NOT NULL")
    _email_idx = models.Index("(email_normalized, create_date)")
    _create_date_idx = models.Index("(create_date) INCLUDE (user_id, company_id)")
    _stage_idx = models.Index("(stage_id, id DESC) INCLUDE (company_id)")

    def init(self):
        """Let PostgreSQL know which words are common in titles.

        A hundred samples, its default, tell one word in ten badly from one in five,
        and one sample by chance makes a rare word one in a hundred: then it reads the
        table from end to end rather than the index. With 500 it still did, rarely.
        """
        self.env.cr.execute(
            "ALTER TABLE support_ticket ALTER COLUMN name SET STATISTICS 1000"
        )

    # --- defaults and computes --------------------------------------------------

    @api.model
    def _get_languages(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _get_default_team_id(self):
        own = self.env.user.support_team_ids[:1]
        return own or self.env["support.team"]._get_default_team()

    @api.model
    @ormcache("kind")
    def _get_channel_id(self, kind):
        # sudo: support.channel: customers open tickets without reading channels
        channels = self.env["support.channel"].sudo()
        return channels.search([("kind", "=", kind)], limit=1).id

    @api.depends("number", "name")
    def _compute_display_name(self):
        for ticket in self:
            number = f"#{ticket.number} " if ticket.number else ""
            ticket.display_name = f"{number}{ticket.name or ''}"

    @api.depends("partner_id")
    def _compute_contact(self):
        for ticket in self:
            ticket.email_from = ticket.partner_id.email or ticket.email_from
            ticket.phone = ticket.partner_id.phone or ticket.phone

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for ticket in self:
            ticket.email_normalized = email_normalize(ticket.email_from, strict=False)

    @api.depends("partner_id")
    def _compute_lang(self):
        for ticket in self:
            ticket.lang = (
                ticket.partner_id.lang
                or ticket.lang
                or ticket.company_id.partner_id.lang
                or self.env.lang
            )

    @api.depends("team_id")
    def _compute_stage_id(self):
        for ticket in self:
            stage, team = ticket.stage_id, ticket.team_id
            if not stage or (stage.team_ids and team not in stage.team_ids):
                ticket.stage_id = ticket._find_stage(stage.kind or "new")

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Fetch what the record rules ask for as well, with the page itself.

        Odoo looks at the rules once more when it reads the page; a field that it
        misses then makes it fetch all the columns of all its tickets.
        """
        if field_names:
            field_names = list({**dict.fromkeys(field_names), **_RULE_FIELDS})
        return super().search_fetch(domain, field_names, offset, limit, order)

    def _read_format(self, fnames, load="_classic_read"):
        """Fetch of what a page links to what the names are made of.

        To show a name Odoo would read all columns, a hundred of each person.
        """
        if "partner_id" in fnames and len(self) > 1:
            # sudo: res.partner, res.users, support.team, support.reason: the names of
            # records are shown to all who see a link
            customers, agents, teams, reasons = (
                self._get_fetched(name).sudo()
                for name in ("partner_id", "user_id", "team_id", "reason_id")
            )
            agents.fetch(["partner_id"])
            (customers | agents.partner_id).fetch(_NAME_FIELDS)
            teams.fetch(["name"])
            reasons.fetch(["name", "parent_id"])
        return super()._read_format(fnames, load)

    def _get_fetched(self, name):
        """The records that these tickets link to, as far as they were read."""
        known = self._fields[name]._get_cache(self.env)
        linked = {known.get(ticket_id) for ticket_id in self._ids} - {None}
        return self.env[self._fields[name].comodel_name].browse(linked)

    def _compute_access_url(self):
        for ticket in self:
            ticket.access_url = f"/my/support/{ticket.id}"

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        team = self.env.context.get("default_team_id")
        return stages.search(
            ["|", ("team_ids", "=", False), ("team_ids", "in", team)]
            if team
            else [("id", "!=", 0)]
        )

    # --- write ------------------------------------------------------------------

    def write(self, vals):
        self._check_clock_untouched(vals)
        moved = self._filter_changing("team_id", vals)
        if moved:
            moved._record_event("team", payload={"to_team": vals.get("team_id")})
        assigned = self._filter_changing("user_id", vals)
        if not vals.get("user_id"):
            assigned._record_release()
        excluded = self._filter_changing("exclusion", vals)
        kinds = (
            {t: t.clock_kind for t in self}
            if {"stage_id", "team_id"} & set(vals)
            else {}
        )
        result = super().write(vals)
        for ticket, kind in kinds.items():
            if ticket.stage_kind != kind:
                # A pause ends when the customer writes, not when we hear of it.
                ticket._record_event(
                    "stage",
                    at=ticket._get_written_at(),
                    payload={"stage_kind": ticket.stage_kind},
                )
        if assigned and vals.get("user_id"):
            assigned._record_event("assign", payload={"to_agent": vals["user_id"]})
        if excluded:
            exclusion = vals.get("exclusion") or ""
            excluded._record_event("exclusion", payload={"exclusion": exclusion})
        if replanned := moved | self._filter_due_change(vals):
            replanned._refresh_deadlines()
        return result

    def _filter_changing(self, name, vals):
        """The tickets whose many2one or plain field ``name`` these values change."""
        if name not in vals:
            return self.browse()
        field = self._fields[name]
        if field.type == "many2one":
            return self.filtered(lambda ticket: ticket[name].id != vals[name])
        return self.filtered(lambda ticket: ticket[name] != vals[name])

    @api.model
    def _filter_due_change(self, vals):
        """The tickets whose targets these values change; none in the base."""
        return self.browse()
