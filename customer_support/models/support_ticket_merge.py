"""Two tickets about one matter become one."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ..tools import ticket_clock_merge


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def action_open_merge(self):
        """Choose which of these tickets stays, see what happens, merge."""
        self.check_access("write")
        return self.env["support.merge"]._get_action(self)

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
        (self | survivor)._lock_for_merge()
        for loser in self:
            loser._check_can_merge_into(survivor)
            moved = loser._find_conversation(survivor)
            loser._merge_clock_into(survivor, moved)
            loser._merge_conversation_into(survivor, moved)
            loser._note_merge_into(survivor)

    def _lock_for_merge(self):
        """Let two people who merge the same tickets do so one by one.

        :raise UserError: if a colleague works on one of them at this moment
        """
        self.flush_recordset()
        try:
            # sudo: support.ticket: locked only, whoever merges
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "A colleague is changing one of these tickets right now. Try again"
                    " in a moment."
                )
            ) from error

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

    def _find_conversation(self, survivor):
        """What goes into the survivor with this ticket, as ids that the log keeps.

        :return: dict with messages, attachments and followers
        """
        own = [("res_id", "=", self.id)]
        # sudo: mail.message, ir.attachment: moved as a whole with the case
        messages = self.env["mail.message"].sudo()
        attachments = self.env["ir.attachment"].sudo()
        return {
            "messages": messages.search(
                [
                    ("model", "=", self._name),
                    ("message_type", "!=", "user_notification"),
                    *own,
                ]
            ).ids,
            "attachments": attachments.search(
                [("res_model", "=", self._name), *own]
            ).ids,
            "followers": (self.message_partner_ids - survivor.message_partner_ids).ids,
        }

    def _merge_clock_into(self, survivor, moved):
        now = fields.Datetime.now()
        # Both clocks are compared, so both have to stand at the same moment.
        (survivor | self)._record_event("clock", at=now)
        columns = ticket_clock_merge.merge(
            survivor._get_clock_state(),
            self._get_clock_state(),
            survivor.team_id._get_business_seconds,
        )
        payload = {"into": survivor.id, "exclusion": self.exclusion or "", **moved}
        self._record_event("merged", at=now, payload=payload)
        # sudo: support.ticket: the stage follows the clock that has just been closed
        self.sudo().write(
            {
                "merged_into_id": survivor.id,
                "exclusion": "duplicate",
                "stage_id": self._find_stage("cancelled").id,
            }
        )
        payload = survivor._prepare_absorbed_payload(self, columns)
        survivor._record_event("absorbed", at=now, payload=payload)

    def _prepare_absorbed_payload(self, loser, columns):
        """What the log of the ticket that stays keeps of a merge, to undo it."""
        return {"loser": loser.id, "columns": columns}

    def _merge_conversation_into(self, survivor, moved):
        # sudo: mail.message, ir.attachment: moved as a whole with the case
        self.env["mail.message"].sudo().browse(moved["messages"]).write(
            {"res_id": survivor.id}
        )
        self.env["ir.attachment"].sudo().browse(moved["attachments"]).write(
            {"res_id": survivor.id}
        )
        survivor.message_subscribe(partner_ids=moved["followers"])

    def _note_merge_into(self, survivor):
        survivor._log_linked_note(
            self.env._("%(agent)s merged %(ticket)s into this ticket."), self
        )
        self._log_linked_note(
            self.env._(
                "%(agent)s merged this ticket into %(ticket)s. The case goes on there."
            ),
            survivor,
        )

    def _log_linked_note(self, text, ticket):
        """Leave an internal note that names the present user and links to a ticket.

        :param str text: with the places %(agent)s and %(ticket)s
        """
        link = ticket._get_html_link()
        names = {"agent": self.env.user.name, "ticket": link}
        self._message_log(body=Markup(text) % names)
