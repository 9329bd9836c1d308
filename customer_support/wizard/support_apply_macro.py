from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportApplyMacro(models.TransientModel):
    """See the prepared answer as the customer will, then send it."""

    _name = "support.apply.macro"
    _inherit = "support.macro.reply.mixin"
    _description = "Use a Macro"

    allowed_macro_ids = fields.Many2many(
        "support.macro", compute="_compute_allowed_macro_ids"
    )
    changes = fields.Char("Also", compute="_compute_changes")
    action_kind = fields.Selection(related="macro_id.action_kind")

    def _get_action(self, ticket, macro=None):
        """The dialog for a ticket, with a macro already chosen if given."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer with a macro"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_id": ticket.id,
                "default_macro_id": macro.id if macro else False,
            },
        }

    @api.depends("ticket_id")
    def _compute_allowed_macro_ids(self):
        for wizard in self:
            wizard.allowed_macro_ids = self.env["support.macro"]._find_for_ticket(
                wizard.ticket_id
            )

    @api.depends("macro_id")
    def _compute_changes(self):
        for wizard in self:
            wizard.changes = ", ".join(wizard._get_changes())

    def _get_changes(self):
        """What the macro changes on the ticket, in words."""
        macro = self.macro_id
        labels = dict(macro._fields["stage_kind"]._description_selection(self.env))
        priorities = dict(macro._fields["priority"]._description_selection(self.env))
        _ = self.env._
        changes = [
            macro.assign_to_me and _("take the ticket"),
            macro.priority and _("priority: %s", priorities[macro.priority]),
            macro.reason_id and _("reason: %s", macro.reason_id.display_name),
            macro.tag_ids and _("tags: %s", ", ".join(macro.tag_ids.mapped("name"))),
            macro.stage_kind and _("set to: %s", labels[macro.stage_kind]),
        ]
        return [change for change in changes if change]

    def action_prepare(self):
        """Open the window of the macro's store action, with this reply."""
        self.ensure_one()
        return self.env["support.store.action"]._open(
            self.ticket_id, self.macro_id.action_kind, self.macro_id, self.body
        )

    def action_send(self):
        """Send the reply and make the changes.

        :raise UserError: if no macro is chosen or a placeholder has no value
        """
        self.ensure_one()
        if not self.macro_id:
            raise UserError(self.env._("Choose a macro first."))
        if self.macro_id.action_kind:
            raise UserError(
                self.env._(
                    "This macro does something in the store: prepare that first."
                )
            )
        self._check_nothing_missing()
        self.ticket_id._apply_macro(self.macro_id, self.body)
        return {"type": "ir.actions.act_window_close"}

    def action_send_and_solve(self):
        """Send the reply, make the changes, and end the case as solved."""
        closing = self.action_send()
        # What is still open is asked about.
        asking = not self.ticket_id.closed_at and self.ticket_id.action_close()
        return asking or closing
