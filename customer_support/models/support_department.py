from odoo import api, fields, models


class SupportDepartment(models.Model):
    """Colleagues outside the support desk who are asked about cases."""

    _name = "support.department"
    _description = "Department"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty means every company.")
    responsible_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        help="New requests go to this person.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "support_department_member_rel",
        "department_id",
        "user_id",
        string="Members",
        domain=[("share", "=", False)],
        help="They see and answer the requests to this department, also without any"
        " role in Support.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        departments = super().create(vals_list)
        self._let_people_in()
        return departments

    def write(self, vals):
        result = super().write(vals)
        if not {"member_ids", "responsible_id", "active"}.isdisjoint(vals):
            self._let_people_in()
        return result

    def unlink(self):
        result = super().unlink()
        self._let_people_in()
        return result

    @api.model
    def _let_people_in(self):
        """Show the menu of requests to the people of departments, and nobody else."""
        # sudo: support.department, res.groups: all companies' departments count; the
        # group shows a menu and gives no right to anything
        departments = self.sudo().search([("active", "=", True)])
        people = departments.member_ids | departments.responsible_id
        group = self.env.ref("customer_support.group_support_department").sudo()
        if group.user_ids != people:
            group.user_ids = people
