from odoo import api, fields, models


class SupportCloseAnyway(models.TransientModel):
    """Asks whether a ticket is solved though goods or money are missing."""

    _name = "support.close.anyway"
    _description = "Solve though Something Is Open"

    ticket_ids = fields.Many2many("support.ticket", required=True, readonly=True)
    open_points = fields.Text("Still open", readonly=True)
    reason = fields.Char(help="For colleagues; it stands in the ticket.")

    @api.model
    def _open(self, tickets, open_points):
        """The window that asks.

        :param tickets: ``support.ticket`` to close
        :param open_points: list of sentences
        """
        asked = self.create(
            {
                "ticket_ids": tickets.ids,
                "open_points": "\n".join(open_points),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not all is done yet"),
            "res_model": self._name,
            "res_id": asked.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_close(self):
        """Solve all the same, and say why in each ticket."""
        self.ensure_one()
        tickets = self.ticket_ids.with_context(support_close_anyway=True)
        tickets.check_access("write")
        for ticket in tickets:
            ticket.message_post(
                body=self.env._("Solved though something is open: %s", self.reason),
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )
        return tickets.action_close()
