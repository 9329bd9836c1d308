from odoo import models
from odoo.fields import Domain


class SupportTicket(models.Model):
    """The buttons of the back office that open something else."""

    _inherit = "support.ticket"

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
