from ast import literal_eval

from odoo import api, fields, models

# What Odoo keeps in memory is made of these: record rules name the teams that somebody
# may read, and each mail asks for the addresses of teams.
_CACHED = {"active", "alias_id", "company_id", "member_ids", "visibility"}


class SupportTeam(models.Model):
    """A group of agents who share a queue, an address and working hours."""

    _name = "support.team"
    _description = "Support Team"
    _inherit = ["mail.alias.mixin", "mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    description = fields.Text(
        translate=True, help="Which questions this team answers, for colleagues."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    website_ids = fields.Many2many(
        "website", string="Websites", help="Stores whose forms go to this team."
    )
    leader_id = fields.Many2one(
        "res.users",
        "Team leader",
        domain=[("share", "=", False)],
        help="Who is asked when a ticket needs a decision.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "support_team_member_rel",
        "team_id",
        "user_id",
        string="Members",
        domain=[("share", "=", False)],
    )
    visibility = fields.Selection(
        [
            ("members", "Members only"),
            ("agents", "All agents who may see other teams"),
        ],
        default="agents",
        required=True,
        help="Who may read the tickets of this team. Managers always may.",
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        "Working hours",
        default=lambda self: self.env.company.resource_calendar_id,
        check_company=True,
        help="Promised times count these hours only. Empty means day and night.",
    )
    response_target_hours = fields.Float(
        "First reply within", default=4, help="In working hours; 0 means no target."
    )
    next_reply_target_hours = fields.Float(
        "Next reply within", default=8, help="In working hours; 0 means no target."
    )
    resolution_target_hours = fields.Float(
        "Solved within", default=24, help="In working hours; 0 means no target."
    )
    send_acknowledgement = fields.Boolean(
        "Acknowledge new tickets",
        default=True,
        help="Tells the customer at once that the message has arrived and by when"
        " you answer.",
    )
    acknowledgement_template_id = fields.Many2one(
        "mail.template",
        "Acknowledgement",
        domain=[("model", "=", "support.ticket")],
        help="Empty means the standard text.",
    )
    ticket_properties_definition = fields.PropertiesDefinition("Ticket fields")
    ticket_ids = fields.One2many("support.ticket", "team_id")

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        self.env.registry.clear_cache()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if _CACHED & vals.keys():
            self.env.registry.clear_cache()
        return result

    def _get_target_seconds(self):
        """The targets of this team in working seconds; 0 means none."""
        self.ensure_one()
        return {
            "response": int(self.response_target_hours * 3600),
            "next_reply": int(self.next_reply_target_hours * 3600),
            "resolution": int(self.resolution_target_hours * 3600),
        }

    # --- alias ------------------------------------------------------------------

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("support.ticket")
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {**defaults, "team_id": self.id}
        return values

    @api.model
    def _get_default_team(self, company=None, website=None):
        """The team for a ticket that names none: the website's, else the first one.

        :return: a ``support.team``; empty when the company has no team
        """
        company = company or self.env.company
        # sudo: support.team: customers and guests open tickets without reading teams
        teams = self.sudo().search([("company_id", "=", company.id)])
        if website:
            own = teams.filtered(lambda team: website in team.website_ids)
            teams = own or teams.filtered(lambda team: not team.website_ids) or teams
        return teams[:1]
