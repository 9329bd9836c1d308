"""What decides whom the store writes to first: from which team, by which mail."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SupportProactiveMixin(models.AbstractModel):
    """Rules and incidents: looked at first, then begun by a button.

    The model that inherits it has a ``state``, whose default is that of a record that
    has not begun.
    """

    _name = "support.proactive.mixin"
    _description = "Writes to Customers First"
    _check_company_auto = True

    # Whom it reaches: shown by a preview before it begins, fixed from then on.
    _conditions = frozenset({"company_id", "team_id", "warehouse_ids"})
    # Written by our own methods alone.
    _system_fields = frozenset({"state", "planned_at"})
    # The moment of the preview, which new conditions make void.
    _preview_field = None
    # The field of support.proactive.notice that points here.
    _notice_field = None

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "support.team",
        required=True,
        check_company=True,
        default=lambda self: self.env["support.team"]._get_default_team(),
        help="Answers to the message go to the address of this team.",
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse", string="Warehouses", check_company=True
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        "Mail",
        domain="[('model', '=', 'support.proactive.notice')]",
        help="Empty: the mail that comes with the addon.",
    )
    planned_at = fields.Datetime("Last run", readonly=True, copy=False)
    notice_count = fields.Integer("Messages", compute="_compute_notice_count")

    def _compute_notice_count(self):
        name = self._notice_field
        groups = self.env["support.proactive.notice"]._read_group(
            [(name, "in", self.ids)], [name], ["__count"]
        )
        counts = {owner.id: count for owner, count in groups}
        for record in self:
            record.notice_count = counts.get(record.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_system_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_system_fields(vals)
        if not self._conditions.isdisjoint(vals):
            if set(self.mapped("state")) - {self._get_first_state()}:
                raise UserError(self._get_fixed_message())
            vals = {**vals, self._preview_field: False}
        return super().write(vals)

    def _check_system_fields(self, vals):
        """
        :raise AccessError: for whoever comes by another way than the buttons
        """
        names = self._system_fields & set(vals)
        given = {name: vals[name] for name in names if vals[name]}
        if not self.env.su and given not in ({}, {"state": self._get_first_state()}):
            raise AccessError(self.env._("Please use the buttons of the form."))

    def _get_first_state(self):
        return self._fields["state"].default(self)

    def _get_fixed_message(self):
        """Why whom it reaches cannot be changed any more."""
        raise NotImplementedError

    def action_view_notices(self):
        """Whom it reached, and whom not and why."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "customer_support_metrics.support_proactive_notice_action"
        )
        domain = [(self._notice_field, "=", self.id)]
        return {**action, "domain": domain, "context": {}}
