from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import placeholders


class SupportMacro(models.Model):
    """A prepared answer with what else it changes on the ticket."""

    _name = "support.macro"
    _description = "Support Macro"
    _order = "sequence, name, id"

    name = fields.Char(
        required=True, translate=True, help="What colleagues see in the list."
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", help="Empty means all companies.")
    team_ids = fields.Many2many(
        "support.team", string="Teams", help="Who is offered it. Empty means all."
    )
    reason_ids = fields.Many2many(
        "support.reason",
        string="Offered first for",
        help="On a ticket with one of these reasons the macro is one click away.",
    )
    body = fields.Html(
        "Reply",
        translate=True,
        sanitize=True,
        sanitize_style=True,
        strip_classes=True,
        help="Sent in the customer's language. Placeholders in braces, such as"
        " {first_name}, are filled from the ticket.",
    )
    stage_kind = fields.Selection(
        [
            ("open", "In our hands"),
            ("waiting", "Waiting for the customer"),
            ("on_hold", "On hold"),
            ("solved", "Solved"),
        ],
        "Set the ticket to",
    )
    priority = fields.Selection(
        [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")], "Set priority"
    )
    reason_id = fields.Many2one("support.reason", "Set reason")
    tag_ids = fields.Many2many("support.tag", string="Add tags")
    assign_to_me = fields.Boolean(
        "Take the ticket",
        help="The ticket becomes that of the agent who uses the macro.",
    )
    placeholder_help = fields.Html(compute="_compute_placeholder_help")

    def _compute_placeholder_help(self):
        labels = self.env["support.ticket"]._get_placeholder_labels()
        row = Markup("<li><code>{%s}</code> %s</li>")
        rows = Markup().join(row % item for item in labels.items())
        self.placeholder_help = Markup("<ul>%s</ul>") % rows

    @api.model_create_multi
    def create(self, vals_list):
        macros = super().create(vals_list)
        macros._check_body()
        return macros

    def write(self, vals):
        result = super().write(vals)
        if "body" in vals:
            self._check_body()
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        result = super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )
        if field_name == "body":
            for lang in translations:
                self.with_context(lang=lang)._check_body()
        return result

    def _check_body(self):
        """Refuse a reply that could never be filled, in the language of the context.

        :raise ValidationError: if a placeholder is unknown or stands where it cannot be
            filled
        """
        allowed = self.env["support.ticket"]._get_placeholder_labels()
        for macro in self:
            unknown = placeholders.find_unknown_names(macro.body, allowed)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "%(macro)s: there is no placeholder %(names)s. These exist:"
                        " %(known)s",
                        macro=macro.name,
                        names=_format_names(unknown),
                        known=_format_names(allowed),
                    )
                )
            misplaced = placeholders.find_misplaced_names(macro.body)
            if misplaced:
                raise ValidationError(
                    self.env._(
                        "%(macro)s: write %(names)s as plain text, not inside a link"
                        " and not half in bold.",
                        macro=macro.name,
                        names=_format_names(misplaced),
                    )
                )

    # --- use --------------------------------------------------------------------

    @api.model
    def _get_ticket_domain(self, ticket):
        """Macros that are offered on a ticket."""
        return Domain(
            [
                ("company_id", "in", (False, ticket.company_id.id)),
                "|",
                ("team_ids", "=", False),
                ("team_ids", "in", ticket.team_id.ids),
            ]
        )

    @api.model
    def _find_for_ticket(self, ticket):
        """Macros for a ticket: those of its reason (or a wider one), then general ones,
        then those of other reasons.
        """
        reason = ticket.reason_id
        reason_ids = set(reason._get_path_ids(reason.id))

        def rank(macro):
            if reason_ids.intersection(macro.reason_ids.ids):
                return 0
            return 2 if macro.reason_ids else 1

        return self.search(self._get_ticket_domain(ticket)).sorted(rank)

    def _get_preview(self, ticket):
        """The reply for one ticket and what is missing in it.

        :return: (HTML in the customer's language, names without a value)
        """
        self.ensure_one()
        body = self.with_context(lang=ticket._get_customer_lang()).body or ""
        names = placeholders.find_names(body)
        values = ticket._get_placeholder_values(names)
        missing = [name for name in names if not values.get(name)]
        return placeholders.fill_known(body, values), missing

    def _prepare_ticket_values(self):
        """Values that the macro writes on a ticket, apart from its stage."""
        self.ensure_one()
        values = {}
        if self.priority:
            values["priority"] = self.priority
        if self.reason_id:
            values["reason_id"] = self.reason_id.id
        if self.tag_ids:
            values["tag_ids"] = [fields.Command.link(tag.id) for tag in self.tag_ids]
        if self.assign_to_me:
            values["user_id"] = self.env.uid
        return values


def _format_names(names):
    return ", ".join(f"{{{name}}}" for name in names)
