from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.support_ticket_stage_resolution import CLOSE_CONFIRMED


class SupportCloseTicket(models.TransientModel):
    """All that is still open when tickets are about to be solved, in one window."""

    _name = "support.close.ticket"
    _description = "Solve a Ticket"

    ticket_ids = fields.Many2many("support.ticket", required=True, readonly=True)
    child_count = fields.Integer(compute="_compute_child_count")
    close_children = fields.Boolean("Solve the open children as well", default=True)
    request_count = fields.Integer(
        "Requests without an answer", compute="_compute_open_things"
    )
    open_checks = fields.Text(
        "Still open on the checklist", compute="_compute_open_things"
    )
    open_promises = fields.Text("Promises", compute="_compute_open_things")
    open_points = fields.Text(
        "Goods and money", compute="_compute_open_points", help="What is missing still."
    )
    reason = fields.Char(help="For colleagues; it stands in the ticket.")

    @api.model
    def _get_action(self, tickets):
        """The dialog for some tickets."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Solve ticket"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_ids": [Command.set(tickets.ids)],
                "support_ask_before_close": False,
            },
        }

    @api.depends("ticket_ids")
    def _compute_child_count(self):
        for wizard in self:
            wizard.child_count = len(wizard._get_open_children())

    def _get_open_children(self):
        return self.ticket_ids._origin.child_ids.filtered(
            lambda child: not child.closed_at
        )

    @api.depends("ticket_ids")
    def _compute_open_things(self):
        for wizard in self:
            tickets = wizard.ticket_ids._origin
            wizard.request_count = sum(tickets.mapped("open_request_count"))
            checks = [
                check for ticket in tickets for check in ticket._get_open_checks()
            ]
            wizard.open_checks = _list_lines(check.name for check in checks)
            promises = tickets.promise_ids.filtered(lambda p: p.state == "open")
            wizard.open_promises = _list_lines(promises.mapped("display_name"))

    @api.depends("ticket_ids", "close_children")
    def _compute_open_points(self):
        for wizard in self:
            points = wizard._get_tickets()._get_open_points()
            wizard.open_points = _list_lines(points)

    def _get_tickets(self):
        """What is going to be solved: the tickets and, if chosen, their children."""
        tickets = self.ticket_ids._origin
        if self.close_children:
            tickets |= self._get_open_children()._filtered_access("write")
        return tickets

    def action_solve(self):
        """Solve the tickets; why, though goods or money are missing, is noted on each.

        :raise UserError: if goods or money are missing and no reason is given
        """
        self.ensure_one()
        tickets = self._get_tickets()
        tickets.check_access("write")
        unsettled = tickets.filtered(lambda ticket: ticket._get_open_points())
        reason = (self.reason or "").strip()
        if unsettled and not reason:
            raise UserError(
                self.env._("Please write why it is solved though something is open.")
            )
        for ticket in unsettled:
            ticket.message_post(
                body=self.env._("Solved though something is open: %s", reason),
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )
        tickets.with_context(support_close_confirmed=CLOSE_CONFIRMED).action_close()
        return {"type": "ir.actions.act_window_close"}


def _list_lines(texts):
    return "\n".join(f"• {text}" for text in texts)
