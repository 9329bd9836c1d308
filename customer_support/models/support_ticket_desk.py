from odoo import api, fields, models
from odoo.fields import Domain


class SupportTicket(models.Model):
    """The buttons of the back office that open something else."""

    _inherit = "support.ticket"

    customer_name = fields.Char(
        "Asked by",
        compute="_compute_customer_name",
        help="The customer, or who the sender says to be.",
    )

    @api.depends("partner_id", "partner_name", "email_from")
    def _compute_customer_name(self):
        for ticket in self:
            ticket.customer_name = (
                ticket.partner_id.name or ticket.partner_name or ticket.email_from
            )

    def _get_queue_domain(self):
        """Open cases that the present user works on: the own and the free ones.

        A case that waits for the customer or a third party is nobody's turn.
        """
        return Domain(
            [
                ("closed_at", "=", False),
                ("exclusion", "=", False),
                ("stage_kind", "in", ("new", "open")),
                ("user_id", "in", (self.env.uid, False)),
                ("team_id.member_ids", "in", self.env.uid),
            ]
        )

    def action_next(self):
        """Open the case of the user's queue that is due first, other than this one."""
        domain = self._get_queue_domain() & Domain("id", "not in", self.ids)
        following = self.search(domain, order="due_at, id", limit=1)
        if not following:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._("Nobody else waits: your queue is empty."),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": following.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_view_events(self):
        """Open the history of this ticket (managers only, by access right)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support.support_ticket_event_action"
        )
        return {
            **action,
            "name": self.env._("History of %s", self.display_name),
            "domain": [("ticket_id", "=", self.id)],
            "context": {"support_one_ticket": True},
        }
