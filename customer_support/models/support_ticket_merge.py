"""Two tickets about one matter become one."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import ticket_clock_merge


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_survivor(self):
        """The ticket that holds this case now: itself unless it was merged."""
        self.ensure_one()
        ticket = self
        while ticket.merged_into_id:
            ticket = ticket.merged_into_id
        return ticket

    def _merge_into(self, survivor):
        """Merge these tickets into ``survivor``; their conversation goes with them.

        The survivor keeps the earliest opening and customer message; the others leave
        every count.

        :raise UserError: if a ticket would be merged into itself or was merged before
        """
        survivor.ensure_one()
        for loser in self:
            loser._check_can_merge_into(survivor)
            loser._merge_clock_into(survivor)
            loser._merge_conversation_into(survivor)

    def _check_can_merge_into(self, survivor):
        if self == survivor or self.merged_into_id or survivor.merged_into_id:
            raise UserError(
                self.env._(
                    "Ticket %(number)s cannot be merged into ticket %(survivor)s: one"
                    " of them is merged already, or they are the same.",
                    number=self.number,
                    survivor=survivor.number,
                )
            )
        if self.company_id != survivor.company_id:
            raise UserError(
                self.env._("Tickets of different companies cannot be merged.")
            )

    def _merge_clock_into(self, survivor):
        now = fields.Datetime.now()
        # Both clocks are compared, so both have to stand at the same moment.
        (survivor | self)._record_event("clock", at=now)
        columns = ticket_clock_merge.merge(
            survivor._get_clock_state(),
            self._get_clock_state(),
            survivor.team_id._get_business_seconds,
        )
        self._record_event("merged", at=now, payload={"into": survivor.id})
        # sudo: support.ticket: the stage follows the clock that has just been closed
        self.sudo().write(
            {
                "merged_into_id": survivor.id,
                "exclusion": "duplicate",
                "stage_id": self._find_stage("cancelled").id,
            }
        )
        survivor._record_event(
            "absorbed", at=now, payload={"loser": self.id, "columns": columns}
        )

    def _merge_conversation_into(self, survivor):
        # sudo: mail.message, ir.attachment: moved as a whole with the case
        self.sudo().message_change_thread(survivor.sudo())
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        )
        attachments.write({"res_id": survivor.id})
        survivor.message_subscribe(partner_ids=self.message_partner_ids.ids)
