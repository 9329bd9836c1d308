"""Who took data out, and who was given rights: lines that nobody changes."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

GROUP_PREFIX = "group_support_"


class SupportAudit(models.Model):
    """One line for each event, written in the same transaction.

    What is done in the store for a customer, such as a refund, stands in the history of
    its ticket (``support.ticket.event``).
    """

    _name = "support.audit"
    _description = "Audit Line"
    _order = "id desc"
    _rec_name = "summary"
    _log_access = False

    at = fields.Datetime("Date", required=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Who",
        ondelete="set null",
        default=lambda self: self.env.user,
        index="btree_not_null",
    )
    user_name = fields.Char("Login", help="Stays when the user is deleted.")
    company_id = fields.Many2one(
        "res.company", ondelete="set null", default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("export", "Data exported"), ("role", "Permissions changed")], required=True
    )
    summary = fields.Char("What", required=True)
    model = fields.Char("Technical name")
    record_count = fields.Integer("Records")
    record_ids = fields.Json("Which records")
    field_names = fields.Text("Which fields")
    subject_id = fields.Many2one("res.users", "Whose permissions", ondelete="set null")

    @api.model
    def _note(self, kind, summary, **values):
        """Write a line in the name of the present user.

        :param str kind: a value of the field
        :param str summary: what happened, without data of customers
        """
        # sudo: support.audit: written by the system alone
        self.sudo().create(
            {
                "kind": kind,
                "summary": summary,
                "user_id": self.env.uid,
                "user_name": self.env.user.login,
                **values,
            }
        )

    @api.model
    def _note_export(self, records, field_names):
        """Write down that records leave the database in a file.

        :param records: of a model of support
        :param field_names: list of str
        """
        # sudo: ir.model: the model's name in the user's language
        model = self.env["ir.model"].sudo()._get(records._name)
        if records:
            self._note(
                "export",
                f"{len(records)} × {model.name}",
                model=records._name,
                record_count=len(records),
                record_ids=records.ids,
                field_names=", ".join(field_names),
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Audit lines are written by the system."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("An audit line is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(self.env._("An audit line is never deleted."))

    def action_view_concerned(self):
        """The tickets of what was exported, by customer: who has to be told."""
        self.ensure_one()
        self.check_access("read")
        tickets = self._find_concerned_tickets()
        return {
            "type": "ir.actions.act_window",
            "domain": [("id", "in", tickets.ids)],
            "name": self.env._("People concerned"),
            "res_model": "support.ticket",
            "view_mode": "list,form",
            "context": {"group_by": ["partner_id"], "active_test": False},
        }

    def _find_concerned_tickets(self):
        """The tickets that were exported, or that what was exported belongs to."""
        tickets = self.env["support.ticket"]
        model = self.env.get(self.model)
        if model is None:
            # That of another addon, which is gone.
            return tickets
        records = model.browse(self.record_ids or []).exists()
        if records._name == tickets._name:
            return records
        return records.ticket_id if "ticket_id" in records._fields else tickets


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model
    def _get_support_groups(self):
        """The groups of support, by which people see tickets and decide."""
        # sudo: ir.model.data: which groups are ours
        names = self.env["ir.model.data"].sudo()
        rows = names.search(
            [
                ("module", "=", "customer_support"),
                ("model", "=", "res.groups"),
                ("name", "=like", f"{GROUP_PREFIX}%"),
            ]
        )
        return self.sudo().browse(rows.mapped("res_id"))

    def write(self, vals):
        if not {"user_ids", "implied_ids", "implied_by_ids"} & vals.keys():
            return super().write(vals)
        ours = self._get_support_groups()
        before = ours.all_user_ids._get_support_roles(ours)
        result = super().write(vals)
        (ours.all_user_ids | self.env["res.users"].union(*before)).sudo()._note_roles(
            ours, before
        )
        return result


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        if any("group_ids" in vals for vals in vals_list):
            users._note_roles(self.env["res.groups"]._get_support_groups(), {})
        return users

    def write(self, vals):
        if "group_ids" not in vals:
            return super().write(vals)
        ours = self.env["res.groups"]._get_support_groups()
        before = self._get_support_roles(ours)
        result = super().write(vals)
        self._note_roles(ours, before)
        return result

    def _get_support_roles(self, ours):
        # sudo: res.users: compared, whoever changes them
        return {user: user.sudo().all_group_ids & ours for user in self}

    def _note_roles(self, ours, before):
        """Write down whose groups of support have changed.

        :param ours: ``res.groups`` of support
        :param dict before: groups by user; who is missing had none
        """
        if not self.env.registry.ready:  # an addon is being installed
            return
        nothing = ours.browse()
        for user, groups in self._get_support_roles(ours).items():
            old = before.get(user, nothing)
            changes = [
                *(f"+ {group.name}" for group in groups - old),
                *(f"− {group.name}" for group in old - groups),
            ]
            if changes:
                self.env["support.audit"]._note(
                    "role", f"{user.name}: {', '.join(changes)}", subject_id=user.id
                )
