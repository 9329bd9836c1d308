from odoo import fields, models


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
