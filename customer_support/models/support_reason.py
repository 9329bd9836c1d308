from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache


def get_path_ids(record):
    """The ids of a record of a tree and of all those that it is part of, widest first.

    :return: tuple
    """
    path = record.parent_path or ""
    return tuple(int(part) for part in path.split("/") if part)


class SupportReason(models.Model):
    """Why a customer gets in touch, as a tree that a store knows by heart."""

    _name = "support.reason"
    _description = "Contact Reason"
    _parent_store = True
    _order = "sequence, id"
    _rec_name = "complete_name"
    _rec_names_search = ["name", "complete_name"]

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", recursive=True, search="_search_complete_name"
    )
    parent_id = fields.Many2one("support.reason", "Part of", index=True)
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("support.reason", "parent_id", "Finer reasons")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(
        "support.team", help="Tickets with this reason go to this team."
    )
    priority = fields.Selection(
        selection=lambda self: self._get_priorities(),
        help="Tickets with this reason start with this priority.",
    )
    needs_order = fields.Boolean(
        "Ask for the order", help="The form asks which order it is about."
    )
    needs_product = fields.Boolean(
        "Ask for the product", help="The form asks which product it is about."
    )
    asks_photos = fields.Boolean(
        "Ask for photos", help="The form asks for photos, of damage for example."
    )
    is_our_fault = fields.Boolean(
        "Our fault",
        help="Goods that arrived damaged, are wrong or do not work: the store pays "
        "their way back, and customers have longer to return them (see the return "
        "policies).",
    )
    website_published = fields.Boolean(
        "On the form", default=True, help="Customers can choose it."
    )
    answer = fields.Html(
        "Answer at once",
        translate=True,
        sanitize=True,
        strip_classes=True,
        help="Shown to the customer before the form is sent; often it is enough.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            self.env.registry.clear_cache()
            self._replan_tickets()
        return result

    @api.model
    @ormcache("reason_id")
    def _get_path_ids(self, reason_id):
        """``get_path_ids`` of a reason, whoever asks; empty of none."""
        # sudo: support.reason: customers open tickets too
        return get_path_ids(self.sudo().browse(reason_id))

    def _replan_tickets(self):
        """Plan the open tickets with these reasons anew: other policies may count."""
        if not any(
            policy.reasons
            for policy in self.env["support.sla.policy"]._get_plain_policies()
        ):
            return
        # sudo: support.ticket: the reason is moved for all of them
        tickets = self.env["support.ticket"].sudo()
        tickets.search(
            [("reason_id", "child_of", self.ids), ("closed_at", "=", False)]
        )._replan_soon()

    @api.model
    def _get_priorities(self):
        return (
            self.env["support.ticket"]
            ._fields["priority"]
            ._description_selection(self.env)
        )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for reason in self:
            parent = reason.parent_id
            names = [parent.complete_name, reason.name] if parent else [reason.name]
            reason.complete_name = " / ".join(filter(None, names))

    def _search_complete_name(self, operator, value):
        if operator not in ("ilike", "like", "in", "="):
            return NotImplemented
        return [("id", "child_of", self._search([("name", operator, value)]))]

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A reason cannot be part of itself: choose another parent.")
            )
